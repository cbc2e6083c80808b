import { readFileSync } from 'node:fs';
import type { HeaderList, Middleware, Routing } from '../../src/ir/index.ts';
import { entryPointOf, hostRoute, middlewareOf, resolveService, routingOf } from './routing-of.ts';

/** The recorded chains and services of Traefik 3.7.15, and how two runs of them are compared. */
export interface Sent { readonly method: string; readonly target: string; readonly host?: string; readonly headers?: HeaderList; readonly body?: string; readonly chunked?: boolean; readonly clientCertificate?: boolean; readonly digest?: { readonly user: string; readonly password: string } }
export interface Seen { readonly backend: string; readonly line: string; readonly added?: Record<string, string>; readonly changed?: Record<string, string>; readonly removed?: readonly string[]; readonly baselineMissing?: readonly string[]; readonly headers?: HeaderList; readonly body?: string }
export interface Exchange { readonly request?: Sent; readonly response?: { readonly status: number; readonly headers: HeaderList }; readonly backend?: readonly Seen[]; readonly afterMs?: number; readonly startMs?: number; readonly event?: string }
export interface Recorded { readonly requests: readonly Exchange[]; readonly varies?: boolean }
export interface Config { readonly name: string; readonly middlewares: readonly Readonly<Record<string, Readonly<Record<string, unknown>>>>[]; readonly chain?: readonly string[]; readonly entryPoint: 'web' | 'webt' | 'websecure'; readonly service: string; readonly 'v2.11': Recorded | null; readonly 'v3.7': Recorded | 'same' }
export interface Recording { readonly serviceConfigs: Record<string, Record<string, unknown>>; readonly clientCertificate: string; readonly configs: readonly Config[] }


/** The recording, with the addresses of its servers replaced where a test has its own. */
export function loadRecording(replace: (text: string) => string = (text) => text): Recording {
  return JSON.parse(replace(readFileSync(new URL('../../fixtures/oracle/traefik/middlewares.json', import.meta.url), 'utf8'))) as Recording;
}

export function certificateOf(recording: Recording): Buffer {
  return Buffer.from(recording.clientCertificate.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64');
}

/** What 3.7 did; null = not tried. */
export function recordedOf(config: Config): Recorded | null {
  return config['v3.7'] === 'same' ? config['v2.11'] : config['v3.7'];
}

export function configRouting(recording: Recording, config: Config): Routing {
  const middlewares = new Map(config.middlewares.flatMap((one) => Object.entries(one)).map(([name, written]) => [name, middlewareOf(name, written)]));
  const chain = (config.chain ?? [...middlewares.keys()]).flatMap((name) => expanded(name, middlewares));
  const entryPoint = entryPointOf(config.entryPoint, config.entryPoint === 'webt' ? ['127.0.0.0/8'] : []);
  // Services that nobody uses are not there: they would be health-checked.
  const services = chain.flatMap(({ spec }) => (spec.kind === 'errors' ? [resolveService(spec.service.name, recording.serviceConfigs)] : []));
  const route = hostRoute(config.name, `${config.name}.test`, chain, resolveService(config.service, recording.serviceConfigs));
  return routingOf(entryPoint, [route], { tls: config.entryPoint === 'websecure', services });
}

function expanded(name: string, all: ReadonlyMap<string, Middleware>): readonly Middleware[] {
  const found = all.get(name);
  if (found === undefined) return [];
  const { spec } = found;
  return spec.kind === 'chain' ? (spec.middlewares as readonly unknown[]).flatMap((inner) => expanded(String(inner), all)) : [found];
}

/** What differs by nature: nonces, waiting times, the order of a list that Go takes from a map. */
export function masked(response: Record<string, unknown>): unknown {
  const headers = (response['headers'] as HeaderList).map(([name, value]) => {
    if (name === 'X-Retry-In') return [name, `<about ${String(Math.round(Number.parseFloat(value.replace(/^<about /, ''))))}s>`];
    if (name === 'Access-Control-Expose-Headers') return [name, value.split(', ').filter((item) => item !== 'Date').toSorted().join(', ')];
    return [name, value.replace(/nonce="[^"]*"/, 'nonce="<nonce>"').replace(/opaque="[^"]*"/, 'opaque="<opaque>"')];
  });
  return { ...response, headers };
}

export function clean(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** A request as a server received it. */
export interface Arrived {
  readonly backend: string;
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly headers: HeaderList;
  readonly body: string;
}

/** An arrival in the recording's form: only what differs from the request and from the fields that are always there. */
export function arrivalOf(arrival: Arrived, sent: Sent, config: Config): Record<string, unknown> {
  const line = `${arrival.method} ${arrival.target} HTTP/1.1`;
  const body = arrival.body === '' ? {} : { body: arrival.body };
  const headers: HeaderList = [['Host', arrival.host], ...arrival.headers];
  if (arrival.backend === 'auth' || arrival.backend === 'err') return { backend: arrival.backend, line, headers: headers.concat(arrival.body === '' ? [] : [['Content-Length', String(arrival.body.length)]]).toSorted(([a], [b]) => (a < b ? -1 : 1)), ...body };
  return { backend: arrival.backend, line, ...headerDifference(headers, sent, config), ...body };
}

function headerDifference(headers: HeaderList, sent: Sent, config: Config): Record<string, unknown> {
  const host = sent.host ?? `${config.name}.test`;
  const own = joined([['Host', host], ...(sent.headers ?? [])]);
  const baseline = baselineOf(host, sent, config);
  const arrived = joined(headers);
  const spelled = new Map(headers.map(([name]) => [name.toLowerCase(), name]));
  const out = { added: {} as Record<string, string>, changed: {} as Record<string, string> };
  for (const [name, value] of arrived) {
    const before = own.get(name);
    const shownName = spelled.get(name) ?? name;
    if (before === undefined && baseline.get(name) !== value) out.added[shownName] = value;
    if (before !== undefined && before !== value) out.changed[shownName] = value;
  }
  const removed = [...own.keys()].filter((name) => !arrived.has(name) && name !== 'content-length');
  const baselineMissing = [...baseline.keys()].filter((name) => !arrived.has(name));
  return Object.fromEntries(Object.entries({ ...out, removed, baselineMissing }).filter(([, value]) => Object.keys(value).length > 0));
}

function joined(headers: HeaderList): Map<string, string> {
  const out = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = out.get(name.toLowerCase());
    out.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  return out;
}

function baselineOf(host: string, sent: Sent, config: Config): ReadonlyMap<string, string> {
  const secure = config.entryPoint === 'websecure';
  const names = new Set((sent.headers ?? []).map(([name]) => name.toLowerCase()));
  const packed = sent.method === 'HEAD' || names.has('accept-encoding') || names.has('range') ? [] : [['accept-encoding', 'gzip'] as const];
  const port = /:(\d+)$/.exec(host)?.[1] ?? (secure ? '443' : '80');
  return new Map([
    ['x-forwarded-for', '127.0.0.1'], ['x-forwarded-host', host], ['x-forwarded-port', port], ['x-forwarded-proto', secure ? 'https' : 'http'], ['x-forwarded-server', '<hostname>'], ['x-real-ip', '127.0.0.1'], ...packed,
  ]);
}
