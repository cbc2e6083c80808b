import { between, chance, pick, some, weighted, type Draw } from './draw.ts';
import { drawMiddleware, KIND_WEIGHTS, maybe } from './middlewares.ts';
import { distinctPriorities } from './priorities.ts';
import { drawRule } from './rules.ts';
import { ENTRY_POINTS, PALETTES, PROFILES } from './spec.ts';
import type { GatewaySpec, MiddlewareSpec, Options, Palette, Profile, RouterSpec, ServiceSpec } from './spec.ts';

const PROFILE_WEIGHTS: Readonly<Record<Profile, number>> = { default: 44, tls: 18, trusted: 14, models: 10, redirect: 6, v2rules: 11 };
const PALETTE_WEIGHTS: Readonly<Record<Palette, number>> = { portable: 40, nginx: 28, everything: 32 };
const ROUTER_COUNTS = [1, 2, 2, 3, 3, 4, 4, 5, 6, 8, 10, 14, 20, 30] as const;
/** Where kinds stand in a chain that every engine can keep in order. */
const USUAL_ORDER = ['encodedCharacters', 'redirectScheme', 'redirectRegex', 'headers', 'ipAllowList', 'ipWhiteList', 'buffering', 'basicAuth', 'digestAuth', 'forwardAuth'];
const AUTH_SERVICE: ServiceSpec = { name: 'auth', replicas: 1, alive: true, options: {} };

/** A whole gateway. */
export function drawGateway(draw: Draw): GatewaySpec {
  const profile = weighted(draw, PROFILE_WEIGHTS, PROFILES);
  const palette = weighted(draw, PALETTE_WEIGHTS, PALETTES);
  const services = Array.from({ length: between(draw, 1, 6) }, (_, at) => drawService(draw, at, palette));
  const middlewares = drawMiddlewares(draw, palette, profile, services);
  const count = pick(draw, ROUTER_COUNTS);
  const routers = Array.from({ length: count }, (_, at) => drawRouter(draw, at, { profile, palette, services, middlewares }));
  const auth = middlewares.some(({ kind }) => kind === 'forwardAuth') ? [AUTH_SERVICE] : [];
  return { profile, services: [...services, ...auth], middlewares, routers: distinctPriorities(routers, [...services, ...auth].map(({ name }) => name)) };
}

function drawService(draw: Draw, at: number, palette: Palette): ServiceSpec {
  const declared = chance(draw, 55);
  const replicas = chance(draw, 85) ? 1 : between(draw, 2, 3);
  const alive = !chance(draw, 3);
  const options: Options = declared
    ? { 'loadbalancer.server.port': alive ? '8000' : '81', ...maybe(draw, 10, 'loadbalancer.passhostheader', 'false', 'true'), ...maybe(draw, 10, 'loadbalancer.server.weight', '3', '1', '10'), ...maybe(draw, 6, 'loadbalancer.server.scheme', 'http'), ...maybe(draw, 6, 'loadbalancer.responseforwarding.flushinterval', '50ms', '-1'), ...(palette === 'everything' ? rareOptions(draw, replicas) : {}) }
    : {};
  return { name: `s${String(at)}`, replicas, alive, options };
}

function rareOptions(draw: Draw, replicas: number): Options {
  return {
    ...maybe(draw, 6, 'loadbalancer.strategy', 'p2c', 'hrw', 'leasttime'), ...maybe(draw, 4, 'loadbalancer.server.preservepath', 'true'),
    ...(replicas === 1 ? maybe(draw, 10, 'loadbalancer.sticky.cookie.name', 'srv', 'lb') : {}),
  };
}

function drawMiddlewares(draw: Draw, palette: Palette, profile: Profile, services: readonly ServiceSpec[]): readonly MiddlewareSpec[] {
  const made: MiddlewareSpec[] = [];
  const declared = services.filter(({ options }) => Object.keys(options).length > 0).map(({ name }) => name);
  const kinds = Object.keys(KIND_WEIGHTS[palette]);
  const wanted = [...(profile === 'models' ? ['ep'] : []), ...Array.from({ length: palette === 'everything' ? between(draw, 8, 20) : between(draw, 0, 7) }, (_, at) => `m${String(at)}`)];
  for (const name of wanted) {
    const kind = name === 'ep' ? pick(draw, ['headers', 'addPrefix', 'ipAllowList']) : weighted(draw, KIND_WEIGHTS[palette], kinds);
    const options = drawMiddleware(draw, kind, { palette, services: declared, earlier: made.map((one) => one.name) });
    if (options !== undefined) made.push({ name, kind, home: pick(draw, services).name, options });
  }
  return made;
}

interface Around {
  readonly profile: Profile;
  readonly palette: Palette;
  readonly services: readonly ServiceSpec[];
  readonly middlewares: readonly MiddlewareSpec[];
}

function drawRouter(draw: Draw, at: number, { profile, palette, services, middlewares }: Around): RouterSpec {
  const older = profile === 'v2rules' ? !chance(draw, 15) : chance(draw, palette === 'nginx' ? 4 : 8);
  const home = pick(draw, services);
  const declared = services.filter(({ options }) => Object.keys(options).length > 0);
  const tls = profile === 'tls' && chance(draw, 45);
  const priority = chance(draw, 30) ? pick(draw, [1, 5, 10, 100, 1000, -1, -20, 0, 9_000_000_000_000_000]) : undefined;
  return {
    name: `r${String(at)}`, home: home.name, rule: drawRule(draw, { palette, syntax: older ? 'v2' : 'v3' }), syntax: older ? 'v2' : 'v3', tls,
    ...(declared.length > 0 && chance(draw, 15) ? { service: pick(draw, declared).name } : {}),
    ...(priority === undefined ? {} : { priority }),
    entryPoints: entryPointsOf(draw, profile, tls),
    middlewares: drawChain(draw, palette, middlewares.filter(({ name }) => name !== 'ep')),
  };
}

/** In the profile with TLS most routers stand where an engine with one kind of listener per port can take them. */
function entryPointsOf(draw: Draw, profile: Profile, tls: boolean): readonly string[] {
  if (profile === 'tls' && !chance(draw, 6)) return [tls ? 'websecure' : 'web'];
  return chance(draw, 45) ? [] : some(draw, ENTRY_POINTS[profile], { min: 1, max: 2 });
}

function drawChain(draw: Draw, palette: Palette, middlewares: readonly MiddlewareSpec[]): readonly string[] {
  const chosen = some(draw, middlewares, { max: pick(draw, [0, 0, 1, 1, 2, 3, 4]) });
  const sorted = palette !== 'everything' && chance(draw, 85) ? inUsualOrder(onceEach(chosen)) : chosen;
  return sorted.map(({ name }) => name);
}

function onceEach(chain: readonly MiddlewareSpec[]): readonly MiddlewareSpec[] {
  return chain.filter(({ kind }, at) => chain.findIndex((other) => other.kind === kind) === at);
}

function inUsualOrder(chain: readonly MiddlewareSpec[]): readonly MiddlewareSpec[] {
  const rank = ({ kind }: MiddlewareSpec): number => (USUAL_ORDER.includes(kind) ? USUAL_ORDER.indexOf(kind) : USUAL_ORDER.length);
  return chain.toSorted((a, b) => rank(a) - rank(b));
}
