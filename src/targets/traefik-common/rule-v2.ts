import type { Expr, HttpMatcher, RuleExpr, TcpMatcher, TcpRuleExpr } from '../../ir/index.ts';
import { parseRe2, ruleQuote } from '../../rule-lang/index.ts';
import { assertNever, isBalanced } from '../../text/index.ts';

/** A rule in v2 words, as 2.11 reads it. Undefined where v2 has none for it. */
export function printV2Rule(rule: RuleExpr): string | undefined {
  return print(rule, 'or', v2Matcher);
}

/** The same for TCP. */
export function printV2TcpRule(rule: TcpRuleExpr): string | undefined {
  return print(rule, 'or', v2TcpMatcher);
}

function print<M>(expr: Expr<M>, around: 'or' | 'and' | 'not', leaf: (matcher: M) => string | undefined): string | undefined {
  switch (expr.kind) {
    case 'match': return leaf(expr.matcher);
    case 'constant': return undefined;
    case 'not': {
      const operand = print(expr.operand, 'not', leaf);
      return operand === undefined ? undefined : `!${operand}`;
    }
    case 'and':
    case 'or': {
      const parts = expr.operands.map((operand) => print(operand, expr.kind, leaf));
      if (parts.includes(undefined)) return undefined;
      const text = parts.join(expr.kind === 'and' ? ' && ' : ' || ');
      return around === 'not' || (around === 'and' && expr.kind === 'or') ? `(${text})` : text;
    }
    default: return assertNever(expr);
  }
}

function call(name: string, ...args: readonly string[]): string {
  return `${name}(${args.map(ruleQuote).join(', ')})`;
}

/** One matcher in v2 words; undefined where they would decide otherwise. A brace begins a template there. */
export function v2Matcher(matcher: HttpMatcher): string | undefined {
  switch (matcher.kind) {
    case 'host': return v2Host(matcher.host.value, matcher.wildcard);
    case 'hostRegexp': return v2HostRegexp(matcher.pattern.value);
    case 'path': return literal(matcher.path.value) ? call('Path', matcher.path.value) : undefined;
    case 'pathPrefix': return literal(matcher.prefix.value) ? call('PathPrefix', matcher.prefix.value) : undefined;
    case 'pathRegexp': return v2PathRegexp(matcher.pattern.value);
    case 'method': return call('Method', matcher.method.value);
    case 'header': return call('Headers', matcher.name.value, matcher.value.value);
    case 'headerRegexp': return call('HeadersRegexp', matcher.name.value, matcher.pattern.value);
    case 'query': return matcher.value === undefined ? undefined : v2Query(matcher.name.value, matcher.value.value);
    case 'queryPresent': return call('Query', `${matcher.name.value}=`);
    case 'queryRegexp': return matcher.pattern === undefined ? undefined : v2QueryRegexp(matcher.name.value, matcher.pattern.value);
    case 'clientIp': return call('ClientIP', matcher.range.value);
    default: return assertNever(matcher);
  }
}

function literal(text: string): boolean {
  return !/[{}]/.test(text);
}

/** `*.example.com` is one more label, which may be empty; a final dot is ignored. */
function v2Host(host: string, wildcard: boolean): string | undefined {
  if (!literal(host)) return undefined;
  if (!wildcard || !host.startsWith('*')) return call('Host', host);
  if (host === '*') return call('HostRegexp', '{any:.*}');
  const rest = host.slice(1).replace(/\.$/, '');
  return call('HostRegexp', `{label:[^.]*}${rest}`, `{label:[^.]*}${rest}.`);
}

/**
 * A v3 pattern is searched for in the lower-cased host, a v2 template is the whole host without regard to case: the same
 * as long as no capital decides. A pattern that finds the empty text matches every request in v3, hostless ones too.
 */
function v2HostRegexp(pattern: string): string | undefined {
  const inner = searched(pattern);
  if (inner === undefined || /[A-Z]/.test(pattern.replace(/\\[A-Za-z]/g, '')) || /\\[pPQx]|\(\?|\[:/.test(pattern)) return undefined;
  return call('HostRegexp', `{any:${inner}}`);
}

/** Only what begins at the first slash fits into a template, which must begin with a slash of its own. */
function v2PathRegexp(pattern: string): string | undefined {
  const rest = pattern.startsWith('^/') ? pattern.slice(2) : undefined;
  if (rest === undefined || rest === '' || !balanced(rest) || topLevelChoice(rest)) return undefined;
  if (/^[*+?{]/.test(rest)) return undefined;
  return parseRe2(`^/(?P<v0>${rest})`).ok ? call('PathPrefix', `/{rest:${rest}}`) : undefined;
}

function v2Query(name: string, value: string): string | undefined {
  if (!literal(name) || !literal(value) || name === '' || value === '' || name.includes('=')) return undefined;
  return call('Query', `${name}=${value}`);
}

function v2QueryRegexp(name: string, pattern: string): string | undefined {
  const inner = searchedInQuery(pattern);
  return inner === undefined || !literal(name) || name.includes('=') ? undefined : call('Query', `${name}={value:${inner}}`);
}

/** The template is matched with `name=` before it, so an anchor would stand at the wrong place: those at the ends go, others do not fit. */
function searchedInQuery(pattern: string): string | undefined {
  const begins = pattern.startsWith('^');
  const ends = /(?<!\\)(?:\\\\)*\$$/.test(pattern);
  const inner = pattern.slice(begins ? 1 : 0, ends ? -1 : undefined);
  if (hasAnchor(inner) || ((begins || ends) && topLevelChoice(inner)) || !balanced(inner) || !parseRe2(inner).ok) return undefined;
  return `${begins ? '' : '(?s:.*)'}(?:${inner})${ends ? '' : '(?s:.*)'}`;
}

/** `^`, `$`, `\\A` or `\\z` outside of a class. */
function hasAnchor(pattern: string): boolean {
  let inClass = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at];
    if (char === '\\') {
      at += 1;
      if (!inClass && (pattern[at] === 'A' || pattern[at] === 'z')) return true;
    } else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else if (char === '^' || char === '$') return true;
  }
  return false;
}

/** A pattern that finds `pattern` anywhere, for a place that compares the whole. */
function searched(pattern: string): string | undefined {
  return balanced(pattern) && parseRe2(pattern).ok ? `(?s:.*)(?:${pattern})(?s:.*)` : undefined;
}

/** Templates count braces without looking at escapes or classes. */
function balanced(pattern: string): boolean {
  return isBalanced(pattern, '{', '}');
}

/** An alternative outside of all groups: `^/a|b` is not `^/(a|b)`. */
function topLevelChoice(pattern: string): boolean {
  let depth = 0;
  let inClass = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at];
    if (char === '\\') at += 1;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if (char === '|' && depth === 0) return true;
  }
  return false;
}

function v2TcpMatcher(matcher: TcpMatcher): string | undefined {
  switch (matcher.kind) {
    case 'hostSni': {
      const host = matcher.host.value;
      if (host === '*' || !host.startsWith('*')) return call('HostSNI', host);
      return call('HostSNIRegexp', `{label:[^.]*}${host.slice(1).replace(/\.$/, '')}`);
    }
    case 'hostSniRegexp': {
      const inner = searched(matcher.pattern.value);
      return inner === undefined || /[A-Z]/.test(matcher.pattern.value.replace(/\\[A-Za-z]/g, '')) ? undefined : call('HostSNIRegexp', `{any:${inner}}`);
    }
    case 'clientIp': return call('ClientIP', matcher.range.value);
    case 'alpn': return call('ALPN', matcher.protocol.value);
    default: return assertNever(matcher);
  }
}
