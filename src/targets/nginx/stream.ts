import type { Listener, Routing, TcpRoute, TcpService, TcpServiceSpec, UdpRoute } from '../../ir/index.ts';
import { matchersOf } from '../../rule-lang/partial.ts';
import type { TargetOptions } from '../target.ts';
import { createNames, type Names } from './names.ts';
import { BLANK, block, comment, directive, literal, template, variable, type Statement } from './plan.ts';
import { mustPcre } from './re2.ts';
import { literalPattern } from './regex.ts';
import { resolverStatements } from './settings.ts';
import { address, isFixed } from './upstreams.ts';
import { ipRange } from './ip-range.ts';

/** TCP and UDP routers. */
export function streamBlock(routing: Routing, options: TargetOptions): readonly Statement[] {
  const names = createNames();
  const blocks = routing.listeners.flatMap((listener) => [...tcpServer(listener, names), ...udpServer(listener, names)]);
  if (blocks.length === 0) return [];
  const services = routing.listeners.flatMap(({ tcp, udp }) => [...tcp.map(({ service }) => service), ...(udp === undefined ? [] : [udp.service])]);
  const late = services.some(({ spec }) => spec.kind === 'loadBalancer' && spec.endpoints.some(({ host }) => !isFixed(host)));
  return [BLANK, block(['stream'], [...(late ? resolverStatements(options) : []), directive('variables_hash_max_size', '4096'), ...blocks])];
}

function tcpServer({ entryPoint, tcp }: Listener, names: Names): readonly Statement[] {
  if (tcp.length === 0) return [];
  const listen = directive('listen', address({ host: entryPoint.host === '' ? '0.0.0.0' : entryPoint.host, port: entryPoint.port }));
  const pools = tcp.map((route) => ({ route, pool: pool(route.service, names, route.router.name) }));
  const [first] = pools;
  const before = [BLANK, comment(`entry point ${entryPoint.name}, TCP`), ...pools.flatMap(({ pool: { statements } }) => statements)];
  if (first === undefined) return [];
  if (pools.length === 1 && isCatchAll(first.route)) return [...before, block(['server'], [comment(first.route.symbol), listen, ...access(first.route), ...first.pool.use])];
  const chosen = names.pick(`gw_sni_${entryPoint.name}`);
  const entries = pools.flatMap(({ route, pool: { target } }) => serverNames(route).map((pattern) => directive(pattern === undefined ? 'default' : literal(`~*${pattern}`), target)));
  const map = block(['map', template(variable('ssl_preread_server_name')), template(variable(chosen))], entries);
  return [...before, map, block(['server'], [...tcp.map(({ symbol }) => comment(symbol)), listen, directive('ssl_preread', 'on'), directive('proxy_pass', template(variable(chosen)))])];
}

function access({ chain }: TcpRoute): readonly Statement[] {
  return chain.flatMap(({ spec }) => (spec.kind === 'ipAllowList' ? [...spec.sourceRange.flatMap((range) => ipRange(range) ?? []).map((range) => directive('allow', range)), directive('deny', 'all')] : []));
}

/** The names of a rule in the order of the routes; undefined = any name, or none. */
function serverNames({ rule }: TcpRoute): readonly (string | undefined)[] {
  return matchersOf(rule).flatMap((matcher): readonly (string | undefined)[] => {
    if (matcher.kind === 'hostSni') return matcher.host.value === '*' ? [undefined] : [sniPattern(matcher.host.value)];
    return matcher.kind === 'hostSniRegexp' ? [mustPcre(matcher.pattern.value, 'ascii').pattern] : [];
  });
}

function sniPattern(host: string): string {
  return host.startsWith('*.') ? `^[^.]*${literalPattern(host.slice(1))}\\z` : `^${literalPattern(host)}\\z`;
}

/** Exactly one HostSNI(`*`). */
export function isCatchAll({ rule }: TcpRoute): boolean {
  return rule.kind === 'match' && rule.matcher.kind === 'hostSni' && rule.matcher.host.value === '*';
}

/** A rule that the preread name decides alone: names, joined by or. */
export function isNameList({ rule }: TcpRoute): boolean {
  const operands = rule.kind === 'or' ? rule.operands : [rule];
  return operands.every((operand) => operand.kind === 'match' && (operand.matcher.kind === 'hostSni' || operand.matcher.kind === 'hostSniRegexp'));
}

function udpServer({ entryPoint, udp }: Listener, names: Names): readonly Statement[] {
  if (udp === undefined) return [];
  const { statements, use } = udpPool(udp, names);
  const listen = directive('listen', address({ host: entryPoint.host === '' ? '0.0.0.0' : entryPoint.host, port: entryPoint.port }), 'udp');
  return [BLANK, comment(`entry point ${entryPoint.name}, UDP`), ...statements, block(['server'], [comment(udp.symbol), listen, ...use])];
}

function udpPool(route: UdpRoute, names: Names): Pool {
  return pool(route.service, names, route.router.name);
}

interface Pool {
  readonly statements: readonly Statement[];
  /** Directives of a server that always goes there. */
  readonly use: readonly Statement[];
  readonly target: ReturnType<typeof literal>;
}

function pool(service: TcpService, names: Names, wish: string): Pool {
  const endpoints = endpointsOf(service.spec);
  const [first] = endpoints;
  const nowhere = literal('127.0.0.1:1');
  if (first === undefined) return { statements: [], use: [directive('proxy_pass', nowhere)], target: nowhere };
  if (!endpoints.every(({ host }) => isFixed(host))) {
    const name = literal(address(first));
    const held = names.pick(`gw_${wish}`);
    return { statements: [], use: [directive('set', template(variable(held)), name), directive('proxy_pass', template(variable(held)))], target: name };
  }
  const name = names.pick(wish);
  return { statements: [block(['upstream', name], endpoints.map((endpoint) => directive('server', literal(address(endpoint)), 'max_fails=0')))], use: [directive('proxy_pass', name)], target: literal(name) };
}

function endpointsOf(spec: TcpServiceSpec): readonly { readonly host: string; readonly port: number }[] {
  return spec.kind === 'loadBalancer' ? spec.endpoints : [];
}
