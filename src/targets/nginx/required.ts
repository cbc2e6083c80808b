import type { Expr } from '../../ir/index.ts';

/**
 * Keys of which a rule needs at least one to hold; undefined when it may hold without. An index by these keys keeps ten
 * thousand hosts or paths from being compared with ten thousand rules.
 */
export function requiredKeys<M>(rule: Expr<M>, keyOf: (matcher: M) => string | undefined): readonly string[] | undefined {
  switch (rule.kind) {
    case 'constant': case 'not': return undefined;
    case 'match': {
      const key = keyOf(rule.matcher);
      return key === undefined ? undefined : [key];
    }
    case 'and': return rule.operands.map((operand) => requiredKeys(operand, keyOf)).find((keys) => keys !== undefined);
    case 'or': {
      const lists = rule.operands.map((operand) => requiredKeys(operand, keyOf));
      return lists.some((keys) => keys === undefined) ? undefined : lists.flatMap((keys) => keys ?? []);
    }
  }
}
