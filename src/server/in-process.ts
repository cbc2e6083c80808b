import { Readable } from 'node:stream';
import type { HeaderList, Listener, Routing } from '../ir/index.ts';
import { createRuntime, runAsync, type Effect, type EffectResult, type Incoming, type RuntimeResponse, type UpstreamRequest } from '../runtime/index.ts';
import { isStream, outgoing } from './answer.ts';
import { lengthOf, PACKS, streamOf } from './body.ts';
import { ByteSource } from './byte-source.ts';
import { performer } from './performer.ts';
import { sendersOf } from './senders.ts';
import type { Place } from './send.ts';
import { waiterOf } from './waiter.ts';

/** Stands for a server: answers what would have reached it. */
export type Backend = (request: Request) => Response | Promise<Response>;

export interface InProcessOptions {
  /** Servers that live here, by Compose service, host or `host:port`. All others are asked over the network. */
  readonly backends?: Readonly<Record<string, Backend>>;
  /** Where a server really is, when not where the routing says. */
  readonly endpoint?: (endpoint: SentTo) => Place | undefined;
  /** The entry point that requests come in at; else the one whose port is in the URL, else the first that serves its scheme. */
  readonly entryPoint?: string;
  /** Whom requests come from (`127.0.0.1`). */
  readonly clientIp?: string;
}

/** A gateway without sockets of its own. */
export interface InProcess {
  readonly fetch: (request: Request) => Promise<Response>;
  /** Closes connections to servers that were asked over the network. */
  readonly close: () => void;
}

type SentTo = Extract<Extract<Effect, { kind: 'send' }>['to'], { kind: 'endpoint' }>['endpoint'];

/** Decides and forwards as the server does, from a Request to a Response. Keeps its state: buckets, breakers, turns. */
export function inProcess(routing: Routing, options: InProcessOptions = {}): InProcess {
  const runtime = createRuntime(routing, { clock: () => performance.now(), random: Math.random, packs: PACKS });
  const senders = sendersOf(options.endpoint === undefined ? {} : { endpoint: options.endpoint });
  const backends = new Map(Object.entries(options.backends ?? {}));
  return {
    fetch: async (request) => {
      const network = performer(senders, waiterOf(request.signal));
      const perform = async (effect: Effect): Promise<EffectResult> => {
        const backend = effect.kind === 'send' && effect.to.kind === 'endpoint' ? backendOf(effect.to.endpoint, backends) : undefined;
        if (backend === undefined || effect.kind !== 'send' || effect.to.kind !== 'endpoint') return effect.kind === 'detach' ? detached(effect, perform) : network(effect);
        return { kind: 'sent', outcome: await askBackend(backend, effect.to.endpoint, effect.request) };
      };
      return responseOf(await runAsync(runtime.handle(incomingOf(request, routing, options)), perform));
    },
    close: () => {
      senders.http1.destroy();
      senders.http2.destroy();
    },
  };
}

function detached(effect: Extract<Effect, { kind: 'detach' }>, perform: (effect: Effect) => Promise<EffectResult>): EffectResult {
  runAsync(effect.run(), perform).catch(() => undefined);
  return { kind: 'done' };
}

function backendOf({ host, port, container }: SentTo, backends: ReadonlyMap<string, Backend>): Backend | undefined {
  const names = [...(container === undefined ? [] : [`${container.stack}/${container.service}`, container.service]), `${host}:${String(port)}`, host];
  return names.map((name) => backends.get(name)).find((backend) => backend !== undefined);
}

function incomingOf(request: Request, { listeners }: Routing, { entryPoint, clientIp = '127.0.0.1' }: InProcessOptions): Incoming {
  const url = new URL(request.url);
  const secure = url.protocol === 'https:';
  const headers = [...request.headers].filter(([name]) => name !== 'host');
  const length = request.headers.get('content-length');
  return {
    entryPoint: entryPoint ?? entered(url, secure, listeners),
    method: request.method,
    target: `${url.pathname}${url.search}`,
    host: request.headers.get('host') ?? url.host,
    headers,
    clientIp,
    tls: secure ? { sni: url.hostname, peerCertificates: [] } : false,
    body: request.body === null ? { kind: 'none' } : { kind: 'stream', source: new ByteSource(Readable.fromWeb(request.body)), length: length === null ? undefined : Number(length) },
  };
}

function entered({ port }: URL, secure: boolean, listeners: readonly Listener[]): string {
  const wanted = port === '' ? (secure ? 443 : 80) : Number(port);
  const serves = ({ plain, tls }: Listener): boolean => (secure ? tls : plain).length > 0;
  const found = listeners.find(({ entryPoint }) => entryPoint.port === wanted) ?? listeners.find(serves);
  return found?.entryPoint.name ?? '';
}

async function askBackend(backend: Backend, { scheme }: SentTo, sent: UpstreamRequest): Promise<Extract<EffectResult, { kind: 'sent' }>['outcome']> {
  const body = streamOf(sent.body);
  const headers = new Headers([['host', sent.host], ...sent.headers.map(([name, value]): [string, string] => [name, value])]);
  const length = lengthOf(sent.body);
  if (length !== undefined && length > 0) headers.set('content-length', String(length));
  const bodiless = body === undefined || sent.method === 'GET' || sent.method === 'HEAD';
  const request = new Request(`${scheme}://${sent.host}${sent.target}`, { method: sent.method, headers, ...(bodiless ? {} : { body: body instanceof Readable ? Readable.toWeb(body) : body, duplex: 'half' }) });
  const answer = await backend(request);
  const counted = answer.headers.get('content-length');
  return {
    kind: 'response',
    response: {
      status: answer.status,
      headers: [...answer.headers],
      body: answer.body === null ? { kind: 'none' } : { kind: 'stream', source: new ByteSource(Readable.fromWeb(answer.body)), length: counted === null ? undefined : Number(counted) },
    },
  };
}

const WITHOUT_BODY = new Set([204, 205, 304]);

/** A connection that would be closed without an answer is a network error here, a change of protocol cannot be had. */
function responseOf(answer: RuntimeResponse): Response {
  const { status, headers, body } = outgoing(answer);
  const finish = (): void => answer.finalizers.forEach((done) => done());
  if (status < 200 || status > 599) {
    finish();
    return status === 101 ? new Response('no other protocol inside a process\n', { status: 501 }) : Response.error();
  }
  const init = { status, headers: fieldsOf(headers) };
  if (body === undefined || WITHOUT_BODY.has(status) || !isStream(body)) {
    finish();
    return new Response(body === undefined || WITHOUT_BODY.has(status) || isStream(body) ? null : body, init);
  }
  body.once('close', finish);
  return new Response(Readable.toWeb(body), init);
}

function fieldsOf(headers: HeaderList): Headers {
  return new Headers(headers.map(([name, value]): [string, string] => [name, value]));
}
