import type { EntryPoint, Listener, Routing, TcpMatcher, TcpRoute } from '../../ir/index.ts';
import { assertNever } from '../../text/index.ts';
import { fold } from '../../rule-lang/partial.ts';
import { boundAddresses } from '../nginx-common/bound-addresses.ts';
import type { TargetOptions } from '../target.ts';
import { firstThatHolds, type Option } from './decisions.ts';
import { ipRange } from './ip-range.ts';
import { BLANK, block, comment, directive, literal, template, variable, type Statement } from './plan.ts';
import { mustPcre } from './re2.ts';
import { literalPattern } from './regex.ts';
import { resolverStatements } from './settings.ts';
import { createSheet, type Sheet } from './sheet.ts';
import { isDrawnFrom, streamPool, type StreamPool } from './stream-pools.ts';
import { tlsStatements } from './tls.ts';
import { address, isFixed } from './upstreams.ts';

/** What the servers of `stream` share. */
interface Site {
  readonly sheet: Sheet;
  readonly routing: Routing;
  readonly options: TargetOptions;
}

/** TCP and UDP routers. */
export function streamBlock(routing: Routing, options: TargetOptions): readonly Statement[] {
  const site: Site = { sheet: createSheet('$remote_addr'), routing, options };
  const servers = routing.listeners.flatMap((listener) => [...tcpServer(site, listener), ...udpServer(site, listener)]);
  if (servers.length === 0) return [];
  const services = routing.listeners.flatMap(({ tcp, udp }) => [...tcp, ...(udp === undefined ? [] : [udp])].flatMap(({ service, members }) => [service, ...members]));
  const late = services.some(({ spec }) => spec.kind === 'loadBalancer' && spec.endpoints.some(({ host }) => !isFixed(host)));
  const computed = site.sheet.computed();
  return [
    directive('variables_hash_max_size', '4096'),
    directive('proxy_connect_timeout', '30s'),
    directive('proxy_timeout', '1d'),
    ...(late ? resolverStatements(options) : []),
    ...(computed.length === 0 ? [] : [BLANK, ...computed]),
    ...site.sheet.pools(),
    ...servers,
  ];
}

function tcpServer(site: Site, listener: Listener): readonly Statement[] {
  const { entryPoint, tcp } = listener;
  if (tcp.length === 0) return [];
  const origins = tcp.map(({ symbol }) => comment(symbol));
  const kind = kindOf(tcp);
  const tls = kind === 'terminated' ? tlsStatements(site.sheet, site.routing, site.options, listener) : [];
  const listen = [...listenOn(site, entryPoint, ...(kind === 'terminated' ? ['ssl'] : [])), ...tls, ...(kind === 'preread' ? [directive('ssl_preread', 'on')] : [])];
  return [BLANK, comment(`entry point ${entryPoint.name}, TCP`), block(['server'], [...origins, ...listen, ...limits(site, tcp), ...target(site, tcp, kind)])];
}

function listenOn({ options }: Site, entryPoint: EntryPoint, ...words: readonly string[]): readonly Statement[] {
  return boundAddresses(entryPoint, options).map((host) => directive('listen', address({ host, port: entryPoint.port }), ...words));
}

/** How the connections of a port are told apart. Terminated and other ones on one port are refused by a verdict. */
type Kind = 'plain' | 'terminated' | 'preread';

function kindOf(routes: readonly TcpRoute[]): Kind {
  if (routes.every(({ tls }) => tls === undefined)) return 'plain';
  return routes.every(({ tls }) => tls !== undefined && !tls.passthrough) ? 'terminated' : 'preread';
}

/** Where a port's connections go: to the only pool, or to the one of the first rule that holds; nowhere closes. */
function target(site: Site, routes: readonly TcpRoute[], kind: Kind): readonly Statement[] {
  const drawn = isDrawnFrom(routes);
  const options = routes.flatMap((route) => routeOptions(site, route, { kind, drawn }));
  const end = options.findIndex(({ rule }) => rule.kind === 'constant');
  const certain = end < 0 ? undefined : options[end];
  const open = end < 0 ? options : options.slice(0, end);
  const protocol = routes.find(({ service: { spec } }) => spec.kind === 'loadBalancer' && spec.proxyProtocol !== undefined);
  const proxied = protocol === undefined ? [] : [directive('proxy_protocol', 'on')];
  const settings = [...proxied, ...(options.some(({ pool }) => pool?.several === true) ? [NO_OTHER] : [])];
  if (open.length === 0) return certain?.pool === undefined ? [directive('return', literal(''))] : [...settings, ...certain.pool.use];
  const chosen = firstThatHolds(site.sheet, (matcher) => atom(site.sheet, matcher, kind), open, certain?.pool?.word ?? template(''));
  return [...settings, directive('proxy_pass', template(variable(chosen)))];
}

/** Where the endpoint whose turn it is cannot be reached, Traefik closes the connection (ran on 3.7.15). */
const NO_OTHER = directive('proxy_next_upstream', 'off');

interface TcpOption extends Option<TcpMatcher> {
  readonly pool: StreamPool | undefined;
}

/** No place to connect to: nginx closes the connection. */
const CLOSED = template('-');

/** A route with an address list takes two lines: who may pass, and that all others are closed. */
function routeOptions(site: Site, route: TcpRoute, { kind, drawn }: { readonly kind: Kind; readonly drawn: boolean }): readonly TcpOption[] {
  const rule = forKind(route, kind);
  if (rule.kind === 'constant' && !rule.value) return [];
  const pool = streamPool(site.sheet, route, drawn);
  const value = pool?.word ?? CLOSED;
  const ranges = route.chain.flatMap(({ spec }) => (spec.kind === 'ipAllowList' ? [spec.sourceRange] : []));
  if (ranges.length === 0) return [{ rule, value, pool }];
  const allowed = ranges.map((list) => site.sheet.geo('allowed', list.flatMap((range) => ipRange(range) ?? [])));
  const inside = fold<TcpMatcher>({ kind: 'and', operands: [rule, ...allowed.map((flag) => flagged(flag, route))] }, () => undefined);
  return [{ rule: inside, value, pool }, { rule, value: CLOSED, pool: undefined }];
}

/** A variable as a matcher: names of addresses cannot begin with a dollar sign. */
function flagged(name: string, { origin }: TcpRoute): Option<TcpMatcher>['rule'] {
  return { kind: 'match', matcher: { kind: 'clientIp', range: { value: `$${name}`, origin } }, origin };
}

/** A rule where it is known whether TLS is spoken: plain connections have no server name and no protocols. */
function forKind(route: TcpRoute, kind: Kind): TcpRoute['rule'] {
  const own = fold(route.rule, (matcher) => {
    if (matcher.kind === 'hostSni') return matcher.host.value === '*' ? true : route.tls === undefined ? false : undefined;
    if (matcher.kind === 'hostSniRegexp' || matcher.kind === 'alpn') return route.tls === undefined ? false : undefined;
    return undefined;
  });
  if (kind !== 'preread') return own;
  const isTls: TcpRoute['rule'] = { kind: 'match', matcher: { kind: 'alpn', protocol: { value: TLS, origin: route.origin } }, origin: route.origin };
  return fold<TcpMatcher>({ kind: 'and', operands: [route.tls === undefined ? { kind: 'not', operand: isTls } : isTls, own] }, () => undefined);
}

/** Stands for "TLS is spoken": no protocol has an empty name. */
const TLS = '';

function atom(sheet: Sheet, matcher: TcpMatcher, kind: Kind): string {
  const own = kind === 'terminated' ? { name: 'ssl_server_name', protocols: 'ssl_alpn_protocol' } : { name: 'ssl_preread_server_name', protocols: 'ssl_preread_alpn_protocols' };
  switch (matcher.kind) {
    case 'hostSni': return flag(sheet, `sni_${matcher.host.value}`, own.name, `*${sniPattern(matcher.host.value)}`);
    case 'hostSniRegexp': return flag(sheet, 'sni_matches', own.name, `*${mustPcre(matcher.pattern.value, 'ascii').pattern}`);
    case 'clientIp': return matcher.range.value.startsWith('$') ? matcher.range.value.slice(1) : sheet.geo(`client_${matcher.range.value}`, [ipRange(matcher.range.value) ?? '255.255.255.255/32']);
    case 'alpn': return matcher.protocol.value === TLS ? flag(sheet, 'speaks_tls', 'ssl_preread_protocol', '.') : flag(sheet, `alpn_${matcher.protocol.value}`, own.protocols, `(?:^|,)${literalPattern(matcher.protocol.value)}(?:,|\\z)`);
    default: return assertNever(matcher);
  }
}

function flag(sheet: Sheet, wish: string, source: string, pattern: string): string {
  return sheet.map(wish, [variable(source)], [
    { key: literal('default'), value: template('0') },
    { key: literal(`~${pattern}`), value: template('1') },
  ]);
}

/** One label more for `*.`. Names are compared without case, and so are patterns: those with capital letters are refused by a verdict. */
function sniPattern(host: string): string {
  return host.startsWith('*.') ? `^[^.]*${literalPattern(host.slice(1))}\\z` : `^${literalPattern(host)}\\z`;
}

/** Connections at once per client; only where the port has one router. */
function limits(site: Site, routes: readonly TcpRoute[]): readonly Statement[] {
  return routes.flatMap(({ chain, router }) => chain.flatMap(({ spec }): readonly Statement[] => {
    if (spec.kind !== 'inFlightConn') return [];
    const zone = site.sheet.names.pick(`active_${router.name}`);
    site.sheet.add(`limit_conn_zone ${zone}`, [directive('limit_conn_zone', template(variable('binary_remote_addr')), `zone=${zone}:10m`)]);
    return [directive('limit_conn', zone, String(spec.amount))];
  }));
}

function udpServer(site: Site, { entryPoint, udp }: Listener): readonly Statement[] {
  if (udp === undefined) return [];
  const pool = streamPool(site.sheet, udp, isDrawnFrom([udp]));
  return [BLANK, comment(`entry point ${entryPoint.name}, UDP`), block(['server'], [comment(udp.symbol), ...listenOn(site, entryPoint, 'udp'), ...(pool === undefined ? [directive('return', literal(''))] : [...(pool.several === true ? [NO_OTHER] : []), ...pool.use])])];
}

/** More than one way to serve TLS, or TLS that ends here beside connections that pass: one nginx port does one of both. */
export function mixesTermination(routes: readonly TcpRoute[]): boolean {
  return kindOf(routes) === 'preread' && routes.some(({ tls }) => tls !== undefined && !tls.passthrough);
}
