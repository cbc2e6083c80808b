import { type HttpMatcher, type RuleExpr, visitMatchers } from '../ir/index.ts';
import { printRule } from './print-rule.ts';

/** A rule of v2 syntax in v3 text, and what is not quite the same there. */
export interface Conversion {
  readonly text: string;
  /** Cases in which v3 decides otherwise; empty = none. The default priority always changes with the length. */
  readonly differs: readonly string[];
}

/** The v3 text of a parsed v2 rule; undefined when v3 cannot say it. */
export function toV3Text(rule: RuleExpr): Conversion | undefined {
  const text = printRule(rule);
  if (text === undefined) return undefined;
  const differs = new Set<string>();
  visitMatchers(rule, (matcher) => {
    const difference = differenceOf(matcher);
    if (difference !== undefined) differs.add(difference);
  });
  return { text, differs: [...differs] };
}

function differenceOf(matcher: HttpMatcher): string | undefined {
  if ((matcher.kind === 'query' || matcher.kind === 'queryRegexp') && matcher.v2 === true) return 'v3 looks at every value of a repeated query parameter, v2 at the first only';
  if (matcher.kind === 'queryPresent') return 'v3 looks at every value of a repeated query parameter, v2 at the first only';
  if (matcher.kind === 'hostRegexp' && matcher.v2 === true) return 'v3 also tests HostRegexp against the flattened name, and against the empty text';
  return undefined;
}
