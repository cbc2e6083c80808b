import type { Proxy, Ref } from '../../ir/index.ts';
import { refKey, refName } from '../../ir/index.ts';
import { normalize } from '../names.ts';
import type { Failure } from './failure.ts';
import { entryOf } from './known.ts';
import type { Use, World } from './world.ts';

const SERVICES = ['noop', 'api', 'dashboard', 'ping', 'prometheus', 'rest', 'acme-http'] as const;
export type InternalName = (typeof SERVICES)[number];

/** `api` of `api@internal`; undefined when Traefik has no such service. */
export function internalName(ref: Ref): InternalName | undefined {
  return ref.namespace === 'internal' ? SERVICES.find((name) => name === ref.name) : undefined;
}

/** Traefik's own services, and whether the static configuration switches them on (pkg/server/service/internalhandler.go). */
export function internalFailure(ref: Ref, use: Use, world: World): Failure | undefined {
  const name = internalName(ref);
  if (name !== undefined && isOn(name, world)) return undefined;
  const says = name === undefined ? `unknown internal service ${refName(ref)}` : name === 'acme-http' ? 'HTTP challenge is not enabled' : `${name} is not enabled`;
  return {
    says,
    marks: [],
    key: `service-unknown|${refKey(ref)}`,
    problem: {
      kind: 'service-unknown',
      origin: use.origin,
      subject: refName(ref),
      candidates: SERVICES.map((service) => `${service}@internal`),
      context: 'service',
      engineSays: says,
      loss: 'router',
      ref,
      ...(use.container === undefined ? {} : { container: use.container }),
      symbol: use.symbol,
    },
  };
}

function isOn(name: InternalName, world: World): boolean {
  const { proxy } = world;
  if (proxy.static === 'unknown' || name === 'noop') return true;
  const { raw, api } = proxy.static;
  switch (name) {
    case 'api':
      return api !== undefined;
    case 'dashboard':
      return api?.dashboard === true;
    case 'ping':
      return entryOf(raw, 'ping') !== undefined;
    case 'prometheus':
      return entryOf(entryOf(raw, 'metrics'), 'prometheus') !== undefined;
    case 'rest':
      return entryOf(entryOf(raw, 'providers'), 'rest') !== undefined;
    case 'acme-http':
      return hasHttpChallenge(entryOf(raw, 'certificatesResolvers'));
  }
}

/** The handler of the challenge is there once any resolver uses it, whatever the entry point (ran). */
function hasHttpChallenge(resolvers: unknown): boolean {
  return typeof resolvers === 'object' && resolvers !== null && Object.values(resolvers).some((resolver: unknown) => entryOf(entryOf(resolver, 'acme'), 'httpChallenge') !== undefined);
}

const OF_DASHBOARD: readonly string[] = ['dashboard_redirect', 'dashboard_stripprefix'];

/** Whether Traefik makes this middleware itself: for the dashboard of its insecure API, and one for each redirection between entry points (ran). */
export function isMadeMiddleware(ref: Ref, { static: config }: Proxy): boolean {
  if (ref.namespace !== 'internal' || ref.kind !== 'middleware') return false;
  if (config === 'unknown') return OF_DASHBOARD.includes(ref.name) || ref.name.startsWith('redirect-');
  if (OF_DASHBOARD.includes(ref.name)) return config.api?.insecure === true && config.api.dashboard;
  return config.entryPoints.some(({ name, redirection }) => redirection !== undefined && isNamedFor(ref.name, name, redirection.to, config.entryPoints));
}

function isNamedFor(middleware: string, from: string, to: string, entryPoints: readonly { readonly name: string }[]): boolean {
  if (to.includes('${')) return middleware.startsWith(`redirect-${normalize(from)}-to-`);
  const leadsOn = /^:\d+$/.test(to) || entryPoints.some(({ name }) => name === to);
  return leadsOn && middleware === `redirect-${normalize(`${from}-to-${to}`)}`;
}
