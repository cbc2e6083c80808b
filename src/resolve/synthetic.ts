import type { EntryPoint, Middleware, MiddlewareSpec, Ref, Route, RuleExpr, RuleSyntax } from '../ir/index.ts';
import { parseRule } from '../rule-lang/parse-rule.ts';
import { known, type OriginId } from '../text/index.ts';
import { entryOf } from './build/known.ts';
import { flatten, resolveService, type Lookup, type RoutingInput } from './lookup.ts';
import { normalize, resolveName } from './names.ts';
import { NO_TIES, UNRANKED } from './order.ts';
import type { Unfinished } from './unfinished.ts';

const MAX_INT = 9_223_372_036_854_775_807n;

interface Plan {
  readonly name: string;
  readonly rule: string;
  readonly priority: bigint;
  readonly service: string;
  readonly middlewares: readonly Middleware[];
  readonly origin: OriginId;
}

/** The routers that Traefik makes itself on an entry point (pkg/provider/traefik/internal.go). */
export function syntheticRoutes(entryPoint: EntryPoint, input: RoutingInput, lookup: Lookup): readonly Unfinished<Route>[] {
  if (entryPoint.udp) return [];
  return [...redirection(entryPoint, input), ...internals(entryPoint, input), ...challenge(entryPoint, input)].map((plan) => toRoute(plan, entryPoint, input, lookup));
}

/** Any host goes to the other entry point; made with priority MaxInt64-1, it beats every router of users (ran). */
function redirection(entryPoint: EntryPoint, { entryPoints, version }: RoutingInput): readonly Plan[] {
  const { redirection: wanted } = entryPoint;
  if (wanted === undefined) return [];
  const target = entryPoints.find(({ name }) => name === wanted.to);
  const port = /^:(\d+)$/.exec(wanted.to)?.[1] ?? (target === undefined ? undefined : String(target.port));
  // An entry point that does not exist costs the redirection, not more.
  if (port === undefined) return [];
  const name = normalize(`${entryPoint.name}-to-${wanted.to}`);
  const bypass = String(entryOf(entryPoint.raw, 'allowACMEByPass') ?? '') === 'true' ? ' && !PathPrefix(`/.well-known/acme-challenge/`)' : '';
  const rule = version === '2.11' ? 'HostRegexp(`{host:.+}`)' : 'HostRegexp(`^.+$`)';
  const redirect = internalMiddleware(`redirect-${name}`, { kind: 'redirectScheme', scheme: wanted.scheme, port, permanent: wanted.permanent }, wanted.origin);
  return [{ name, rule: rule + bypass, priority: wanted.priority, service: 'noop', middlewares: [redirect], origin: wanted.origin }];
}

/** The insecure API, dashboard, ping and metrics. */
function internals(entryPoint: EntryPoint, { gateway }: RoutingInput): readonly Plan[] {
  const { static: config } = gateway.proxy;
  if (config === 'unknown') return [];
  const plans: Plan[] = [];
  const plan = (name: string, service: string, rule: string, priority: bigint, middlewares: readonly Middleware[] = []): number => plans.push({ name, service, rule, priority, middlewares, origin: config.api?.origin ?? config.origin });
  if (entryPoint.name === 'traefik' && config.api?.insecure === true) {
    plan('api', 'api', 'PathPrefix(`/api`)', MAX_INT - 1n);
    if (config.api.dashboard) plan('dashboard', 'dashboard', 'PathPrefix(`/`)', MAX_INT - 2n, dashboardChain(config.api.origin));
  }
  for (const [name, path, section] of [['ping', '/ping', entryOf(config.raw, 'ping')], ['prometheus', '/metrics', entryOf(entryOf(config.raw, 'metrics'), 'prometheus')]] as const) {
    const manual = String(entryOf(section, 'manualRouting') ?? '') === 'true';
    const where = entryOf(section, 'entryPoint') ?? 'traefik';
    if (section !== undefined && !manual && where === entryPoint.name) plan(name, name, `PathPrefix(\`${path}\`)`, MAX_INT);
  }
  return plans;
}

/** The ACME HTTP challenge goes before everything, unless the entry point lets routers of users take it. */
function challenge(entryPoint: EntryPoint, { gateway }: RoutingInput): readonly Plan[] {
  const { static: config } = gateway.proxy;
  const resolvers = config === 'unknown' ? undefined : entryOf(config.raw, 'certificatesResolvers');
  if (config === 'unknown' || typeof resolvers !== 'object' || resolvers === null) return [];
  const here = Object.values(resolvers).some((resolver: unknown) => entryOf(entryOf(entryOf(resolver, 'acme'), 'httpChallenge'), 'entryPoint') === entryPoint.name);
  if (!here) return [];
  const bypass = String(entryOf(entryPoint.raw, 'allowACMEByPass') ?? '') === 'true';
  const rule = 'PathPrefix(`/.well-known/acme-challenge/`)';
  return [{ name: bypass ? 'acme-http-bypass' : 'acme-http', rule, priority: bypass ? BigInt(rule.length) : MAX_INT, service: 'acme-http', middlewares: [], origin: config.origin }];
}

function dashboardChain(origin: OriginId): readonly Middleware[] {
  return [
    internalMiddleware('dashboard_redirect', { kind: 'redirectRegex', regex: '^(http:\\/\\/(\\[[\\w:.]+\\]|[\\w\\._-]+)(:\\d+)?)\\/$', replacement: '${1}/dashboard/', permanent: true }, origin),
    internalMiddleware('dashboard_stripprefix', { kind: 'stripPrefix', prefixes: ['/dashboard/', '/dashboard'] }, origin),
  ];
}

function internalMiddleware(name: string, spec: MiddlewareSpec, origin: OriginId): Middleware {
  const ref: Ref = { protocol: 'http', kind: 'middleware', name, namespace: 'internal' };
  return { ref, spec, origin, places: new Map(), variables: new Map(), symbol: `${name}@internal` };
}

/** Entry-point middlewares and TLS hold for these routers too; names without provider mean `@internal` there. */
function toRoute(plan: Plan, entryPoint: EntryPoint, { origins, version }: RoutingInput, lookup: Lookup): Unfinished<Route> {
  const router: Ref = { protocol: 'http', kind: 'router', name: plan.name, namespace: 'internal' };
  const syntax: RuleSyntax = version === '2.11' ? 'v2' : 'v3';
  const before = flatten(entryPoint.middlewares.map(({ value }) => resolveName(value, 'internal', { protocol: 'http', kind: 'middleware' })), lookup, []);
  return {
    router,
    rule: ruleOf(plan, syntax, version, origins),
    ruleText: plan.rule,
    syntax,
    priority: plan.priority,
    rank: UNRANKED,
    tiedWith: NO_TIES,
    chain: [...before, ...plan.middlewares],
    service: resolveService({ protocol: 'http', kind: 'service', name: plan.service, namespace: 'internal' }, lookup, [], plan.origin),
    ...(entryPoint.tls === undefined ? {} : { tls: entryPoint.tls }),
    defaultRule: false,
    synthetic: true,
    origin: plan.origin,
    symbol: `entryPoints.${entryPoint.name} ${plan.name}@internal`,
  };
}

function ruleOf(plan: Plan, syntax: RuleSyntax, version: RoutingInput['version'], origins: RoutingInput['origins']): RuleExpr {
  const origin = origins.derived(`the router ${plan.name}@internal`, [plan.origin]);
  return parseRule({ value: known(plan.rule), origin }, syntax, version, origins).rule ?? { kind: 'constant', value: false };
}
