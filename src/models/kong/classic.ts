import { uuid5 } from './document.ts';
import type { KongRoute } from './document.ts';
import { splitHostPort } from './front/host.ts';
import { withoutOldNames } from './expression/types.ts';
import { parseNetwork } from './ip.ts';
import { isList } from './value.ts';

/**
 * Classic fields (paths, hosts, ...) as Kong 3.9 rewrites them into an expression (kong/router/transform.lua), and the
 * 64-bit number that orders them.
 */
export interface RouterEntry {
  readonly route: KongRoute;
  readonly id: string;
  readonly expression: string;
  readonly priority: bigint;
}
export type Flavor = 'expressions' | 'traditional_compatible' | 'traditional';

const literal = (text: string): string => (text.includes('"#') ? `"${text.replace(/[\\"]/g, '\\$&')}"` : `r#"${text}"#`);
const either = (parts: readonly string[]): string => `(${parts.join(' || ')})`;

/** One entry per route, or one per path length plus one for all regexes. */
export function entriesOf(route: KongRoute, flavor: Flavor): readonly RouterEntry[] {
  if (route.expression !== undefined) {
    const own = withoutOldNames(route.expression);
    const expression = flavor === 'expressions' ? withProtocols(route, own) : own;
    return [{ route, id: route.id, expression, priority: (0xffn << 56n) | BigInt(route.priority) }];
  }
  const groups = isStream(route) ? [route.paths] : pathGroups(route.paths);
  return groups.map((paths, index) => {
    const expression = classicExpression(route, paths);
    return {
      route,
      id: groups.length === 1 ? route.id : uuid5(SPLIT, `${route.id}#${String(index + 1)}`),
      expression: flavor === 'expressions' ? withProtocols(route, expression) : expression,
      priority: priorityOf(route, paths, flavor),
    };
  });
}

/** The namespace of the ids that Kong gives to the parts of a route. */
const SPLIT = '7f145bf9-0dce-4f91-98eb-debbce4b9f6b';

function priorityOf(route: KongRoute, paths: readonly string[], flavor: Flavor): bigint {
  if (isStream(route)) return streamPriority(route);
  return flavor === 'traditional' ? intendedPriority(ranksOf(route, paths)) : computedPriority(ranksOf(route, paths));
}

function isStream({ protocols }: KongRoute): boolean {
  return /^(?:tcp|tls|udp)/.test(protocols[0] ?? '');
}

function pathGroups(paths: readonly string[]): readonly (readonly string[])[] {
  const groups = new Map<number, string[]>();
  for (const path of paths) {
    const key = path.startsWith('~') ? 0 : Buffer.byteLength(path);
    groups.set(key, [...(groups.get(key) ?? []), path]);
  }
  return groups.size === 0 ? [[]] : [...groups.values()];
}

/** The expressions flavour adds a test of `net.protocol`, except where a route is for https alone. */
function withProtocols(route: KongRoute, expression: string): string {
  const only = route.protocols.length === 1 ? route.protocols[0] : undefined;
  if (only === 'https' || only === 'tls' || only === 'tls_passthrough') return expression;
  const names = route.protocols.map((protocol) => ({ grpc: 'http', grpcs: 'https', tls_passthrough: 'tcp' })[protocol] ?? protocol);
  return `(${expression}) && ${either(names.map((name) => `net.protocol == ${literal(name)}`))}`;
}

function classicExpression(route: KongRoute, paths: readonly string[]): string {
  const parts: string[] = [];
  const secure = isStream(route) ? 'tls' : 'https';
  if (route.snis.length > 0) parts.push(`(net.protocol != ${literal(secure)} || ${either(route.snis.map(sniTest))})`);
  if (route.sources.length > 0) parts.push(either(route.sources.map((net) => netTest('net.src', net['ip'], net['port']))));
  if (route.destinations.length > 0) parts.push(either(route.destinations.map((net) => netTest('net.dst', net['ip'], net['port']))));
  if (route.methods.length > 0) parts.push(either(route.methods.map((method) => `http.method == ${literal(method)}`)));
  if (route.hosts.length > 0) parts.push(either(route.hosts.map(hostTest)));
  if (paths.length > 0) parts.push(either(paths.map(pathTest)));
  for (const [name, values] of Object.entries(route.headers)) if (isList(values)) parts.push(headerTest(name, values.filter((value) => typeof value === 'string')));
  return parts.join(' && ');
}

function sniTest(sni: string): string {
  if (sni.startsWith('*')) return `tls.sni =^ ${literal(sni.slice(1).replace(/\.$/, ''))}`;
  if (sni.endsWith('*')) return `tls.sni ^= ${literal(sni.slice(0, -1))}`;
  return `tls.sni == ${literal(sni.replace(/\.$/, ''))}`;
}

function netTest(prefix: string, ip: unknown, port: unknown): string {
  const tests: string[] = [];
  if (typeof ip === 'string') tests.push(`${prefix}.ip ${ip.includes('/') ? `in ${withoutHostBits(ip)}` : `== ${ip}`}`);
  if (typeof port === 'number') tests.push(`${prefix}.port == ${String(port)}`);
  return `(${tests.join(' && ')})`;
}

/** Kong clears them for the engine, which refuses them; not those of IPv6, nor of `/0`, where it shifts by nothing. */
function withoutHostBits(text: string): string {
  const network = parseNetwork(text);
  if (network === undefined || network.bits !== 32 || network.prefix === 0) return text;
  const shift = BigInt(32 - network.prefix);
  const whole = (network.value >> shift) << shift;
  return `${[24n, 16n, 8n, 0n].map((by) => String((whole >> by) & 255n)).join('.')}/${String(network.prefix)}`;
}

function hostTest(text: string): string {
  const { host, port } = splitHostPort(text);
  const test = host.startsWith('*') ? `http.host =^ ${literal(host.slice(1))}` : host.endsWith('*') ? `http.host ^= ${literal(host.slice(0, -1))}` : `http.host == ${literal(host)}`;
  return port === undefined ? test : `(${test} && net.dst.port == ${String(port)})`;
}

function pathTest(path: string): string {
  if (!path.startsWith('~')) return `http.path ^= ${literal(path)}`;
  return `http.path ~ ${literal(`^${path.slice(1).replaceAll('?<', '?P<')}`)}`;
}

function headerTest(name: string, values: readonly string[]): string {
  const field = `any(lower(http.headers.${name.toLowerCase().replaceAll('-', '_')}))`;
  return either(values.map((value) => (value.startsWith('~*') ? `${field} ~ ${literal(asciiLower(value.slice(2)))}` : `${field} == ${literal(asciiLower(value))}`)));
}

/** Lua knows the letters of ASCII alone. */
function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** What the order of routes goes by. */
interface Ranks {
  /** How many kinds of fields there are. */
  readonly kinds: number;
  readonly plainHosts: boolean;
  readonly headers: number;
  readonly regex: boolean;
  readonly regexPriority: number;
  readonly length: number;
}

function ranksOf(route: KongRoute, paths: readonly string[]): Ranks {
  const headers = Object.keys(route.headers).length;
  const kinds = [route.sources, route.destinations, route.methods, route.hosts, Object.keys(route.headers), route.snis, paths].filter((list) => list.length > 0).length;
  const regex = paths[0]?.startsWith('~') === true;
  return {
    kinds,
    plainHosts: route.listsHosts && route.hosts.every((host) => !host.includes('*')),
    headers: Math.min(headers, 255),
    regex,
    regexPriority: regex ? Math.trunc(route.regexPriority) : 0,
    length: regex ? 0 : Buffer.byteLength(paths[0] ?? '') & 0x7ffff,
  };
}

/** kinds | plain hosts | header count | regex | regex priority | path length: the order that the traditional router keeps. */
function intendedPriority({ kinds, plainHosts, headers, regex, regexPriority, length }: Ranks): bigint {
  return BigInt.asUintN(64, (BigInt(kinds) << 61n) | flag(plainHosts, 60n) | (BigInt(headers) << 52n) | flag(regex, 51n) | (BigInt(regexPriority) << 19n) | BigInt(length));
}

/**
 * What 3.9 makes of that formula: only the two flags are shifted as 64-bit numbers, the others as Lua numbers, which have
 * 32 bits there and turn by the shift modulo 32 (kong/router/transform.lua). So plain hosts count more than the number of
 * kinds, a regex more than it too, and large values of `regex_priority` reach into the bits of the others. A negative number
 * becomes the highest bit alone when it meets a flag or goes to the engine (LuaJIT on x86-64).
 */
function computedPriority({ kinds, plainHosts, headers, regex, regexPriority, length }: Ranks): bigint {
  const numbers = [shifted(kinds, 61n), shifted(headers, 52n), shifted(regexPriority, 19n), BigInt(length)];
  const flags = flag(plainHosts, 60n) | flag(regex, 51n);
  return flags === 0n ? unsigned(numbers.reduce(either64)) : numbers.map(unsigned).reduce(either64, flags);
}

const flag = (set: boolean, bit: bigint): bigint => (set ? 1n << bit : 0n);
const either64 = (a: bigint, b: bigint): bigint => a | b;
const shifted = (value: number, by: bigint): bigint => BigInt.asIntN(32, BigInt(value) << (by & 31n));
const unsigned = (value: bigint): bigint => (value < 0n ? 1n << 63n : value);

/** A name, or a source with a destination, first; then addresses before ports before networks, those of the source first. */
function streamPriority({ snis, sources, destinations }: KongRoute): bigint {
  const first = snis.length > 0 || (sources.length > 0 && destinations.length > 0);
  return flag(first, 61n) | (netWeight(sources) << 4n) | netWeight(destinations);
}

function netWeight(nets: KongRoute['sources']): bigint {
  return nets.map(({ ip, port }) => (typeof ip !== 'string' ? 0n : ip.includes('/') ? 1n : 8n) | (typeof port === 'number' ? 4n : 0n)).reduce(either64, 0n);
}
