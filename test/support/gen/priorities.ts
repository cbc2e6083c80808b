import { printRule } from './rules.ts';
import type { RouterSpec, RuleNode } from './spec.ts';

/**
 * Traefik leaves overlapping routers of equal priority to chance, so there would be nothing to compare: a router whose
 * priority is taken gets one of its own, unless their hosts tell them apart.
 * @param services each may get a router of the default rule, whose length is a priority too
 */
export function distinctPriorities(routers: readonly RouterSpec[], services: readonly string[]): readonly RouterSpec[] {
  const taken = new Map<number, readonly (string | undefined)[]>();
  for (const host of services.map((name) => `${name}-case`)) {
    const priority = Buffer.byteLength(`Host(\`${host}\`)`);
    taken.set(priority, [...(taken.get(priority) ?? []), host]);
  }
  return routers.map((router) => {
    const host = router.syntax === 'v3' ? onlyHost(router.rule) : undefined;
    let chosen = router;
    let priority = effective(router);
    while (!isFree(taken.get(priority) ?? [], host)) {
      priority += 1;
      chosen = { ...router, priority: priority === 0 ? (priority += 1) : priority };
    }
    taken.set(priority, [...(taken.get(priority) ?? []), host]);
    return chosen;
  });
}

/** Zero and no priority are the length of the rule. */
function effective({ priority, rule }: RouterSpec): number {
  return priority === undefined || priority === 0 ? Buffer.byteLength(printRule(rule)) : priority;
}

function isFree(hosts: readonly (string | undefined)[], host: string | undefined): boolean {
  return hosts.length === 0 || (host !== undefined && hosts.every((other) => other !== undefined && other !== host));
}

/** The exact host that the rule demands. */
function onlyHost(rule: RuleNode): string | undefined {
  if (rule.kind === 'match') return rule.matcher === 'Host' && !(rule.args[0] ?? '*').includes('*') ? rule.args[0]?.toLowerCase().replace(/\.$/, '') : undefined;
  if (rule.kind !== 'and') return undefined;
  return rule.parts.map(onlyHost).find((host) => host !== undefined);
}
