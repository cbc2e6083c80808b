import { decodeUtf8, encodeUtf8 } from '../bytes.ts';
import type { Re2, Re2Error } from './ast.ts';
import { buildMachine, execute, type Machine, runesOf } from './machine.ts';
import { parseRe2 } from './parse.ts';
import { expandTemplate } from './replace.ts';
import { isLinear, toJs } from './to-js.ts';

/** A Go pattern ready to run. Arguments and results are text (see bytes.ts) unless the name says bytes. */
export interface Pattern {
  readonly re: Re2;
  /** `Regexp.MatchString`. */
  test(text: string): boolean;
  testBytes(bytes: string): boolean;
  /** `Regexp.FindStringSubmatch`: the groups, undefined where a group took no part; undefined = no match. */
  find(text: string): readonly (string | undefined)[] | undefined;
  /** `Regexp.ReplaceAllString`. */
  replaceAll(text: string, replacement: string): string;
}

export type PatternResult = { readonly ok: true; readonly pattern: Pattern } | { readonly ok: false; readonly error: Re2Error };

/**
 * Compiles a Go pattern. Matching is linear in the subject for every pattern: native where backtracking cannot hurt, else
 * by our own machine.
 */
export function compilePattern(source: string): PatternResult {
  const parsed = parseRe2(source);
  return parsed.ok ? { ok: true, pattern: build(parsed.re) } : parsed;
}

function build(re: Re2): Pattern {
  let machine: Machine | undefined;
  const lazy = (): Machine => (machine ??= buildMachine(re));
  const native = isLinear(re) ? new RegExp(toJs(re), 'u') : undefined;
  // V8 lets `\B` match between the halves of a surrogate pair even with the u flag: such subjects take the other way.
  const test = (text: string): boolean =>
    native !== undefined && !/[\ud800-\udbff]/.test(text) ? native.test(text) : execute(lazy(), runesOf(text), 0) !== undefined;
  return {
    re,
    test,
    testBytes: (bytes) => test(decodeUtf8(bytes)),
    find: (text) => {
      const chars = Array.from(text);
      const slots = execute(lazy(), runesOf(text), 0);
      return slots === undefined ? undefined : groups(chars, slots);
    },
    replaceAll: (text, replacement) => replaceAll(re, lazy(), text, replacement),
  };
}

function groups(chars: readonly string[], slots: readonly number[]): readonly (string | undefined)[] {
  return Array.from({ length: slots.length / 2 }, (_, index) => {
    const from = slots[2 * index] ?? -1;
    return from < 0 ? undefined : chars.slice(from, slots[2 * index + 1]).join('');
  });
}

/** Go's loop: an empty match right behind the last match is skipped. */
function replaceAll(re: Re2, machine: Machine, text: string, replacement: string): string {
  const chars = Array.from(text);
  const runes = runesOf(text);
  let out = '';
  let copied = 0;
  for (let search = 0; search <= chars.length; ) {
    const slots = execute(machine, runes, search);
    const from = slots?.[0] ?? -1;
    const to = slots?.[1] ?? -1;
    if (slots === undefined) break;
    out += chars.slice(copied, from).join('');
    if (to > copied || from === 0) out += expandTemplate(replacement, groups(chars, slots), re.names);
    copied = to;
    search = Math.max(search + 1, to);
  }
  return out + chars.slice(copied).join('');
}

/** `regexp.MustCompile(pattern).ReplaceAllString(text, replacement)` on bytes; the pattern's error if it has one. */
export function goReplaceAll(pattern: string, replacement: string, bytes: string): { readonly ok: true; readonly bytes: string } | { readonly ok: false; readonly error: Re2Error } {
  const compiled = compilePattern(pattern);
  if (!compiled.ok) return compiled;
  return { ok: true, bytes: encodeUtf8(compiled.pattern.replaceAll(decodeUtf8(bytes), replacement)) };
}
