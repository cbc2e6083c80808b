import { isIP } from 'node:net';
import type { Destination, Effect, EffectResult } from '../runtime/index.ts';
import { askHttp1 } from './http1/ask.ts';
import type { Origin, Pools } from './http1/pool.ts';
import { sendHttp2, type Http2Sessions } from './send-http2.ts';
import { fileOrContent, type ReadFile } from './tls-settings.ts';
import { TIMEOUTS, timeoutsOf } from './timeouts.ts';
import type { ClientTls } from './transport.ts';
import type { Waiter } from './waiter.ts';
import type { TcpEndpoint, Transport } from '../ir/index.ts';

type Sent = Extract<EffectResult, { kind: 'sent' }>['outcome'];

/** Where an endpoint really is, when it is not where the configuration says (`--endpoint`). */
export interface Place {
  readonly host: string;
  readonly port: number;
  /** It speaks plain HTTP, whatever the configuration says: an echo backend. */
  readonly plain?: true;
}
export interface Senders {
  readonly http1: Pools;
  readonly http2: Http2Sessions;
  readonly place: (to: Extract<Destination, { kind: 'endpoint' }>['endpoint']) => Place;
  readonly streamPlace: (to: TcpEndpoint, protocol: 'tcp' | 'udp') => Place;
  /** Undefined = where the address says. */
  readonly addressPlace: (url: string) => Place | undefined;
  /** How TLS is spoken through a transport. */
  readonly transportTls: (transport: Transport | undefined) => ClientTls;
  readonly readFile: ReadFile;
}

/** Sends a request as the runtime wrote it. */
export function sendUpstream({ to, request, informed }: Extract<Effect, { kind: 'send' }>, senders: Senders, waiter: Waiter): Promise<Sent> {
  if (waiter.gone) return Promise.resolve({ kind: 'failure', failure: 'cancelled' });
  if (to.kind === 'url') return askHttp1(senders.http1.at(urlOrigin(to, senders)), request, { timeout: to.timeout, waiter, informed });
  const { endpoint, transport } = to;
  const place = senders.place(endpoint);
  const timeout = transport?.responseHeaderTimeout ?? 0;
  if (endpoint.scheme === 'h2c' && place.plain !== true) return sendHttp2(senders.http2.at(withoutBrackets(place.host), place.port === 0 ? 80 : place.port), request, { timeout, waiter, informed });
  const origin = originOf(to, place, senders);
  return origin === undefined ? Promise.resolve({ kind: 'failure', failure: 'unsupported' }) : askHttp1(senders.http1.at(origin), request, { timeout, waiter, informed });
}

/** Undefined = not to be had here: an unknown scheme, a transport with SPIFFE. */
function originOf({ endpoint, transport }: Extract<Destination, { kind: 'endpoint' }>, { host, port, plain }: Place, senders: Senders): Origin | undefined {
  const timeouts = timeoutsOf(transport);
  const at = withoutBrackets(host);
  const own = transport === undefined ? '' : String(numberOf(transport));
  // A made-up backend of a gRPC service speaks plain HTTP.
  if (endpoint.scheme !== 'https' || plain === true) return endpoint.scheme === 'http' || plain === true ? { host: at, port: port === 0 ? 80 : port, tls: undefined, timeouts, key: `${at} ${String(port)} ${own}` } : undefined;
  const tls = senders.transportTls(transport);
  if (tls === undefined) return undefined;
  return { host: at, port: port === 0 ? 443 : port, tls: { servername: serverName(host), ...tls }, timeouts, key: `${at} ${String(port)} tls ${own}` };
}

/** Transports are told apart by who they are. */
const numbers = new WeakMap<Transport, number>();
let last = 0;
function numberOf(transport: Transport): number {
  const known = numbers.get(transport) ?? (last += 1);
  numbers.set(transport, known);
  return known;
}

/** Those who ask for themselves wait as long as they say. */
const UNTIMED = { ...TIMEOUTS, dial: 0 };

function urlOrigin(to: Extract<Destination, { kind: 'url' }>, { addressPlace, readFile }: Senders): Origin {
  const place = addressPlace(to.url);
  if (place !== undefined) return { host: place.host, port: place.port, tls: undefined, timeouts: UNTIMED, key: `${place.host} ${String(place.port)} url` };
  const url = new URL(to.url);
  const secure = url.protocol === 'https:';
  const host = withoutBrackets(url.hostname);
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  if (!secure) return { host, port, tls: undefined, timeouts: UNTIMED, key: `${host} ${String(port)} url` };
  const text = (name: 'ca' | 'cert' | 'key') => {
    const read = (to.tls?.[name] ?? '') === '' ? undefined : fileOrContent(to.tls?.[name] ?? '', readFile);
    return read === undefined ? {} : { [name]: read };
  };
  const tls = { rejectUnauthorized: to.tls?.insecureSkipVerify !== true, servername: serverName(url.hostname), ...text('ca'), ...text('cert'), ...text('key') };
  return { host, port, tls, timeouts: UNTIMED, key: `${host} ${String(port)} ${JSON.stringify(tls)}` };
}

/** An IPv6 address as sockets want it. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** An address is no name to ask for. */
function serverName(host: string): string {
  return isIP(withoutBrackets(host)) === 0 ? host : '';
}
