import { comparedWith, isSecretName } from '../ir/index.ts';
import type { HttpMatcher, RuleExpr, Workspace } from '../ir/index.ts';
import { mapRule } from '../rule-lang/index.ts';
import type { OriginId, Origins, Sourced, Text } from '../text/index.ts';

/** Where the text of a place is looked up. */
interface Written {
  readonly origins: Origins;
  readonly files: Workspace['files'];
}

/**
 * Marks what a rule compares a field or a parameter with, where it came from a variable and one of the two is named for a
 * secret. The value alone tells nothing: the source says where the variable stood.
 */
export function markSecrets(rule: RuleExpr, { value: { from } }: Sourced<Text>, written: Written): RuleExpr {
  if (from === undefined || from.length === 0) return rule;
  return mapRule(rule, (leaf) => ({ ...leaf, matcher: marked(leaf.matcher, from, written) }));
}

function marked(matcher: HttpMatcher, from: readonly string[], written: Written): HttpMatcher {
  const compared = comparedWith(matcher);
  if (compared === undefined) return matcher;
  const source = sourceAt(compared.value.origin, written);
  const names = from.filter((name) => source.includes(`$${name}`) || source.includes(`\${${name}`));
  if (names.length === 0 || ![compared.name.value, ...names].some(isSecretName)) return matcher;
  const value = { ...compared.value, secretOf: names };
  return matcher.kind === 'header' || matcher.kind === 'query' ? { ...matcher, value } : 'pattern' in matcher ? { ...matcher, pattern: value } : matcher;
}

function sourceAt(origin: OriginId, { origins, files }: Written): string {
  const span = origins.firstSpan(origin);
  return span === undefined ? '' : (files.get(span.file)?.text.slice(span.start, span.end) ?? '');
}
