import { refKey, refName } from '../../ir/index.ts';
import type { Listener, Routing, TcpRoute, UdpRoute } from '../../ir/index.ts';
import { addressLiteral } from './address.ts';
import { ranked } from './draft.ts';
import type { Draft } from './draft.ts';
import { Names, refWish } from './names.ts';
import type { NodePlan, RoutePlan } from './plan.ts';
import type { Report } from './report.ts';
import { tagsOf } from './services.ts';
import { addressTest, atPort, NOWHERE, streamExpression } from './stream-rule.ts';
import { StreamServices, streamHosts } from './stream-services.ts';

/** The entry points of one stream node. TCP and UDP stand apart: Kong's cache of lookups does not tell them apart on one port. */
export interface StreamGroup {
  readonly wish: 'tcp' | 'udp';
  readonly listeners: readonly Listener[];
}

/** What a stream node holds, but for its settings. */
export type StreamNode = Pick<NodePlan, 'services' | 'upstreams' | 'routes'>;

export function streamGroups({ listeners }: Routing): readonly StreamGroup[] {
  return [
    ...byPort(listeners.filter(({ tcp }) => tcp.length > 0)).map((own): StreamGroup => ({ wish: 'tcp', listeners: own })),
    ...byPort(listeners.filter(({ udp }) => udp !== undefined)).map((own): StreamGroup => ({ wish: 'udp', listeners: own })),
  ];
}

/** A route asks which port it is, not which address: entry points of one port on several addresses go to several nodes. */
function byPort(listeners: readonly Listener[]): readonly (readonly Listener[])[] {
  const groups: Listener[][] = [];
  for (const listener of listeners) {
    const free = groups.find((group) => group.every(({ entryPoint }) => entryPoint.port !== listener.entryPoint.port));
    if (free === undefined) groups.push([listener]);
    else free.push(listener);
  }
  return groups;
}

/** How the connections of an entry point are read. Both on one entry point are refused by a verdict. */
export function speaksTls({ tcp }: Listener): boolean {
  return tcp.some(({ tls }) => tls !== undefined);
}

export function streamNode({ wish, listeners }: StreamGroup, report: Report): StreamNode {
  const routes = listeners.flatMap(({ tcp, udp }): readonly (TcpRoute | UdpRoute)[] => (wish === 'tcp' ? tcp : udp === undefined ? [] : [udp]));
  const services = new StreamServices(new Set(routes.flatMap(streamHosts)), report);
  const context: Context = { names: new Names(), services, report };
  const drafts = listeners.flatMap((listener) => (wish === 'tcp' ? listener.tcp.flatMap((route) => tcpDrafts(route, listener, context)) : udpDrafts(listener, context)));
  return { services: services.services, upstreams: services.upstreams, routes: ranked(drafts) };
}

interface Context {
  readonly names: Names;
  readonly services: StreamServices;
  readonly report: Report;
}

/** With an address list two routes: who may pass, and one that leads nowhere, so that no later router takes the others. */
function tcpDrafts(route: TcpRoute, { entryPoint }: Listener, context: Context): readonly Draft[] {
  const expression = streamExpression(route, entryPoint.port, context.report);
  if (expression === undefined) return [];
  const stream = route.tls === undefined ? 'tcp' : route.tls.passthrough ? 'tls_passthrough' : 'tls';
  const allowed = allowedSources(route, context.report);
  const at = (part: string, test: string, service: number | undefined): Draft => draft(route, `${entryPoint.name}${part}`, { expression: test, stream, service }, context.names);
  const open = at('', [expression, ...allowed].join(' && '), context.services.of(route, 'tcp'));
  return allowed.length === 0 ? [open] : [open, at('.closed', expression, undefined)];
}

function allowedSources({ chain }: TcpRoute, report: Report): readonly string[] {
  return chain.flatMap(({ spec, origin, symbol }) => {
    if (spec.kind !== 'ipAllowList') return [];
    const tests = spec.sourceRange.flatMap((range) => addressLiteral(range) ?? []).map(addressTest);
    if (tests.length < spec.sourceRange.length) report.unquotable('address range', { origin, symbol }, 'it is neither an address nor a network');
    return [tests.length < 2 ? (tests[0] ?? NOWHERE) : `(${tests.join(' || ')})`];
  });
}

function udpDrafts({ entryPoint, udp }: Listener, { names, services }: Context): readonly Draft[] {
  return udp === undefined ? [] : [draft(udp, entryPoint.name, { expression: atPort(entryPoint.port), stream: 'udp', service: services.of(udp, 'udp') }, names)];
}

function draft(route: TcpRoute | UdpRoute, part: string, own: Pick<Draft, 'expression' | 'service'> & { readonly stream: RoutePlan['stream'] & string }, names: Names): Draft {
  const name = names.of(`${refKey(route.router)} ${part}`, `${refWish(route.router)}.${part}`);
  return { name, comment: route.symbol, tags: tagsOf(route.symbol, `router:${refName(route.router)}`), ...own, stripPath: false, preserveHost: false, plugins: [] };
}
