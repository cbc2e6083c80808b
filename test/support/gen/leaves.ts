import type { GatewaySpec, Options, RouterSpec, RuleNode } from './spec.ts';

/** A gateway with one word of a label changed. */
export interface LeafChange {
  readonly what: string;
  readonly spec: GatewaySpec;
}

/** Every value of the labels of a gateway changed, one at a time. */
export function leafChanges(spec: GatewaySpec): readonly LeafChange[] {
  return [
    ...spec.routers.flatMap((router) => routerChanges(router).map(([what, changed]) => ({ what: `router ${router.name}: ${what}`, spec: { ...spec, routers: replaced(spec.routers, router, changed) } }))),
    ...spec.middlewares.flatMap((one) => optionChanges(one.options).map(([what, options]) => ({ what: `middleware ${one.name} (${one.kind}): ${what}`, spec: { ...spec, middlewares: replaced(spec.middlewares, one, { ...one, options }) } }))),
    ...spec.services.flatMap((one) => optionChanges(one.options).map(([what, options]) => ({ what: `service ${one.name}: ${what}`, spec: { ...spec, services: replaced(spec.services, one, { ...one, options }) } }))),
  ];
}

type Change<T> = readonly [what: string, changed: T];

function routerChanges(router: RouterSpec): readonly Change<RouterSpec>[] {
  const { rule, priority, middlewares, entryPoints } = router;
  return [
    ...ruleChanges(rule).map(([what, changed]): Change<RouterSpec> => [what, { ...router, rule: changed }]),
    ...(priority === undefined ? [] : [[`priority ${String(priority)}`, { ...router, priority: 7 - priority }] as const]),
    ...middlewares.map((name): Change<RouterSpec> => [`without ${name}`, { ...router, middlewares: middlewares.filter((other) => other !== name) }]),
    ...(entryPoints.length < 2 ? [] : [[`without ${String(entryPoints[0])}`, { ...router, entryPoints: entryPoints.slice(1) }] as const]),
  ];
}

function ruleChanges(rule: RuleNode): readonly Change<RuleNode>[] {
  switch (rule.kind) {
    case 'match': return rule.args.map((arg, at): Change<RuleNode> => [`${rule.matcher}(${arg})`, { ...rule, args: rule.args.with(at, other(arg)) }]);
    case 'not': return ruleChanges(rule.part).map(([what, part]): Change<RuleNode> => [what, { ...rule, part }]);
    case 'and': case 'or': return rule.parts.flatMap((one, at) => ruleChanges(one).map(([what, part]): Change<RuleNode> => [what, { ...rule, parts: rule.parts.with(at, part) }]));
  }
}

function optionChanges(options: Options): readonly Change<Options>[] {
  return Object.entries(options).map(([name, value]): Change<Options> => [`${name}=${value}`, { ...options, [name]: other(value) }]);
}

/** Another value of the same kind. */
function other(value: string): string {
  if (value === 'true' || value === 'false') return value === 'true' ? 'false' : 'true';
  if (/^-?\d{1,9}$/.test(value)) return String(Number(value) + 1);
  const items = value.split(',');
  return items.length > 1 ? items.slice(0, -1).join(',') : `${value}x`;
}

function replaced<T>(list: readonly T[], one: T, by: T): readonly T[] {
  return list.map((item) => (item === one ? by : item));
}
