import type { GatewaySpec, MiddlewareSpec, Options, RouterSpec, RuleNode } from './spec.ts';

export interface Sample {
  readonly spec: GatewaySpec;
  readonly request: string;
}

/**
 * The smallest gateway and request that still fail, found by leaving out one thing after the other as long as the failure
 * stays. `budget` bounds the number of tries: each one is a run of real engines.
 */
export async function shrink(first: Sample, fails: (sample: Sample) => Promise<boolean>, budget = 160): Promise<Sample> {
  let best = first;
  let left = budget;
  let better = true;
  while (better) {
    better = false;
    for (const candidate of candidates(best)) {
      if (left === 0) return best;
      left -= 1;
      if (!(await fails(candidate))) continue;
      best = candidate;
      better = true;
      break;
    }
  }
  return best;
}

function* candidates({ spec, request }: Sample): Generator<Sample> {
  for (const smaller of smallerGateways(spec)) yield { spec: smaller, request };
  for (const smaller of smallerRequests(request)) yield { spec, request: smaller };
}

/** Large steps first. */
function* smallerGateways(spec: GatewaySpec): Generator<GatewaySpec> {
  yield* halves(spec);
  for (const router of spec.routers) if (spec.routers.length > 1) yield { ...spec, routers: spec.routers.filter((one) => one !== router) };
  for (const middleware of spec.middlewares) yield withoutMiddleware(spec, middleware);
  for (const service of spec.services) if (isUnused(spec, service.name)) yield { ...spec, services: spec.services.filter((one) => one !== service) };
  for (const router of spec.routers) for (const smaller of smallerRouters(router)) yield { ...spec, routers: spec.routers.map((one) => (one === router ? smaller : one)) };
  for (const middleware of spec.middlewares) for (const options of fewer(middleware.options)) yield { ...spec, middlewares: spec.middlewares.map((one) => (one === middleware ? { ...one, options } : one)) };
  for (const service of spec.services) {
    if (service.replicas > 1) yield { ...spec, services: spec.services.map((one) => (one === service ? { ...one, replicas: 1 } : one)) };
    for (const options of fewer(service.options)) yield { ...spec, services: spec.services.map((one) => (one === service ? { ...one, options } : one)) };
  }
  if (spec.profile !== 'default' && spec.profile !== 'tls') yield { ...spec, profile: 'default' };
}

function* halves(spec: GatewaySpec): Generator<GatewaySpec> {
  const middle = Math.floor(spec.routers.length / 2);
  if (middle === 0) return;
  yield { ...spec, routers: spec.routers.slice(0, middle) };
  yield { ...spec, routers: spec.routers.slice(middle) };
}

function withoutMiddleware(spec: GatewaySpec, { name }: MiddlewareSpec): GatewaySpec {
  return { ...spec, middlewares: spec.middlewares.filter((one) => one.name !== name), routers: spec.routers.map((router) => ({ ...router, middlewares: router.middlewares.filter((one) => one !== name) })) };
}

function isUnused({ routers, middlewares, services }: GatewaySpec, name: string): boolean {
  return services.length > 1 && routers.every(({ home, service }) => home !== name && service !== name) && middlewares.every(({ home, options }) => home !== name && options['service'] !== name) && !(name === 'auth' && middlewares.some(({ kind }) => kind === 'forwardAuth'));
}

function* smallerRouters(router: RouterSpec): Generator<RouterSpec> {
  const { priority: _priority, ...plain } = router;
  for (const name of router.middlewares) yield { ...router, middlewares: router.middlewares.filter((one) => one !== name) };
  if (router.priority !== undefined) yield plain;
  for (const rule of smallerRules(router.rule)) yield { ...router, rule };
  if (router.entryPoints.length > 0 && !router.tls) yield { ...router, entryPoints: [] };
}

function* smallerRules(rule: RuleNode): Generator<RuleNode> {
  if (rule.kind === 'match') return;
  if (rule.kind === 'not') {
    yield rule.part;
    for (const part of smallerRules(rule.part)) yield { ...rule, part };
    return;
  }
  yield* rule.parts;
  if (rule.parts.length > 2) for (const part of rule.parts) yield { ...rule, parts: rule.parts.filter((one) => one !== part) };
  for (const part of rule.parts) for (const smaller of smallerRules(part)) yield { ...rule, parts: rule.parts.map((one) => (one === part ? smaller : one)) };
}

function* fewer(options: Options): Generator<Options> {
  const entries = Object.entries(options);
  if (entries.length > 1) for (const entry of entries) yield Object.fromEntries(entries.filter((one) => one !== entry));
}

function* smallerRequests(request: string): Generator<string> {
  const [head = '', ...parts] = request.split(' | ');
  const print = (newHead: string, kept: readonly string[]): string => [newHead, ...kept].join(' | ');
  for (const part of parts) yield print(head, parts.filter((one) => one !== part));
  const [method = '', place = '', target = '', ...from] = head.split(' ');
  if (from.length > 0) yield print([method, place, target].join(' '), parts);
  for (const smaller of smallerTargets(target)) yield print([method, place, smaller, ...from].join(' '), parts);
  if (method !== 'GET') yield print(['GET', place, target, ...from].join(' '), parts);
}

function* smallerTargets(target: string): Generator<string> {
  const at = target.indexOf('?');
  const path = at < 0 ? target : target.slice(0, at);
  if (at >= 0) yield path;
  if (at >= 0 && target.slice(at + 1).includes('&')) for (const one of target.slice(at + 1).split('&')) yield `${path}?${one}`;
  const query = at < 0 ? '' : target.slice(at);
  if (path !== '/') yield `/${query}`;
  const segments = path.split('/');
  if (segments.length > 2) for (const [index] of segments.entries()) if (index > 0) yield `${segments.filter((_, other) => other !== index).join('/')}${query}`;
}
