import type { Expr, HttpMatcher, TcpMatcher } from '../ir/index.ts';
import { pushTo } from '../text/index.ts';

type Matcher = HttpMatcher | TcpMatcher;

/** The hosts that a rule needs, one of them in every request that it accepts; undefined = any. */
export function neededHosts(rule: Expr<Matcher>): readonly string[] | undefined {
  switch (rule.kind) {
    case 'match':
      return hostOf(rule.matcher);
    case 'and':
      return rule.operands.reduce<readonly string[] | undefined>((best, operand) => fewer(best, neededHosts(operand)), undefined);
    case 'or': {
      const each = rule.operands.map(neededHosts);
      return each.some((hosts) => hosts === undefined) ? undefined : each.flatMap((hosts) => hosts ?? []);
    }
    case 'not':
    case 'constant':
      return undefined;
  }
}

/** The first of them that is not undefined, unless the other one is shorter. */
function fewer(best: readonly string[] | undefined, next: readonly string[] | undefined): readonly string[] | undefined {
  return best === undefined || (next !== undefined && next.length < best.length) ? next : best;
}

function hostOf(matcher: Matcher): readonly string[] | undefined {
  if ((matcher.kind !== 'host' && matcher.kind !== 'hostSni') || matcher.host.holes !== undefined) return undefined;
  const host = matcher.host.value.toLowerCase().replace(/\.$/, '');
  return host.startsWith('*') ? undefined : [host];
}

/**
 * For each rule that has some the others of its group that may accept the same request as far as hosts go. Rules for different hosts
 * never meet, and a thousand of them have the same length: without this every one would be tied with all others.
 */
export function tiesWithin<T>(group: readonly T[], rule: (item: T) => Expr<Matcher>): ReadonlyMap<T, readonly T[]> {
  const open: T[] = [];
  const byHost = new Map<string, T[]>();
  let isShared = false;
  const hosts = new Map(group.map((item) => [item, neededHosts(rule(item))]));
  for (const [item, names] of hosts) {
    if (names === undefined) open.push(item);
    for (const name of names ?? []) {
      isShared ||= byHost.has(name);
      pushTo(byHost, name, item);
    }
  }
  const ties = new Map<T, readonly T[]>();
  if (open.length === 0 && !isShared) return ties;
  for (const [item, names] of hosts) {
    const met = names === undefined ? group : [...open, ...names.flatMap((name) => byHost.get(name) ?? [])];
    if (met.length > 1) ties.set(item, others(item, met, group));
  }
  return ties;
}

function others<T>(item: T, met: readonly T[], group: readonly T[]): readonly T[] {
  const each = new Set(met);
  return (each.size === group.length ? group : [...each]).filter((other) => other !== item);
}
