import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { TcpEndpoint, UdpRoute } from '../ir/index.ts';
import { boundHost } from './bound-host.ts';
import { withoutBrackets, type Place } from './send.ts';
import type { Pick } from './tcp-pick.ts';

/** The UDP side of an entry point in one configuration. */
export interface UdpDoor {
  readonly route: UdpRoute | undefined;
  readonly pick: Pick;
  readonly place: (endpoint: TcpEndpoint) => Place;
}
export interface UdpListening {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Packets of one client go to one server, and its answers back, until nobody spoke for `timeout` milliseconds. */
export async function listenUdp(at: { readonly host: string; readonly port: number }, timeout: number, door: () => UdpDoor): Promise<UdpListening> {
  const host = boundHost(at);
  const front = createSocket(host === undefined ? familyOfAll() : isIPv6(host) ? 'udp6' : 'udp4');
  const sessions = new Sessions(front, timeout, door);
  front.on('message', (data, client) => sessions.take(data, client));
  await new Promise<void>((resolve, reject) => {
    front.once('error', reject);
    front.bind({ port: at.port, ...(host === undefined ? {} : { address: host }) }, () => {
      front.off('error', reject);
      front.on('error', () => undefined);
      resolve();
    });
  });
  return {
    port: front.address().port,
    close: () => {
      sessions.endAll();
      return new Promise((resolve) => void front.close(() => resolve()));
    },
  };
}

/** A socket of IPv6 hears IPv4 too; it cannot be made where the kernel has no IPv6, and then no interface has an address of it. */
function familyOfAll(): 'udp4' | 'udp6' {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ family }) => family === 'IPv6') === true) ? 'udp6' : 'udp4';
}

/** Clients beyond that many end the oldest one's session: a sender can make up addresses. */
const MOST_SESSIONS = 20_000;

interface Session {
  readonly server: Socket;
  connected: boolean;
  timer: NodeJS.Timeout | undefined;
}

class Sessions {
  readonly #open = new Map<string, Session>();
  readonly #front: Socket;
  readonly #timeout: number;
  readonly #door: () => UdpDoor;

  constructor(front: Socket, timeout: number, door: () => UdpDoor) {
    this.#front = front;
    this.#timeout = timeout;
    this.#door = door;
  }

  take(data: Buffer, client: RemoteInfo): void {
    const key = `${client.address} ${String(client.port)}`;
    const session = this.#open.get(key) ?? this.#begin(key, client);
    if (session === undefined) return;
    this.#keep(key, session);
    const send = (): void => session.server.send(data, () => undefined);
    // A socket that is still connecting takes no packet without an address.
    if (session.connected) send();
    else session.server.once('connect', send);
  }

  endAll(): void {
    for (const key of [...this.#open.keys()]) this.#end(key);
  }

  #begin(key: string, client: RemoteInfo): Session | undefined {
    const { route, pick, place } = this.#door();
    const chosen = route === undefined ? undefined : pick(route.service, route.members);
    if (chosen === undefined) return undefined;
    const [oldest] = this.#open.keys();
    if (this.#open.size >= MOST_SESSIONS && oldest !== undefined) this.#end(oldest);
    const { host, port } = place(chosen.endpoint);
    const server = createSocket(isIPv6(withoutBrackets(host)) ? 'udp6' : 'udp4');
    const session: Session = { server, connected: false, timer: undefined };
    this.#open.set(key, session);
    server.on('error', () => this.#end(key));
    server.on('message', (data) => {
      this.#keep(key, session);
      this.#front.send(data, client.port, client.address);
    });
    server.once('connect', () => void (session.connected = true));
    server.connect(port, withoutBrackets(host));
    return session;
  }

  #keep(key: string, session: Session): void {
    clearTimeout(session.timer);
    session.timer = setTimeout(() => this.#end(key), this.#timeout).unref();
  }

  #end(key: string): void {
    const session = this.#open.get(key);
    if (session === undefined) return;
    clearTimeout(session.timer);
    this.#open.delete(key);
    session.server.close();
  }
}
