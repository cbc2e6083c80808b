import { chainOf, secretVariablesOf } from '../../ir/index.ts';
import type { ResolvedService, Route, Routing } from '../../ir/index.ts';
import { classicRoutes } from './classic.ts';
import { withCallers } from './callers.ts';
import { ranked } from './draft.ts';
import { isKongsOwn, spoofGuard, withSpoofGuard } from './headers.ts';
import { Names } from './names.ts';
import { confLines, streamConfLines } from './node-conf.ts';
import { httpInclude, proxyInclude } from './node-files.ts';
import { freeFolder, nodeGroups } from './nodes.ts';
import type { NodeGroup } from './nodes.ts';
import type { KongPlan, NodePlan } from './plan.ts';
import { Report } from './report.ts';
import { draftRoute, nodeGuards } from './routes.ts';
import { Services } from './services.ts';
import { streamGroups, streamNode } from './stream.ts';
import { NO_TLS, nodeTls } from './tls.ts';
import type { Lowered, TargetOptions } from '../target.ts';

/** Routing to Kong entities, one node per set of routes. */
export function lower(routing: Routing, options: TargetOptions): Lowered<KongPlan> {
  const report = new Report();
  const directory = directoryOf(options, report, routing);
  const hosts = new Set(routing.listeners.flatMap((listener) => [...listener.plain, ...listener.tls]).flatMap((route) => hostsOf(route.service)));
  const flavour = options.flavour === 'traditional_compatible' ? 'traditional_compatible' : 'expressions';
  const input: NodeInput = { routing, options, flavour, directory, hosts, report };
  const groups = nodeGroups(routing, report);
  const nodes = [...groups.map((group) => lowerNode(group, input)), ...lowerStreams(new Set(groups.map(({ folder }) => folder)), input)];
  refuseSecrets(groups.flatMap(({ routes }) => routes), options, report);
  const plan = withCallers({ flavour, nodes, secret: options.inlineSecrets }, routing, options, report);
  return report.blocked ? { diagnostics: report.diagnostics } : { plan, diagnostics: report.diagnostics };
}

interface NodeInput {
  readonly routing: Routing;
  readonly options: TargetOptions;
  readonly flavour: KongPlan['flavour'];
  readonly directory: string;
  readonly hosts: ReadonlySet<string>;
  readonly report: Report;
}

function lowerNode(group: NodeGroup, input: NodeInput): NodePlan {
  const names = new Names();
  const services = new Services(input.hosts, input.report);
  const [first] = group.listeners;
  const guards = first === undefined ? [] : nodeGuards(first, group.routes, names);
  const spoofs = first === undefined ? undefined : spoofGuard(first.entryPoint.forwardedHeaders);
  const own = group.routes.flatMap((route) => {
    warnInternal(route, input.report);
    return draftRoute(route, { tls: group.tls, names, services, report: input.report }).map((draft) => ({ ...draft, plugins: draft.plugins.map((plugin) => withSpoofGuard(plugin, spoofs)) }));
  });
  const chains = group.routes.flatMap((route) => chainOf(route));
  const templates = own.some((draft) => JSON.stringify(draft.plugins).includes('$(uri_captures.'));
  const tls = group.tls ? nodeTls(input.routing, input.options, group.routes, 'nginx_proxy_', input.report) : NO_TLS;
  const compress = chains.some(({ spec }) => spec.kind === 'compress');
  return {
    folder: group.folder,
    entryPoints: group.listeners.map((listener) => listener.entryPoint.name),
    services: services.services,
    upstreams: services.upstreams,
    certificates: tls.certificates,
    routes: input.flavour === 'expressions' ? ranked([...guards, ...own]) : classicRoutes([...guards, ...own], group.routes[0]?.origin, input.report),
    plugins: spoofs === undefined ? [] : [spoofs],
    conf: confLines({ options: input.options, flavour: input.flavour, directory: input.directory, listeners: group.listeners, secure: group.tls, tls, compress, templates }, input.report),
    ...(first === undefined ? {} : { includes: { http: httpInclude(first), proxy: proxyInclude(first) } }),
  };
}

/** TCP and UDP routers: nodes of their own, in folders of their own where there is another node. */
function lowerStreams(taken: ReadonlySet<string>, { routing, options, directory, report }: NodeInput): readonly NodePlan[] {
  const groups = streamGroups(routing);
  const alone = taken.size + groups.length === 1;
  const names = new Set(taken);
  return groups.map((group) => {
    const folder = alone ? '' : freeFolder(group.wish, names);
    names.add(folder);
    const users = group.listeners.flatMap(({ tcp }) => tcp).filter(({ tls }) => group.wish === 'tcp' && tls !== undefined && !tls.passthrough);
    const tls = nodeTls(routing, options, users, 'nginx_sproxy_', report);
    return {
      folder,
      entryPoints: group.listeners.map(({ entryPoint }) => entryPoint.name),
      ...streamNode(group, report),
      certificates: tls.certificates,
      plugins: [],
      conf: streamConfLines(group, { options, directory, tls }, report),
    };
  });
}

/** A transformer takes no references: a secret would stand in kong.yml for everyone who reads the file. */
function refuseSecrets(routes: readonly Route[], { inlineSecrets }: TargetOptions, report: Report): void {
  if (inlineSecrets) return;
  for (const middleware of routes.flatMap(chainOf)) {
    for (const { path, origin } of secretVariablesOf(middleware)) {
      report.unsupported('a secret from a variable', { origin, symbol: `${middleware.symbol} ${path}` }, 'its plugins for headers take no reference, so the value itself would stand in kong.yml', 'write it with --inline-secrets, or keep this router on Traefik');
    }
  }
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

/** Setting `directory`: where the node's folder is found; the official image looks in /etc/kong. */
function directoryOf(options: TargetOptions, report: Report, routing: Routing): string {
  const directory = options.settings['directory'] ?? '/etc/kong';
  if (typeof directory === 'string' && /^\/[A-Za-z0-9._/-]*$/.test(directory)) return directory.replace(/\/$/, '');
  const origin = routing.listeners[0]?.entryPoint.origin;
  if (origin !== undefined) report.unquotable('setting "directory"', { origin, symbol: 'targets.kong.directory' }, 'it must be an absolute path of letters, digits and `. _ / -`');
  return '/etc/kong';
}
