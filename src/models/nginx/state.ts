import type { HeaderList, Probe } from '../../ir/index.ts';
import type { NginxConfig } from './config.ts';
import { findRange } from './maps.ts';
import type { Computed } from './maps.ts';
import type { Regex } from './pcre.ts';
import type { Server } from './sockets.ts';
import { evaluate } from './template.ts';
import type { Template, Values } from './template.ts';
import { ConfigError } from './tokens.ts';
import type { RequestTarget } from './uri.ts';

/** Kept for the whole request once computed, also where `$uri` changes later: only these are always fresh. */
const FRESH = new Set(['uri', 'document_uri', 'args', 'query_string', 'is_args', 'status', 'upstream_status']);

export type Start = Pick<State, 'config' | 'server' | 'probe' | 'target' | 'port' | 'host' | 'headers' | 'share' | 'upstream'>;

/** One request on its way through the phases. */
export class State implements Values {
  readonly config: NginxConfig;
  readonly server: Server;
  readonly probe: Probe;
  readonly target: RequestTarget;
  readonly port: number;
  /** `$host`. */
  readonly host: string;
  readonly method: string;
  /** Header fields by lower-case name, as nginx keeps them. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Header of the endpoint's answer, as far as it is known. */
  readonly upstream: HeaderList;
  /** Which part of every `split_clients` this request falls into. */
  readonly share: number;
  uri: string;
  args: string;
  /** False once a rewrite changed the path: it is escaped anew when it is sent. */
  validUnparsed: boolean;
  /** False once a `break` rewrite cut the tie between path and location. */
  validLocation = true;
  internal = false;
  /** An endpoint was asked, for this request or for the one beside it whose answer is read. */
  reached = false;
  /** The client's own request, not one beside it. */
  main = true;
  /** The parts of each `split_clients` variable that was read, in that order. */
  readonly shares: (readonly (readonly [weight: number, value: string])[])[] = [];
  status: number | undefined = undefined;
  readonly #known: Map<string, string>;
  #captures: readonly string[] = [];

  constructor(start: Start, known = new Map<string, string>()) {
    this.config = start.config;
    this.server = start.server;
    this.probe = start.probe;
    this.target = start.target;
    this.port = start.port;
    this.host = start.host;
    this.headers = start.headers;
    this.share = start.share;
    this.upstream = start.upstream;
    this.method = start.probe.method;
    this.uri = start.target.uri;
    this.args = start.target.args;
    this.validUnparsed = start.target.hasPath;
    this.#known = known;
  }

  capture(number: number): string {
    return this.#captures[number] ?? '';
  }

  set(name: string, value: string): void {
    if (name === 'args') this.args = value;
    else this.#known.set(name, value);
  }

  /** A request of nginx's own beside this one: the same variables, another path. */
  branch(uri: string): State {
    const branch = new State(this, this.#known);
    branch.uri = uri;
    branch.args = '';
    branch.validUnparsed = false;
    branch.internal = true;
    branch.main = false;
    return branch;
  }

  match(regex: Regex, subject: string): boolean {
    const found = regex.match(subject);
    if (found === undefined) return false;
    this.#captures = found;
    for (const [name, group] of regex.names) this.#known.set(name, found[group] ?? '');
    return true;
  }

  /** The same inside a script, where a pattern that does not match takes the captures of earlier ones away (ran). */
  tryMatch(regex: Regex, subject: string): boolean {
    const found = this.match(regex, subject);
    if (!found) this.#captures = [];
    return found;
  }

  variable(name: string): string {
    if (FRESH.has(name)) return fresh(this, name);
    const had = this.#known.get(name);
    if (had !== undefined) return had;
    const value = compute(this, name);
    this.#known.set(name, value);
    return value;
  }
}

function fresh(state: State, name: string): string {
  if (name === 'status') return String(state.status ?? 0).padStart(3, '0');
  if (name === 'upstream_status') return state.reached ? '200' : '';
  if (name === 'is_args') return state.args === '' ? '' : '?';
  return name === 'uri' || name === 'document_uri' ? state.uri : state.args;
}

function compute(state: State, name: string): string {
  const computed = state.config.computed.get(name);
  if (computed !== undefined) return computeBlock(state, computed);
  const own = builtin(state, name);
  if (own !== undefined) return own;
  if (state.config.variables.has(name)) return '';
  throw new ConfigError(`$${name}`);
}

function computeBlock(state: State, computed: Computed): string {
  switch (computed.kind) {
    case 'geo': return findRange(computed.ranges, state.variable(computed.source)) ?? computed.otherwise;
    case 'split': {
      state.shares.push(computed.shares);
      return computed.shares[state.share]?.[1] ?? '';
    }
    case 'map': return evaluate(lookUp(state, computed), state);
  }
}

function lookUp(state: State, { source, exact, patterns, otherwise }: Extract<Computed, { kind: 'map' }>): Template {
  const value = evaluate(source, state);
  const found = exact.size === 0 ? undefined : exact.get(value.toLowerCase());
  if (found !== undefined) return found;
  // A pattern is not tried on an empty value (ran on 1.22).
  return (value === '' ? undefined : patterns.find(([regex]) => state.match(regex, value))?.[1]) ?? otherwise;
}

const BUILTIN: ReadonlyMap<string, (state: State) => string> = new Map<string, (state: State) => string>([
  ['host', (state) => state.host],
  ['request_uri', (state) => state.target.unparsed],
  ['request', ({ probe }) => `${probe.method} ${probe.target} HTTP/1.1`],
  ['request_method', (state) => state.method],
  ['scheme', ({ probe }) => (probe.tls === false ? 'http' : 'https')],
  ['https', ({ probe }) => (probe.tls === false ? '' : 'on')],
  ['remote_addr', ({ probe }) => probe.clientIp],
  ['realip_remote_addr', ({ probe }) => probe.clientIp],
  ['binary_remote_addr', ({ probe }) => probe.clientIp],
  ['remote_user', (state) => credentials(state)?.user ?? ''],
  // A header that is there and empty counts.
  ['proxy_add_x_forwarded_for', ({ headers, probe }) => [...(headers.get('x-forwarded-for') ?? []), probe.clientIp].join(', ')],
  ['hostname', () => 'localhost'],
  ['server_port', (state) => String(state.port)],
  ['server_name', (state) => state.server.names[0] ?? ''],
  ['server_protocol', () => 'HTTP/1.1'],
  ['content_length', (state) => header(state, 'content_length')],
  ['content_type', (state) => header(state, 'content_type')],
  ['request_id', () => '0'.repeat(32)],
]);

/** Names that nginx itself gives to values. */
export function isBuiltin(name: string): boolean {
  return FRESH.has(name) || BUILTIN.has(name) || /^(?:http|upstream_http|ssl|cookie|arg)_/.test(name);
}

function builtin(state: State, name: string): string | undefined {
  if (name.startsWith('http_')) return header(state, name.slice('http_'.length));
  if (name.startsWith('upstream_http_')) return answered(state, name.slice('upstream_http_'.length));
  if (name.startsWith('ssl_') || name.startsWith('cookie_')) return name.startsWith('cookie_') ? undefined : '';
  if (name.startsWith('arg_')) return argument(state.args, name.slice('arg_'.length));
  return BUILTIN.get(name)?.(state);
}

/** Several fields of a name are one value since 1.23; before, the first counted. */
function header(state: State, variable: string): string {
  const values: string[] = [];
  for (const [name, value] of state.headers) if (name.length === variable.length && name.replaceAll('-', '_') === variable) values.push(...value);
  return values.join(variable === 'cookie' ? '; ' : ', ');
}

function answered({ upstream }: State, variable: string): string {
  return upstream.filter(([name]) => name.toLowerCase().replaceAll('-', '_') === variable).map(([, value]) => value).join(', ');
}

function argument(args: string, name: string): string {
  const found = args.split('&').find((pair) => pair.split('=', 1)[0]?.toLowerCase() === name.toLowerCase());
  return found === undefined ? '' : found.slice(name.length + 1);
}

export function credentials(state: State): { readonly user: string; readonly password: string } | undefined {
  const match = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(header(state, 'authorization'));
  if (match === null) return undefined;
  const text = Buffer.from(match[1] ?? '', 'base64').toString('latin1');
  const colon = text.indexOf(':');
  return colon < 1 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
