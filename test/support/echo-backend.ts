import { randomUUID } from 'node:crypto';
import { headerValue } from '../../src/engines/http-message.ts';
import { freePort } from '../../src/engines/free-port.ts';
import { startDatagrams } from './datagrams.ts';
import { startHttp2 } from './http2-server.ts';
import { replyAs, type BackendKind } from './backend-replies.ts';
import { startRawServer, type RawServer, type ReceivedRequest } from './raw-server.ts';
import { selfSigned } from './test-certificate.ts';

/** The header by which a client marks a request, so that it can be found again behind any proxy. */
export const PROBE_ID_HEADER = 'X-Probe-Id';

/** One backend; without an address it listens on 127.0.0.1, without a port on a free one. */
export interface BackendSpec {
  readonly name: string;
  readonly kind?: BackendKind;
  readonly address?: string;
  readonly port?: number;
  /** Speaks TLS with a certificate of its own, HTTP/2 without TLS, or datagrams. */
  readonly speaks?: 'tls' | 'h2c' | 'udp';
}

/** A request and who received it. */
export interface BackendRecord extends ReceivedRequest {
  readonly backend: string;
  readonly kind: BackendKind;
  /** Rises with arrival, over all backends. */
  readonly order: number;
}

/** Backends that answer, and remember what they were asked. */
export interface BackendPool {
  /** `127.0.0.1:18080` */
  address(name: string): string;
  url(name: string): string;
  /** A new probe id for a request that is about to be sent; ends with `take`. */
  open(): string;
  /**
   * All requests with that probe id in order of arrival, over all backends; they are forgotten then. '' = requests without an id.
   * An engine may drop the id on the way, for example to an authentication server: such requests are counted to the
   * opened id if no other was open at any time with it.
   */
  take(id: string): readonly BackendRecord[];
  /** What `/__health` of a backend answers from now on (200 at first). Health checks are not recorded. */
  setHealth(name: string, status: number): void;
  stop(): Promise<void>;
}

const HEALTH_PATH = /^\/__health(\?|$)/;

/** `e1` to `eN` on 127.0.0.1 and free ports. */
export function echoSpecs(count: number): readonly BackendSpec[] {
  return Array.from({ length: count }, (_, index) => ({ name: `e${index + 1}` }));
}

/** Starts all backends of a test. */
export async function startBackends(specs: readonly BackendSpec[]): Promise<BackendPool> {
  const records = new Map<string, BackendRecord[]>();
  const opened = new Map<string, { shared: boolean }>();
  let order = 0;
  const health = new Map<string, number>();
  const servers = new Map<string, { readonly server: RawServer; readonly address: string }>();
  const started: RawServer[] = [];
  for (const { name, kind = 'echo', address = '127.0.0.1', port, speaks } of specs) {
    const note = (request: ReceivedRequest): void => {
      order += 1;
      remember(records, { ...request, backend: name, kind, order });
    };
    const chosen = port ?? (await freePort({ address }));
    const server = speaks === 'udp' ? await startDatagrams(address, chosen, (text) => answerDatagram(name, text, note)) : speaks === 'h2c' ? await startHttp2(address, chosen, (request) => {
      note(request);
      return replyAs[kind](name, request);
    }) : await startRawServer(address, chosen, (request) => {
      if (HEALTH_PATH.test(request.target)) return replyToHealthCheck(name, request, health.get(name) ?? 200);
      note(request);
      return replyAs[kind](name, request);
    }, speaks === 'tls' ? selfSigned(name) : undefined);
    // Two stacks may call a service the same: both stand, and both are stopped.
    started.push(server);
    servers.set(name, { server, address });
  }
  const address = (name: string): string => {
    const known = servers.get(name);
    if (known === undefined) throw new Error(`no backend is called ${name}`);
    return `${known.address}:${known.server.port}`;
  };
  return {
    address,
    url: (name) => `http://${address(name)}`,
    open: () => {
      const id = randomUUID();
      if (opened.size === 0) records.delete('');
      opened.set(id, { shared: opened.size > 0 });
      if (opened.size > 1) for (const state of opened.values()) state.shared = true;
      return id;
    },
    take: (id) => {
      const alone = opened.get(id)?.shared === false;
      opened.delete(id);
      return [...forget(records, id), ...(alone ? forget(records, '') : [])].toSorted((a, b) => a.order - b.order);
    },
    setHealth: (name, status) => health.set(name, status),
    stop: async () => {
      await Promise.all(started.map((server) => server.stop()));
    },
  };
}

/** `ID text`: a datagram has no headers. It is answered with the name of the backend. */
function answerDatagram(name: string, text: string, note: (request: ReceivedRequest) => void): string {
  const at = text.indexOf(' ');
  note({ requestLine: '', method: 'UDP', target: '', headers: [[PROBE_ID_HEADER, text.slice(0, at)]], body: text.slice(at + 1) });
  return name;
}

function remember(records: Map<string, BackendRecord[]>, record: BackendRecord): void {
  const id = headerValue(record.headers, PROBE_ID_HEADER) ?? '';
  const known = records.get(id);
  if (known === undefined) records.set(id, [record]);
  else known.push(record);
}

function forget(records: Map<string, BackendRecord[]>, id: string): readonly BackendRecord[] {
  const known = records.get(id) ?? [];
  records.delete(id);
  return known;
}

/** A redirecting health check is asked for by the query, as in the recordings. */
function replyToHealthCheck(name: string, request: ReceivedRequest, status: number): ReturnType<(typeof replyAs)['echo']> {
  return { ...replyAs.echo(name, request), ...(status === 200 ? {} : { status }) };
}
