import { visitMatchers, withoutSecrets } from '../../ir/index.ts';
import type { Argument, HttpMatcher, RuleExpr } from '../../ir/index.ts';
import { mapRule } from '../../rule-lang/index.ts';

/**
 * A variable without a value equals only itself. For a request that shows something it gets a made-up value, the same in
 * every rule and such that no text of a rule is likely to hold it.
 */
function standIn(name: string): string {
  return `unset-${name.toLowerCase().replaceAll('_', '-')}-variable`;
}

/** The rule with made-up values for the variables that have none. */
export function filledIn(rule: RuleExpr): RuleExpr {
  return mapRule(rule, (leaf) => ({ ...leaf, matcher: fill(leaf.matcher) }));
}

/** A text about a request with the names of the variables in the place of their made-up values, and without secrets. */
export function unfilled(text: string, rules: readonly RuleExpr[]): string {
  const names = new Set<string>();
  for (const rule of rules) visitMatchers(rule, (matcher) => argumentsOf(matcher).forEach(({ holes }) => holes?.forEach((name) => names.add(name))));
  return [...names].reduce((out, name) => out.replaceAll(standIn(name), `\${${name}}`), withoutSecrets(text, rules));
}

function argumentsOf(matcher: HttpMatcher): readonly Argument[] {
  return Object.values(matcher).filter(isArgument);
}

function isArgument(value: unknown): value is Argument {
  return typeof value === 'object' && value !== null && 'value' in value && 'origin' in value;
}

function fill(matcher: HttpMatcher): HttpMatcher {
  switch (matcher.kind) {
    case 'host':
      return { ...matcher, host: filled(matcher.host) };
    case 'path':
      return { ...matcher, path: filled(matcher.path) };
    case 'pathPrefix':
      return { ...matcher, prefix: filled(matcher.prefix) };
    case 'hostRegexp':
    case 'pathRegexp':
      return { ...matcher, pattern: filled(matcher.pattern) };
    case 'header':
      return { ...matcher, value: filled(matcher.value) };
    default:
      return matcher;
  }
}

function filled(argument: Argument): Argument {
  return (argument.holes ?? []).reduce((at, name) => ({ ...at, value: at.value.replaceAll(`\${${name}}`, standIn(name)) }), argument);
}
