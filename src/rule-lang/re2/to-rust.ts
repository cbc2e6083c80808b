import { assertNever } from '../../text/index.ts';
import type { Assertion, Re2 } from './ast.ts';
import { type Dialect, printNode } from './print.ts';
import { negate, type Ranges, single, withoutSurrogates } from './ranges.ts';

/** A pattern for another engine, or why there is none. */
export type Translation = { readonly pattern: string } | { readonly unsupported: string };

const DIALECT: Dialect = {
  set: (ranges) => printSet(withoutSurrogates(ranges)),
  assert: printAssertion,
  capture: (body, name) => (name === undefined || !/^[A-Za-z_]/.test(name) ? `(${body})` : `(?P<${name}>${body})`),
};

/**
 * The same pattern for the Rust `regex` crate (Kong's expression router). `\d \w \s \b` are Unicode there, so sets are
 * written out and word boundaries are `(?-u:\b)`; `\Q..\E` and case folding are gone by then.
 */
export function toRust(re: Re2): Translation {
  const names = re.names.filter((name) => name !== undefined);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return { unsupported: `the group name \`${twice}\` is used twice, which the Rust engine refuses` };
  return { pattern: printNode(re.node, DIALECT) };
}

function printSet(ranges: Ranges): string {
  const one = single(ranges);
  if (one !== undefined) return escapeRune(one, /[\\.+*?()|[\]{}^$]/);
  if (ranges.length === 0) return '[^\\x{0}-\\x{10FFFF}]';
  const rest = withoutSurrogates(negate(ranges));
  const missing = single(rest);
  if (rest.length === 0) return '(?s:.)';
  if (missing === 10) return '.';
  return rest.length < ranges.length ? `[^${printRanges(rest)}]` : `[${printRanges(ranges)}]`;
}

function printRanges(ranges: Ranges): string {
  const special = /[\\\]\-[^&~]/;
  return ranges
    .map(([low, high]) => (low === high ? escapeRune(low, special) : `${escapeRune(low, special)}${high === low + 1 ? '' : '-'}${escapeRune(high, special)}`))
    .join('');
}

function escapeRune(rune: number, special: RegExp): string {
  const char = String.fromCodePoint(rune);
  if (special.test(char)) return `\\${char}`;
  return rune >= 0x20 && rune < 0x7f ? char : `\\x{${rune.toString(16).toUpperCase()}}`;
}

function printAssertion(at: Assertion): string {
  switch (at) {
    case 'beginText':
      return '^';
    case 'endText':
      return '$';
    case 'beginLine':
      return '(?m:^)';
    case 'endLine':
      return '(?m:$)';
    case 'wordBoundary':
      return '(?-u:\\b)';
    case 'notWordBoundary':
      return '(?-u:\\B)';
    default:
      return assertNever(at);
  }
}
