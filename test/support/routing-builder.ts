import { parseRule } from '../../src/rule-lang/index.ts';
import { known, Origins } from '../../src/text/index.ts';
import type { EntryPoint, Gateway, Listener, Middleware, ResolvedService, Route, RouterTls, Routing, RuleExpr } from '../../src/ir/index.ts';
import type { TargetOptions } from '../../src/targets/target.ts';
import { entryPointOf, middlewareOf, ref, resolveService } from '../runtime/routing-of.ts';

/** Routings for target tests: routers as a file writes them, in any order, sorted by priority here. */
export interface RouterInput {
  readonly name: string;
  readonly rule: string;
  readonly priority?: number;
  readonly middlewares?: readonly Middleware[];
  /** Address of one server, or a whole service. */
  readonly service?: string | ResolvedService;
  readonly tls?: boolean;
}

export const origins = new Origins();
const ORIGIN = origins.default('test');

export function ruleOf(text: string): RuleExpr {
  const parsed = parseRule({ value: known(text), origin: ORIGIN }, 'v3', '3.7', origins);
  if (parsed.rule === undefined) throw new Error(`bad rule ${text}: ${JSON.stringify(parsed.errors)}`);
  return parsed.rule;
}

export function serviceOf(name: string, ...urls: readonly string[]): ResolvedService {
  return resolveService(name, { [name]: { loadBalancer: { servers: urls.map((url) => ({ url })) } } });
}

function routeOf(input: RouterInput, rank: number): Route {
  const priority = BigInt(input.priority ?? Buffer.byteLength(input.rule));
  const service = typeof input.service === 'object' ? input.service : serviceOf(input.name, input.service ?? 'http://127.0.0.1:9000');
  const tls: RouterTls = { domains: [], passthrough: false, origin: ORIGIN };
  return {
    router: ref('router', input.name), rule: ruleOf(input.rule), ruleText: input.rule, syntax: 'v3', rank, priority, tiedWith: [], chain: input.middlewares ?? [], service,
    defaultRule: false, synthetic: false, origin: ORIGIN, symbol: `shop/${input.name} traefik.http.routers.${input.name}`, ...(input.tls === true ? { tls } : {}),
  };
}

/** Highest priority first; equal ones keep their order. */
export function listenerOf(entryPoint: Partial<EntryPoint>, routers: readonly RouterInput[]): Listener {
  const sorted = routers.map((router, index) => ({ router, index, priority: router.priority ?? Buffer.byteLength(router.rule) })).sort((a, b) => b.priority - a.priority || a.index - b.index);
  const routes = sorted.map(({ router }, rank) => routeOf(router, rank));
  const tls = routers.some((router) => router.tls === true);
  return { entryPoint: { ...entryPointOf(entryPoint.name ?? 'web'), ...entryPoint }, plain: tls ? [] : routes, tls: tls ? routes : [], tcp: [] };
}

export function routingOf(...listeners: readonly Listener[]): Routing {
  return { listeners, certificates: [], tlsOptions: [], tlsStores: [] };
}

export const emptyGateway: Gateway = {
  name: 'test', proxy: { engine: 'traefik', version: 'unknown', static: 'unknown' }, stacks: [], routers: [], tcpRouters: [], udpRouters: [], middlewares: [], tcpMiddlewares: [], services: [], tcpServices: [],
  udpServices: [], transports: [], tlsOptions: [], certificates: [], tlsStores: [], states: [], labels: [], fates: [],
};

export function targetOptions(version: string, settings: TargetOptions['settings'] = {}, flavour?: string): TargetOptions {
  return { version, inlineSecrets: false, origins, files: new Map(), gateway: emptyGateway, settings, ...(flavour === undefined ? {} : { flavour }) };
}

export { middlewareOf };
