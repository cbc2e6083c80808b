import { between, chance, pick, type Draw } from './draw.ts';
import { drawMiddleware } from './middlewares.ts';
import { distinctPriorities } from './priorities.ts';
import { drawRule } from './rules.ts';
import { ENTRY_POINTS } from './spec.ts';
import type { GatewaySpec, MiddlewareSpec, RouterSpec, RuleNode, ServiceSpec } from './spec.ts';

/** A gateway with one thing changed. */
export interface Mutated {
  readonly what: string;
  readonly spec: GatewaySpec;
}

type Mutation = (draw: Draw, spec: GatewaySpec) => GatewaySpec | undefined;

/** Changes that no request may notice are among them. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a router less': (draw, spec) => (spec.routers.length === 1 ? undefined : { ...spec, routers: without(spec.routers, pick(draw, spec.routers)) }),
  'a router more': (draw, spec) => {
    const like = pick(draw, spec.routers);
    return { ...spec, routers: [...spec.routers, { ...like, name: 'extra', rule: newRule(draw, like) }] };
  },
  'another rule': onRouter((draw, router) => ({ ...router, rule: newRule(draw, router) })),
  'a part of a rule': onRouter((draw, router) => ({ ...router, rule: partReplaced(draw, router.rule, newRule(draw, router)) })),
  'a part of a rule less': onRouter((draw, router) => {
    const rule = partDropped(draw, router.rule);
    return rule === undefined ? undefined : { ...router, rule };
  }),
  'a part of a rule turned round': onRouter((draw, router) => ({ ...router, rule: partNegated(draw, router.rule) })),
  'another priority': onRouter((draw, router) => ({ ...router, priority: pick(draw, [1, 3, 30, 50, 300, 3000]) })),
  'no priority': onRouter((_draw, { priority, ...router }) => (priority === undefined ? undefined : router)),
  'other entry points': (draw, spec) => changedRouter(draw, spec, (router) => ({ ...router, entryPoints: chance(draw, 40) ? [] : [pick(draw, ENTRY_POINTS[spec.profile])] })),
  'tls or not': (draw, spec) => (spec.profile === 'tls' ? changedRouter(draw, spec, (router) => ({ ...router, tls: !router.tls })) : undefined),
  'a middleware less': onRouter((draw, router) => (router.middlewares.length === 0 ? undefined : { ...router, middlewares: without(router.middlewares, pick(draw, router.middlewares)) })),
  'a middleware more': (draw, spec) => {
    const known = spec.middlewares.filter(({ name }) => name !== 'ep');
    return known.length === 0 ? undefined : changedRouter(draw, spec, (router) => ({ ...router, middlewares: [...router.middlewares, pick(draw, known).name] }));
  },
  'a chain turned round': onRouter((_draw, router) => (router.middlewares.length < 2 ? undefined : { ...router, middlewares: router.middlewares.toReversed() })),
  'other options of a middleware': (draw, spec) => {
    if (spec.middlewares.length === 0) return undefined;
    const one = pick(draw, spec.middlewares);
    const earlier = spec.middlewares.slice(0, spec.middlewares.indexOf(one)).map(({ name }) => name);
    const options = drawMiddleware(draw, one.kind, { palette: 'everything', services: declared(spec), earlier });
    return options === undefined ? undefined : withMiddleware(spec, one, { ...one, options });
  },
  'an option of a middleware less': (draw, spec) => {
    const rich = spec.middlewares.filter(({ options }) => Object.keys(options).length > 1);
    if (rich.length === 0) return undefined;
    const one = pick(draw, rich);
    const gone = pick(draw, Object.keys(one.options));
    return withMiddleware(spec, one, { ...one, options: Object.fromEntries(Object.entries(one.options).filter(([key]) => key !== gone)) });
  },
  'another service': (draw, spec) => {
    const known = declared(spec);
    return known.length === 0 ? undefined : changedRouter(draw, spec, (router) => ({ ...router, service: pick(draw, known) }));
  },
  'another number of replicas': onService((draw, service) => ({ ...service, replicas: between(draw, 1, 3) })),
  'the host passed or not': onService((draw, service) => (Object.keys(service.options).length === 0 ? undefined : { ...service, options: { ...service.options, 'loadbalancer.passhostheader': pick(draw, ['true', 'false']) } })),
  'a router renamed': onRouter((_draw, router) => ({ ...router, name: `${router.name}-renamed` })),
  'a middleware renamed': (draw, spec) => {
    const free = spec.middlewares.filter(({ name }) => name !== 'ep' && !spec.middlewares.some(({ kind, options }) => kind === 'chain' && (options['middlewares'] ?? '').split(',').includes(name)));
    if (free.length === 0) return undefined;
    const one = pick(draw, free);
    const renamed = `${one.name}-renamed`;
    const next = withMiddleware(spec, one, { ...one, name: renamed });
    return { ...next, routers: next.routers.map((router) => ({ ...router, middlewares: router.middlewares.map((name) => (name === one.name ? renamed : name)) })) };
  },
  'operands turned round': onRouter((_draw, router) => ({ ...router, rule: turnedRound(router.rule) })),
  'routers turned round': (_draw, spec) => ({ ...spec, routers: spec.routers.toReversed() }),
  'said twice': onRouter((_draw, router) => ({ ...router, rule: { kind: 'and', parts: [router.rule, router.rule] } })),
};

/** One thing of a gateway changed, so that no two routers tie afterwards. */
export function mutate(draw: Draw, spec: GatewaySpec): Mutated {
  for (;;) {
    const what = pick(draw, Object.keys(MUTATIONS));
    const mutated = MUTATIONS[what]?.(draw, spec);
    if (mutated !== undefined) return { what, spec: { ...mutated, routers: distinctPriorities(mutated.routers, mutated.services.map(({ name }) => name)) } };
  }
}

function onRouter(change: (draw: Draw, router: RouterSpec) => RouterSpec | undefined): Mutation {
  return (draw, spec) => changedRouter(draw, spec, (router) => change(draw, router));
}

function changedRouter(draw: Draw, spec: GatewaySpec, change: (router: RouterSpec) => RouterSpec | undefined): GatewaySpec | undefined {
  const router = pick(draw, spec.routers);
  const changed = change(router);
  return changed === undefined ? undefined : { ...spec, routers: spec.routers.map((one) => (one === router ? changed : one)) };
}

function onService(change: (draw: Draw, service: ServiceSpec) => ServiceSpec | undefined): Mutation {
  return (draw, spec) => {
    const service = pick(draw, spec.services);
    const changed = change(draw, service);
    return changed === undefined ? undefined : { ...spec, services: spec.services.map((one) => (one === service ? changed : one)) };
  };
}

function withMiddleware(spec: GatewaySpec, from: MiddlewareSpec, to: MiddlewareSpec): GatewaySpec {
  return { ...spec, middlewares: spec.middlewares.map((one) => (one === from ? to : one)) };
}

function declared({ services }: GatewaySpec): readonly string[] {
  return services.filter(({ options }) => Object.keys(options).length > 0).map(({ name }) => name);
}

function without<T>(list: readonly T[], gone: T): readonly T[] {
  return list.filter((one) => one !== gone);
}

function newRule(draw: Draw, { syntax }: RouterSpec): RuleNode {
  return drawRule(draw, { palette: 'everything', syntax });
}

function partReplaced(draw: Draw, rule: RuleNode, by: RuleNode): RuleNode {
  return atPart(draw, rule, () => by);
}

function partNegated(draw: Draw, rule: RuleNode): RuleNode {
  return atPart(draw, rule, (part) => (part.kind === 'not' ? part.part : { kind: 'not', part }));
}

function atPart(draw: Draw, rule: RuleNode, change: (part: RuleNode) => RuleNode): RuleNode {
  if (rule.kind === 'match' || chance(draw, 20)) return change(rule);
  if (rule.kind === 'not') return { ...rule, part: atPart(draw, rule.part, change) };
  const chosen = pick(draw, rule.parts);
  return { ...rule, parts: rule.parts.map((part) => (part === chosen ? atPart(draw, part, change) : part)) };
}

function partDropped(draw: Draw, rule: RuleNode): RuleNode | undefined {
  if (rule.kind === 'match') return undefined;
  if (rule.kind === 'not') return rule.part;
  const rest = without(rule.parts, pick(draw, rule.parts));
  const [only, ...more] = rest;
  return only !== undefined && more.length === 0 ? only : { ...rule, parts: rest };
}

function turnedRound(rule: RuleNode): RuleNode {
  if (rule.kind === 'match') return rule;
  return rule.kind === 'not' ? { ...rule, part: turnedRound(rule.part) } : { ...rule, parts: rule.parts.toReversed().map(turnedRound) };
}
