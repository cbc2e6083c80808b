import { between, chance, pick, weighted, type Draw } from './draw.ts';
import { maybe } from './middlewares.ts';
import { distinctPriorities } from './priorities.ts';
import { drawRule } from './rules.ts';
import { drawUnusual, UNUSUAL_KINDS } from './unusual-values.ts';
import type { GatewaySpec, MiddlewareSpec, Options, Profile, RouterSpec, ServiceSpec } from './spec.ts';

type Weights = Readonly<Record<string, number>>;
/** Kinds that Kong knows, those of nginx, and all: a gateway keeps to one of them, since one refused chain refuses it whole. */
const FOR_KONG: Weights = { headers: 30, stripPrefix: 16, stripPrefixRegex: 8, addPrefix: 8, redirectScheme: 6, ipAllowList: 10, buffering: 6, encodedCharacters: 6 };
const FOR_NGINX: Weights = { ...FOR_KONG, replacePath: 10, replacePathRegex: 16, redirectRegex: 16, basicAuth: 12, ipWhiteList: 3 };
const FOR_ALL: Weights = Object.fromEntries(UNUSUAL_KINDS.map((kind) => [kind, kind === 'headers' ? 12 : 6]));
const REACH: Weights = { kong: 30, nginx: 40, all: 30 };
const KINDS: Readonly<Record<string, Weights>> = { kong: FOR_KONG, nginx: FOR_NGINX, all: FOR_ALL };
const PROFILES: readonly Profile[] = ['default', 'default', 'default', 'trusted', 'trusted', 'v2rules', 'redirect'];
/** Hosts that tell the chains of a gateway apart. */
const HOSTS = ['a.test', 'b.test', 'www.a.test'] as const;

/** A small gateway whose middlewares have values that few people write, so that each engine is asked about most of its chains. */
export function drawUnusualGateway(draw: Draw): GatewaySpec {
  const profile = pick(draw, PROFILES);
  const kinds = KINDS[weighted(draw, REACH, Object.keys(REACH))] ?? FOR_ALL;
  const services = Array.from({ length: between(draw, 1, 3) }, (_, at) => drawService(draw, at, kinds === FOR_ALL));
  const made = HOSTS.slice(0, between(draw, 1, 3)).map((host, at) => drawChain(draw, { host, at, profile, kinds, services }));
  const middlewares = made.flatMap((one) => one.middlewares);
  const auth: readonly ServiceSpec[] = middlewares.some(({ kind }) => kind === 'forwardAuth') ? [{ name: 'auth', replicas: 1, alive: true, options: {} }] : [];
  const all = [...services, ...auth];
  return { profile, unusual: true, services: all, middlewares, routers: distinctPriorities(made.map((one) => one.router), all.map(({ name }) => name)) };
}

function drawService(draw: Draw, at: number, all: boolean): ServiceSpec {
  const alive = !chance(draw, 4);
  const options: Options = {
    'loadbalancer.server.port': alive ? '8000' : '81', ...maybe(draw, 20, 'loadbalancer.passhostheader', 'false', 'true'), ...maybe(draw, 15, 'loadbalancer.responseforwarding.flushinterval', '1ms', '-1', '0s'),
    ...maybe(draw, 10, 'loadbalancer.server.weight', '0', '5'), ...(all ? maybe(draw, 15, 'loadbalancer.sticky.cookie.name', 'srv', 'a-b', 'x.y') : {}),
  };
  const replicas = chance(draw, 80) ? 1 : 2;
  // Which of two servers a cookie names first is left to chance.
  return { name: `s${String(at)}`, replicas, alive, options: replicas === 1 ? options : Object.fromEntries(Object.entries(options).filter(([name]) => !name.includes('.sticky.'))) };
}

interface Place {
  readonly host: string;
  readonly at: number;
  readonly profile: Profile;
  readonly kinds: Weights;
  readonly services: readonly ServiceSpec[];
}

function drawChain(draw: Draw, { host, at, profile, kinds, services }: Place): { readonly router: RouterSpec; readonly middlewares: readonly MiddlewareSpec[] } {
  const home = pick(draw, services).name;
  const pages = { services: services.map(({ name }) => name) };
  const middlewares = Array.from({ length: pick(draw, [1, 1, 2, 2, 3, 4]) }, (_, place): readonly MiddlewareSpec[] => {
    const kind = weighted(draw, kinds, Object.keys(kinds));
    const options = drawUnusual(draw, kind, pages);
    return options === undefined ? [] : [{ name: `m${String(at)}x${String(place)}`, kind, home, options: Object.keys(options).length > 0 ? options : { '': 'true' } }];
  }).flat();
  const syntax = profile === 'v2rules' ? 'v2' : 'v3';
  const rule = chance(draw, 70) ? ({ kind: 'match', matcher: 'Host', spelled: 'Host', quote: '`', args: [host] } as const) : drawRule(draw, { palette: 'nginx', syntax });
  return { middlewares, router: { name: `r${String(at)}`, home, rule, syntax, tls: false, entryPoints: [], middlewares: middlewares.map(({ name }) => name), ...(chance(draw, 15) ? { priority: pick(draw, [1, 7, -5, 100_000]) } : {}) } };
}
