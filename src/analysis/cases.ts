import type { HttpMatcher, RuleExpr } from '../ir/index.ts';

/** A matcher or its negation. */
export interface Atom {
  readonly matcher: HttpMatcher;
  readonly negated: boolean;
}
/** All of these at once. */
export type Case = readonly Atom[];

/** A rule as alternatives of plain conditions. */
export interface Cases {
  readonly list: readonly Case[];
  /** False where there are more alternatives than were asked for. */
  readonly complete: boolean;
}

/** More cases than this and a rule is not taken apart completely. */
const MAX_CASES = 64;

/** A rule taken apart, `limit` alternatives at most. */
export function expand(rule: RuleExpr, limit: number = MAX_CASES, negated = false): Cases {
  switch (rule.kind) {
    case 'constant':
      return { list: rule.value === negated ? [] : [[]], complete: true };
    case 'match':
      return { list: [[{ matcher: rule.matcher, negated }]], complete: true };
    case 'not':
      return expand(rule.operand, limit, !negated);
    case 'and':
    case 'or': {
      const parts = rule.operands.map((operand) => expand(operand, limit, negated));
      return (rule.kind === 'and') === negated ? choice(parts, limit) : product(parts, limit);
    }
  }
}

function choice(parts: readonly Cases[], limit: number): Cases {
  const all = parts.flatMap(({ list }) => list);
  return { list: all.slice(0, limit), complete: all.length <= limit && parts.every(({ complete }) => complete) };
}

function product(parts: readonly Cases[], limit: number): Cases {
  let all: readonly Case[] = [[]];
  let complete = parts.every((part) => part.complete);
  for (const { list } of parts) {
    const next: Case[] = [];
    for (const before of all) for (const after of list) if (next.length <= limit) next.push([...before, ...after]);
    complete &&= next.length <= limit;
    all = next.slice(0, limit);
  }
  return { list: all, complete };
}

/** All alternatives; undefined when there are too many. */
export function casesOf(rule: RuleExpr): readonly Case[] | undefined {
  const { list, complete } = expand(rule);
  return complete ? list : undefined;
}
