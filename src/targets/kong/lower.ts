import type { Certificate, ResolvedService, Route, Routing } from '../../ir/index.ts';
import { classicRoutes } from './classic.ts';
import { ranked } from './draft.ts';
import { isKongsOwn } from './headers.ts';
import { Names } from './names.ts';
import { confLines } from './node-conf.ts';
import { httpInclude, proxyInclude } from './node-files.ts';
import { nodeGroups } from './nodes.ts';
import type { NodeGroup } from './nodes.ts';
import { chainOf } from './paths.ts';
import type { KongPlan, NodePlan } from './plan.ts';
import { Report } from './report.ts';
import { draftRoute, nodeGuards } from './routes.ts';
import { Services } from './services.ts';
import type { Lowered, TargetOptions } from '../target.ts';

/** Routing to Kong entities, one node per set of routes. */
export function lower(routing: Routing, options: TargetOptions): Lowered<KongPlan> {
  const report = new Report();
  const directory = directoryOf(options, report, routing);
  const hosts = new Set(routing.listeners.flatMap((listener) => [...listener.plain, ...listener.tls]).flatMap((route) => hostsOf(route.service)));
  const certificate = certificateOf(routing, report);
  const flavour = options.flavour === 'traditional_compatible' ? 'traditional_compatible' : 'expressions';
  const nodes = nodeGroups(routing, report).map((group) => lowerNode(group, { flavour, directory, hosts, certificate, report }));
  return report.blocked ? { diagnostics: report.diagnostics } : { plan: { flavour, nodes }, diagnostics: report.diagnostics };
}

interface NodeInput {
  readonly flavour: KongPlan['flavour'];
  readonly directory: string;
  readonly hosts: ReadonlySet<string>;
  readonly certificate: Certificate | undefined;
  readonly report: Report;
}

function lowerNode(group: NodeGroup, input: NodeInput): NodePlan {
  const names = new Names();
  const services = new Services(input.hosts, input.report);
  const [first] = group.listeners;
  const guards = first === undefined ? [] : nodeGuards(first, group.routes, names);
  const own = group.routes.flatMap((route) => {
    warnInternal(route, input.report);
    return draftRoute(route, { tls: group.tls, names, services, report: input.report });
  });
  const chains = group.routes.flatMap((route) => chainOf(route));
  const templates = own.some((draft) => JSON.stringify(draft.plugins).includes('$(uri_captures.'));
  const compress = chains.some(({ spec }) => spec.kind === 'compress');
  return {
    folder: group.folder,
    entryPoints: group.listeners.map((listener) => listener.entryPoint.name),
    services: services.services,
    upstreams: services.upstreams,
    routes: input.flavour === 'expressions' ? ranked([...guards, ...own]) : classicRoutes([...guards, ...own], group.routes[0]?.origin, input.report),
    conf: confLines({ flavour: input.flavour, directory: input.directory, listeners: group.listeners, tls: group.tls, certificate: input.certificate, compress, templates }, input.report),
    httpInclude: first === undefined ? '' : httpInclude(first),
    proxyInclude: first === undefined ? '' : proxyInclude(first),
  };
}

function warnInternal(route: Route, report: Report): void {
  const { spec } = route.service.service;
  for (const middleware of chainOf(route)) {
    if (middleware.spec.kind !== 'headers') continue;
    for (const name of Object.keys(middleware.spec.customRequestHeaders).filter(isKongsOwn)) {
      report.unsupported(`the request header ${name.slice(0, 60)}`, { origin: middleware.origin, symbol: middleware.symbol }, 'Kong writes this header itself, after all plugins');
    }
  }
  if (spec.kind !== 'internal' || spec.name === 'noop' || route.synthetic) return;
  report.warning('internal-service', `"${spec.name}@internal" is Traefik's own: in kong this router answers 404`, { origin: route.origin, symbol: route.symbol }, 'the router keeps its place in the order, its rule and its middlewares', 'leave the dashboard to Traefik');
}

function hostsOf(service: ResolvedService): readonly string[] {
  const { spec } = service.service;
  return [...(spec.kind === 'loadBalancer' ? spec.endpoints.map((endpoint) => endpoint.host) : []), ...service.members.flatMap(hostsOf)];
}

/** Certificate and key are named in kong.conf, so there can be one pair; which names a second one is for cannot be seen. */
function certificateOf(routing: Routing, report: Report): Certificate | undefined {
  const [first, second] = routing.certificates;
  if (second !== undefined) report.unsupported('several certificates', { origin: second.origin, symbol: 'tls.certificates' }, 'kong.conf names one pair of files, and the names inside a certificate are not known here');
  return first;
}

/** Setting `directory`: where the node's folder is found; the official image looks in /etc/kong. */
function directoryOf(options: TargetOptions, report: Report, routing: Routing): string {
  const directory = options.settings['directory'] ?? '/etc/kong';
  if (typeof directory === 'string' && /^\/[A-Za-z0-9._/-]*$/.test(directory)) return directory.replace(/\/$/, '');
  const origin = routing.listeners[0]?.entryPoint.origin;
  if (origin !== undefined) report.unquotable('setting "directory"', { origin, symbol: 'targets.kong.directory' }, 'it must be an absolute path of letters, digits and `. _ / -`');
  return '/etc/kong';
}
