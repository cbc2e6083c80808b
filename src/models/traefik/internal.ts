import type { EntryPoint, Middleware, MiddlewareSpec } from '../../ir/index.ts';
import { middlewareOf, refOf } from './refs.ts';
import type { StaticFile } from './static.ts';

/** A router that Traefik adds on its own account. */
export interface OwnRouter {
  readonly name: string;
  readonly rule: string;
  readonly priority: bigint;
  readonly service: string;
  readonly chain: readonly Middleware[];
}

const MAX_INT = 9_223_372_036_854_775_807n;
const CHALLENGE = 'PathPrefix(`/.well-known/acme-challenge/`)';

/** pkg/provider/traefik: what an entry point serves besides routers of users. */
export function ownRouters(point: EntryPoint, { root, entryPoints }: StaticFile): readonly OwnRouter[] {
  if (point.udp) return [];
  const bypass = root.child('entryPoints').child(point.name).flag('allowACMEByPass');
  return [...redirections(point, entryPoints, bypass), ...dashboard(point, root.child('api')), ...monitoring(point, root), ...challenge(point, root, bypass)];
}

function own(name: string, rule: string, priority: bigint, service: string, ...specs: readonly MiddlewareSpec[]): OwnRouter {
  return { name, rule, priority, service, chain: specs.map((spec, index) => middlewareOf(refOf('middleware', `${name}-${String(index)}@internal`), spec)) };
}

function redirections({ name, redirection }: EntryPoint, all: readonly EntryPoint[], bypass: boolean): readonly OwnRouter[] {
  if (redirection === undefined) return [];
  const { to, scheme, permanent, priority } = redirection;
  const port = /^:(\d+)$/.exec(to)?.[1] ?? all.find((other) => other.name === to)?.port;
  if (port === undefined) return [];
  return [own(`${name}-to-${to}`, `HostRegexp(\`^.+$\`)${bypass ? ` && !${CHALLENGE}` : ''}`, priority, 'noop', { kind: 'redirectScheme', scheme, port: String(port), permanent })];
}

function dashboard(point: EntryPoint, api: StaticFile['root']): readonly OwnRouter[] {
  if (point.name !== 'traefik' || !api.flag('insecure')) return [];
  const toDashboard: MiddlewareSpec = { kind: 'redirectRegex', regex: '^(http:\\/\\/(\\[[\\w:.]+\\]|[\\w\\._-]+)(:\\d+)?)\\/$', replacement: '${1}/dashboard/', permanent: true };
  const page = own('dashboard', 'PathPrefix(`/`)', MAX_INT - 2n, 'dashboard', toDashboard, { kind: 'stripPrefix', prefixes: ['/dashboard/', '/dashboard'] });
  return [own('api', 'PathPrefix(`/api`)', MAX_INT - 1n, 'api'), ...(api.flag('dashboard', true) ? [page] : [])];
}

function monitoring(point: EntryPoint, root: StaticFile['root']): readonly OwnRouter[] {
  const parts = [{ name: 'ping', path: '/ping', at: root.child('ping'), there: root.has('ping') }, { name: 'prometheus', path: '/metrics', at: root.child('metrics').child('prometheus'), there: root.child('metrics').has('prometheus') }];
  return parts.filter(({ at, there }) => there && !at.flag('manualRouting') && at.text('entryPoint', 'traefik') === point.name).map(({ name, path }) => own(name, `PathPrefix(\`${path}\`)`, MAX_INT, name));
}

function challenge(point: EntryPoint, root: StaticFile['root'], bypass: boolean): readonly OwnRouter[] {
  const resolvers = root.child('certificatesResolvers');
  const here = resolvers.keys.some((name) => resolvers.child(name).child('acme').child('httpChallenge').text('entryPoint') === point.name);
  return here ? [own('acme-http', CHALLENGE, bypass ? BigInt(CHALLENGE.length) : MAX_INT, 'acme-http')] : [];
}
