import type { OriginId } from '../text/index.ts';
import type { Middleware } from './middleware.ts';
import type { Argument, HttpMatcher, RuleExpr } from './rule.ts';
import { visitMatchers } from './walk.ts';

/** Option paths below a middleware whose value is a secret: never printed, deferred where they came from a variable. */
const SECRET_PATHS = [/^basicAuth\.users(?:\[|$)/, /^digestAuth\.users(?:\[|$)/, /\.redis\.password$/, /^headers\.custom(?:Request|Response)Headers\.(?:authorization|proxy-authorization|cookie|x-api-key|.*(?:token|secret|password|api-?key).*)$/i, /^plugin\..*(?:pass(?:word|wd)?|secret|token|api-?key|private-?key|credential)[^.]*$/i];

/** True when the value of this option is a secret (users, keys, tokens, plugin secrets). */
export function isSecretOption(path: string): boolean {
  return SECRET_PATHS.some((pattern) => pattern.test(path));
}

/** The secrets of a middleware that came from variables, with their places. */
export function secretVariablesOf({ variables, places, origin }: Middleware): readonly { readonly path: string; readonly names: readonly string[]; readonly origin: OriginId }[] {
  return [...variables].filter(([path, { unset, filled }]) => isSecretOption(path) && unset.length + filled.length > 0).map(([path, { unset, filled }]) => ({ path, names: [...unset, ...filled], origin: places.get(path) ?? origin }));
}

const SECRET_NAME = /authorization|cookie|token|secret|passw|passphrase|credential|api[_-]?key|(?:^|[_-])(?:key|pass|pwd|auth)$/i;

/** Whether a variable, a field of a message or a parameter is named for a secret that it holds. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Whether a static option holds a secret itself, and not the name of a file with one. */
export function isSecretStatic(path: string): boolean {
  const option = path.replace(/\[\d+\]$/, '').split('.').at(-1) ?? '';
  return /hmac|token|secret|passw|api-?key|authorization|credential/i.test(option) && !/file$/i.test(option);
}

/** What a matcher compares a field or a parameter with. */
export function comparedWith(matcher: HttpMatcher): { readonly name: Argument; readonly value: Argument } | undefined {
  switch (matcher.kind) {
    case 'header':
      return matcher;
    case 'query':
      return matcher.value === undefined ? undefined : { name: matcher.name, value: matcher.value };
    case 'headerRegexp':
      return { name: matcher.name, value: matcher.pattern };
    case 'queryRegexp':
      return matcher.pattern === undefined ? undefined : { name: matcher.name, value: matcher.pattern };
    default:
      return undefined;
  }
}

/** The secrets that a rule compares with and that came from variables. */
export function secretsOfRule(rule: RuleExpr): readonly Argument[] {
  const found: Argument[] = [];
  visitMatchers(rule, (matcher) => {
    const value = comparedWith(matcher)?.value;
    if (value?.secretOf !== undefined) found.push(value);
  });
  return found;
}

/** A text without the secrets of these rules, in whatever form a rule, an address or JSON writes them. */
export function withoutSecrets(text: string, rules: Iterable<RuleExpr>): string {
  let out = text;
  for (const rule of rules) {
    for (const { value } of secretsOfRule(rule)) {
      for (const form of new Set([value, encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\ufffd')), JSON.stringify(value).slice(1, -1)])) out = form === '' ? out : out.replaceAll(form, '***');
    }
  }
  return out;
}
