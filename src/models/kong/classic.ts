import { isList } from './value.ts';
import type { KongRoute } from './document.ts';
import { splitHostPort } from './front/host.ts';
import { withoutOldNames } from './expression/types.ts';

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
  return pathGroups(route.paths).map((paths, index) => {
    const expression = classicExpression(route, paths);
    return {
      route,
      id: index === 0 ? route.id : `${route.id}#${String(index)}`,
      expression: flavor === 'expressions' ? withProtocols(route, expression) : expression,
      priority: classicPriority(route, paths),
    };
  });
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
  if (route.snis.length > 0) parts.push(`(net.protocol != r#"https"# || ${either(route.snis.map(sniTest))})`);
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
  if (typeof ip === 'string') tests.push(`${prefix}.ip ${ip.includes('/') ? 'in' : '=='} ${ip}`);
  if (typeof port === 'number') tests.push(`${prefix}.port == ${String(port)}`);
  return `(${tests.join(' && ')})`;
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
  return either(values.map((value) => (value.startsWith('~*') ? `${field} ~ ${literal(value.slice(2).toLowerCase())}` : `${field} == ${literal(value.toLowerCase())}`)));
}

/** weight | plain hosts | header count | regex | regex priority | path length, largest first. */
function classicPriority(route: KongRoute, paths: readonly string[]): bigint {
  const headerCount = Object.keys(route.headers).length;
  const kinds = [route.sources.length, route.destinations.length, route.methods.length, route.hosts.length, headerCount, route.snis.length, paths.length];
  const weight = BigInt(kinds.filter((count) => count > 0).length);
  const plainHosts = route.hosts.length > 0 && route.hosts.every((host) => !host.includes('*'));
  const regex = paths[0]?.startsWith('~') === true;
  const length = regex ? 0n : BigInt(Buffer.byteLength(paths[0] ?? '')) & 0x7ffffn;
  const number = (weight << 61n) | (plainHosts ? 1n << 60n : 0n) | (BigInt(Math.min(headerCount, 255)) << 52n) | (regex ? 1n << 51n : 0n) | (BigInt(regex ? route.regexPriority : 0) << 19n) | length;
  return BigInt.asUintN(64, number);
}
