import { assertNever } from '../../text/index.ts';
import type { Assertion, Node, Re2 } from './ast.ts';
import { type Dialect, printNode } from './print.ts';
import { children, startsAnchored } from './shape.ts';
import { includes, negate, normalize, type Ranges, REPLACEMENT, single, withoutSurrogates } from './ranges.ts';

/** The lone surrogates that stand for bytes outside UTF-8 (see bytes.ts). */
const STRAY: Ranges = [[0xdc80, 0xdcff]];

const DIALECT: Dialect = {
  set: (ranges) => printSet(ranges),
  assert: printAssertion,
  capture: (body) => `(${body})`,
};

/**
 * The same pattern for `new RegExp(source, 'u')` over text (see bytes.ts). No flags are needed: folding and dot are in
 * the sets. JavaScript backtracks: use {@link isLinear} before running it on a stranger's pattern.
 */
export function toJs(re: Re2): string {
  return printNode(re.node, DIALECT);
}

/** What Go would show as U+FFFD is matched where U+FFFD is. */
function visible(ranges: Ranges): Ranges {
  const clean = withoutSurrogates(ranges);
  return includes(ranges, REPLACEMENT) ? normalize([...clean, ...STRAY]) : clean;
}

function printSet(ranges: Ranges): string {
  const seen = visible(ranges);
  const one = single(seen);
  if (one !== undefined) return escapeRune(one);
  if (seen.length === 0) return '[]';
  const rest = withoutSurrogates(negate(ranges));
  const negated = includes(ranges, REPLACEMENT) && rest.length < seen.length;
  return negated ? (rest.length === 0 ? '[^]' : `[^${printRanges(rest)}]`) : `[${printRanges(seen)}]`;
}

function printRanges(ranges: Ranges): string {
  return ranges.map(([low, high]) => (low === high ? escapeInSet(low) : `${escapeInSet(low)}${high === low + 1 ? '' : '-'}${escapeInSet(high)}`)).join('');
}

function escapeRune(rune: number): string {
  const char = String.fromCodePoint(rune);
  if (/[\^$\\.*+?()[\]{}|/]/.test(char)) return `\\${char}`;
  return plain(rune) ? char : `\\u{${rune.toString(16)}}`;
}

function escapeInSet(rune: number): string {
  const char = String.fromCodePoint(rune);
  if (/[\^\\\]\-[]/.test(char)) return `\\${char}`;
  return plain(rune) ? char : `\\u{${rune.toString(16)}}`;
}

function plain(rune: number): boolean {
  return rune >= 0x20 && rune < 0x7f;
}

function printAssertion(at: Assertion): string {
  switch (at) {
    case 'beginText':
      return '^';
    case 'endText':
      return '$';
    case 'beginLine':
      return '(?:^|(?<=\\n))';
    case 'endLine':
      return '(?=\\n|$)';
    case 'wordBoundary':
      return '\\b';
    case 'notWordBoundary':
      return '\\B';
    default:
      return assertNever(at);
  }
}

/**
 * True when a backtracking engine cannot be made slow with it: no repetition inside a repetition, and at most one
 * unbounded one per branch (two when the pattern is anchored at the start).
 */
export function isLinear(re: Re2): boolean {
  const limit = startsAnchored(re.node) ? 2 : 1;
  return unbounded(re.node) <= limit && !nested(re.node, false) && size(re.node) <= 400;
}

const wide = (node: Node): boolean => node.kind === 'repeat' && (node.max === -1 || node.max > 1);

function unbounded(node: Node): number {
  const inner = children(node).map(unbounded);
  const below = node.kind === 'alternate' ? Math.max(0, ...inner) : inner.reduce((sum, count) => sum + count, 0);
  return below + (wide(node) ? 1 : 0);
}

/** A repetition of anything but a set may be ambiguous: `(a|a)*`, `(a*)*`. */
function nested(node: Node, inside: boolean): boolean {
  const repeats = wide(node);
  if (inside && (node.kind === 'repeat' || node.kind === 'alternate')) return true;
  return children(node).some((inner) => nested(inner, inside || repeats));
}

function size(node: Node): number {
  const inner = children(node).reduce((sum, one) => sum + size(one), 1);
  return node.kind === 'repeat' ? inner * Math.max(1, node.min, node.max) : inner;
}

