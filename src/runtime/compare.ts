import type { Decision, HeaderList, Probe } from '../ir/index.ts';
import { pushTo } from '../text/index.ts';

export type ComparedEngine = 'traefik' | 'nginx' | 'kong';

/** What a real engine did with a probe: its answer, and what a backend received of it, if any did. */
export interface Observation {
  readonly status: number;
  readonly responseHeaders: HeaderList;
  readonly body?: string;
  readonly backend: null | {
    /** `scheme://host:port` as decisions name endpoints, or just `host:port`. */
    readonly address: string;
    readonly method: string;
    readonly target: string;
    /** As received, Host among them. */
    readonly headers: HeaderList;
  };
}

/** What the backend answered; absent = it said 200 and fields that nobody asks about. */
export interface BackendAnswer {
  readonly status: number;
  readonly headers: HeaderList;
}

/** The first thing in which an observation is not what the decision says. */
export interface Difference {
  readonly what: 'answered by' | 'endpoint' | 'method' | 'target' | 'host' | 'status' | `request header ${string}` | `response header ${string}` | 'body';
  readonly expected: string;
  readonly seen: string;
}

interface Ambience {
  /** Fields that the engine adds to, or takes from, every request it forwards. */
  readonly request: readonly string[];
  /** Fields of every answer that goes through it. */
  readonly response: readonly string[];
  /** Fields that only dress the engine's own answers (error pages). */
  readonly own: readonly string[];
}

const CONNECTION = ['connection', 'keep-alive', 'content-length', 'transfer-encoding', 'te', 'trailer', 'proxy-connection'];
/** What an entry point takes from clients that it does not believe, and hands on of others as it is: before any decision. */
export const PASSED_FIELDS: readonly string[] = ['x-forwarded-uri', 'x-forwarded-method', 'x-forwarded-prefix', 'x-forwarded-tls-client-cert', 'x-forwarded-tls-client-cert-info'];
const FORWARDED = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-proto', 'x-real-ip'];

/** Differences that are there with every request, once per engine. A decision that names such a field itself is still held to it. */
export const AMBIENT: Readonly<Record<ComparedEngine, Ambience>> = {
  traefik: { request: [...CONNECTION, ...FORWARDED, ...PASSED_FIELDS, 'x-forwarded-server', 'accept-encoding'], response: [...CONNECTION, 'date'], own: [] },
  nginx: { request: [...CONNECTION, ...FORWARDED, ...PASSED_FIELDS, 'x-forwarded-server', 'accept-encoding'], response: [...CONNECTION, 'date', 'server'], own: ['content-type', 'x-content-type-options', 'etag', 'last-modified', 'accept-ranges'] },
  kong: {
    request: [...CONNECTION, ...FORWARDED, ...PASSED_FIELDS, 'x-forwarded-server', 'x-forwarded-path', 'accept-encoding', 'via', 'x-kong-request-id'],
    response: [...CONNECTION, 'date', 'server', 'via', 'x-kong-upstream-latency', 'x-kong-proxy-latency', 'x-kong-response-latency', 'x-kong-request-id'],
    own: ['content-type', 'x-content-type-options'],
  },
};

/** Names that are not compared, as they are asked for every field of every answer. */
interface Uncompared {
  readonly request: ReadonlySet<string>;
  readonly response: ReadonlySet<string>;
  /** Of an answer that the engine made itself. */
  readonly own: ReadonlySet<string>;
}

function uncompared({ request, response, own }: Ambience): Uncompared {
  return { request: new Set(['host', ...request]), response: new Set(response), own: new Set([...response, ...own]) };
}

const UNCOMPARED: Readonly<Record<ComparedEngine, Uncompared>> = { traefik: uncompared(AMBIENT.traefik), nginx: uncompared(AMBIENT.nginx), kong: uncompared(AMBIENT.kong) };

export interface CompareOptions {
  readonly engine: ComparedEngine;
  readonly probe: Probe;
  readonly answer?: BackendAnswer;
  /** Also the text of answers that the engine made itself; engines word them differently. */
  readonly bodies?: boolean;
}

/** Holds a real engine's deed against a decision; undefined = they agree. A tie agrees with any of its routers, a declared refusal with any 4xx. */
export function compareDecision(decision: Decision, seen: Observation, options: CompareOptions): Difference | undefined {
  switch (decision.kind) {
    case 'tie':
      return undefined;
    case 'refused':
      return seen.backend === null && seen.status >= 400 && seen.status < 500 ? undefined : difference('answered by', `the engine, 4xx (${decision.requestClass})`, by(seen));
    case 'respond':
      return first(respondChecks(decision, seen, options));
    case 'forward':
      return first(forwardChecks(decision, seen, options));
  }
}

type Checks = Generator<Difference | undefined>;

function first(checks: Checks): Difference | undefined {
  for (const found of checks) if (found !== undefined) return found;
  return undefined;
}

function difference(what: Difference['what'], expected: string, seen: string): Difference {
  return { what, expected, seen };
}

function same(what: Difference['what'], expected: string, seen: string): Difference | undefined {
  return expected === seen ? undefined : difference(what, expected, seen);
}

function by(seen: Observation): string {
  return seen.backend === null ? `the engine, ${String(seen.status)}` : seen.backend.address;
}

function* respondChecks(decision: Extract<Decision, { kind: 'respond' }>, seen: Observation, { engine, bodies }: CompareOptions): Checks {
  if (seen.backend !== null) yield difference('answered by', `the engine, ${String(decision.status)}`, by(seen));
  yield same('status', String(decision.status), String(seen.status));
  const isDressing = (name: string): boolean => UNCOMPARED[engine].own.has(name);
  yield* fieldChecks('response', fields(decision.headers, isDressing), fields(seen.responseHeaders, isDressing));
  if (bodies === true && decision.body !== undefined && seen.body !== undefined) yield same('body', decision.body, seen.body);
}

function* forwardChecks(decision: Extract<Decision, { kind: 'forward' }>, seen: Observation, options: CompareOptions): Checks {
  const { backend } = seen;
  if (backend === null) {
    yield difference('answered by', decision.endpoints.map(({ address }) => address).join(' or '), by(seen));
    return;
  }
  const endpoint = decision.endpoints.find(({ address }) => bare(address) === bare(backend.address));
  if (endpoint === undefined) yield difference('endpoint', decision.endpoints.map(({ address }) => address).join(' or '), backend.address);
  yield same('method', options.probe.method, backend.method);
  yield same('target', decision.target, backend.target);
  yield same('host', decision.host ?? bare(backend.address), backend.headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '');
  yield* requestChecks(decision, backend.headers, options);
  yield same('status', String(options.answer?.status ?? 200), String(seen.status));
  yield* responseChecks(decision, seen.responseHeaders, options);
}

function bare(address: string): string {
  return address.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
}

/** The client's fields after the decision's operations: nothing missing, nothing more. */
function* requestChecks({ requestHeaders }: Extract<Decision, { kind: 'forward' }>, arrived: HeaderList, { engine, probe }: CompareOptions): Checks {
  const named = new Set([...requestHeaders.set.map(([name]) => name), ...requestHeaders.remove].map((name) => name.toLowerCase()));
  const isIgnored = (name: string): boolean => UNCOMPARED[engine].request.has(name) && !named.has(name);
  const kept = probe.headers.filter(([name]) => !named.has(name.toLowerCase()));
  yield* fieldChecks('request', fields([...kept, ...requestHeaders.set], isIgnored), fields(arrived, isIgnored));
}

/** Fields that the decision sets or removes; the others too, where the backend's own are known. */
function* responseChecks({ responseHeaders }: Extract<Decision, { kind: 'forward' }>, arrived: HeaderList, { engine, answer }: CompareOptions): Checks {
  const wanted = fields(responseHeaders.set);
  const seen = wanted.size + responseHeaders.remove.length === 0 ? NO_FIELDS : fields(arrived);
  for (const [name, values] of wanted) if (!covers(name, values, seen.get(name) ?? [])) yield difference(`response header ${name}`, values.join(', '), (seen.get(name) ?? []).join(', '));
  for (const name of responseHeaders.remove) if (seen.has(name.toLowerCase())) yield difference(`response header ${name.toLowerCase()}`, '', (seen.get(name.toLowerCase()) ?? []).join(', '));
  if (answer === undefined) return;
  const removed = new Set(responseHeaders.remove.map((name) => name.toLowerCase()));
  const isNamed = (name: string): boolean => UNCOMPARED[engine].response.has(name) || wanted.has(name) || removed.has(name);
  yield* fieldChecks('response', fields(answer.headers, isNamed), fields(arrived, isNamed));
}

/** `Vary` and cookies are added to the backend's, others replace them. */
function covers(name: string, wanted: readonly string[], seen: readonly string[]): boolean {
  if (name !== 'vary' && name !== 'set-cookie') return wanted.join('\n') === seen.join('\n');
  const parts = name === 'vary' ? seen.flatMap((line) => line.split(',').map((item) => item.trim().toLowerCase())) : seen;
  const needed = name === 'vary' ? wanted.flatMap((line) => line.split(',').map((item) => item.trim().toLowerCase())) : wanted;
  return needed.every((one) => parts.includes(one));
}

function* fieldChecks(side: 'request' | 'response', wanted: ReadonlyMap<string, readonly string[]>, seen: ReadonlyMap<string, readonly string[]>): Checks {
  const others: string[] = [];
  for (const [name, values] of wanted) if (lineOf(values) !== lineOf(seen.get(name))) others.push(name);
  for (const [name, values] of seen) if (!wanted.has(name) && lineOf(values) !== '') others.push(name);
  for (const name of others.toSorted()) yield difference(`${side} header ${name}`, lineOf(wanted.get(name)), lineOf(seen.get(name)));
}

function lineOf(values: readonly string[] = []): string {
  return values.length < 2 ? (values[0] ?? '') : values.join(', ');
}

const NO_FIELDS: ReadonlyMap<string, readonly string[]> = new Map();

function fields(headers: HeaderList, isIgnored: (name: string) => boolean = () => false): ReadonlyMap<string, readonly string[]> {
  const out = new Map<string, string[]>();
  for (const [given, value] of headers) {
    const name = given.toLowerCase();
    if (!isIgnored(name)) pushTo(out, name, withoutChance(name, value));
  }
  return out;
}

/** What a challenge or a policy draws anew for each answer. */
function withoutChance(name: string, value: string): string {
  if (name.startsWith('content-security-policy')) return value.replace(/'nonce-[\w+/]{22}'/g, "'nonce-...'");
  return name === 'www-authenticate' && value.startsWith('Digest ') ? value.replace(/\b(nonce|opaque)="[^"]*"/g, '$1="..."') : value;
}

/** A decision as one line that is equal for equal behaviour: names of routers and services, which only Traefik has, are left out. */
export function resultKey(decision: Decision): string {
  switch (decision.kind) {
    case 'forward': {
      const { endpoints, target, host, requestHeaders, responseHeaders } = decision;
      const servers = endpoints.map(({ address, weight }) => `${address} ${String(weight)}`).toSorted();
      return JSON.stringify(['forward', servers, target, host, opsKey(requestHeaders), opsKey(responseHeaders)]);
    }
    case 'respond':
      return JSON.stringify(['respond', decision.status, listKey(decision.headers, new Set(['content-length', 'date', 'content-type', 'x-content-type-options']))]);
    case 'tie':
      return JSON.stringify(['tie']);
    case 'refused':
      return JSON.stringify(['refused', decision.requestClass]);
  }
}

function opsKey({ set, remove }: { readonly set: HeaderList; readonly remove: readonly string[] }): unknown {
  return [listKey(set, new Set()), remove.map((name) => name.toLowerCase()).toSorted()];
}

function listKey(headers: HeaderList, ignored: ReadonlySet<string>): readonly string[] {
  return headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`).filter((line) => !ignored.has(line.slice(0, line.indexOf(':')))).toSorted();
}
