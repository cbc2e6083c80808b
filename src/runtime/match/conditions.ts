import type { HttpMatcher, RuleExpr } from '../../ir/index.ts';
import { encodeUtf8 } from '../../rule-lang/index.ts';
import { canonicalName } from '../headers.ts';

/**
 * What a request must have for a rule to be true: looked up, never believed. The rule itself still decides, so a
 * condition may be too weak and must never be too strong.
 */
export interface Conditions {
  /** One of these hosts: `a.b` itself, `*.b` one label before, `.b` anything before. Undefined = any. */
  readonly hosts: readonly string[] | undefined;
  /** One of these beginnings of the path; undefined = any. */
  readonly prefixes: readonly string[] | undefined;
  /** This header with this value; undefined = none is needed. */
  readonly header: { readonly name: string; readonly value: string } | undefined;
}

export function conditionsOf(rule: RuleExpr): Conditions {
  return { hosts: listOf(rule, hostKeys, fewest), prefixes: listOf(rule, pathPrefixes, longest), header: headerOf(rule) };
}

/** Final dots go on both sides: `Host` compares with and without one. */
export function bareHost(host: string): string {
  let end = host.length;
  while (end > 0 && host.charCodeAt(end - 1) === 0x2e) end -= 1;
  return end === host.length ? host : host.slice(0, end);
}

type List = readonly string[] | undefined;

/** One of several: all of their lists. All of several: the list that says most. */
function listOf(rule: RuleExpr, leaf: (matcher: HttpMatcher) => List, better: (a: readonly string[], b: readonly string[]) => boolean): List {
  switch (rule.kind) {
    case 'match':
      return leaf(rule.matcher);
    case 'and':
      return rule.operands.map((operand) => listOf(operand, leaf, better)).reduce((best, next) => (best === undefined || (next !== undefined && better(next, best)) ? next : best), undefined);
    case 'or': {
      const each = rule.operands.map((operand) => listOf(operand, leaf, better));
      return each.includes(undefined) ? undefined : [...new Set(each.flatMap((list) => list ?? []))];
    }
    default:
      return undefined;
  }
}

function fewest(a: readonly string[], b: readonly string[]): boolean {
  return a.length < b.length;
}

function longest(a: readonly string[], b: readonly string[]): boolean {
  return shortestOf(a) > shortestOf(b);
}

function shortestOf(list: readonly string[]): number {
  return list.reduce((least, { length }) => Math.min(least, length), Infinity);
}

function hostKeys(matcher: HttpMatcher): List {
  if (matcher.kind === 'host') {
    const host = bareHost(matcher.host.value.toLowerCase());
    return matcher.wildcard && host.startsWith('*') ? (host.startsWith('*.') ? [host] : undefined) : [host];
  }
  // The router's host of v2 is another text than the one that is looked up.
  if (matcher.kind !== 'hostRegexp' || matcher.v2 === true) return undefined;
  const end = literalEnd(matcher.pattern.value);
  const dot = end.indexOf('.');
  const key = dot === -1 ? '' : bareHost(end.slice(dot + 1));
  return key === '' ? undefined : [`.${key}`];
}

/** Undefined = the pattern may be about anything: alternatives and flags change what a literal means. */
const CHANGES_ALL = /\||\(\?/;

/** Text with which a name must end: what stands literally before a final `$`. */
function literalEnd(pattern: string): string {
  if (CHANGES_ALL.test(pattern)) return '';
  const run = /((?:[A-Za-z0-9-]|\\\.)+)\$$/.exec(pattern);
  const text = run?.[1] ?? '';
  // The letter of an escape (`\d`) is no literal.
  const escaped = run !== null && pattern[run.index - 1] === '\\';
  return (escaped ? text.slice(1) : text).replaceAll('\\.', '.');
}

/** Text with which a path must begin: what stands literally behind a first `^`. */
function literalStart(pattern: string): string {
  if (CHANGES_ALL.test(pattern)) return '';
  const text = /^\^([A-Za-z0-9/_-]+)/.exec(pattern)?.[1] ?? '';
  // A letter that may be missing, or come again, is not part of it.
  return /^[*+?{]/.test(pattern.slice(1 + text.length)) ? text.slice(0, -1) : text;
}

function pathPrefixes(matcher: HttpMatcher): List {
  switch (matcher.kind) {
    case 'path':
      return [encodeUtf8(matcher.path.value)];
    case 'pathPrefix':
      return [encodeUtf8(matcher.prefix.value)];
    case 'pathRegexp': {
      const start = literalStart(matcher.pattern.value);
      return start === '' ? undefined : [start];
    }
    default:
      return undefined;
  }
}

function headerOf(rule: RuleExpr): Conditions['header'] {
  if (rule.kind === 'and') return rule.operands.map(headerOf).find((header) => header !== undefined);
  if (rule.kind !== 'match' || rule.matcher.kind !== 'header') return undefined;
  return { name: canonicalName(encodeUtf8(rule.matcher.name.value)), value: encodeUtf8(rule.matcher.value.value) };
}
