import type { Expr, Route } from '../../ir/index.ts';
import { atomVariable, type HeaderSource } from './atoms.ts';
import { conditionVariable, LONGEST_WORD, type AtomOf } from './conditions.ts';
import type { Decision } from './paths.ts';
import { literal, template, variable, type Part, type Word } from './plan.ts';
import type { MapEntry, Sheet } from './sheet.ts';

/** The location for requests that no router takes. */
export const NONE = 'none';

/** A variable that holds the name of the location of the first route whose rule holds. */
export function choice(sheet: Sheet, headers: HeaderSource, decision: Decision, nameOf: (route: Route) => string): string {
  const last = decision.at(-1);
  const certain = last !== undefined && last.rule.kind === 'constant';
  const open = (certain ? decision.slice(0, -1) : decision).map(({ route, rule }) => ({ value: template(nameOf(route)), rule }));
  return firstThatHolds(sheet, (matcher) => atomVariable(sheet, headers, matcher), open, template(certain ? nameOf(last.route) : NONE));
}

/** A value and the rule under which it is taken. */
export interface Option<M> {
  readonly value: Word;
  readonly rule: Expr<M>;
}

interface Bit {
  readonly name: string;
  readonly value: Word;
}

/**
 * Regular expressions of a map are tried in order: the first set bit wins. A list that is too long for one word is cut, and the
 * first part that says something wins: two maps deep, since nginx gives up at 99.
 */
export function firstThatHolds<M>(sheet: Sheet, atom: AtomOf<M>, open: readonly Option<M>[], otherwise: Word): string {
  const bits = open.flatMap(({ value, rule }): readonly Bit[] => (rule.kind === 'constant' ? [] : [{ name: conditionVariable(sheet, atom, rule), value }]));
  const parts = cut(bits);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return firstOf(sheet, only, otherwise);
  const names = parts.map((part) => firstOf(sheet, part, template('')));
  return sheet.map('route', names.flatMap((name): readonly Part[] => [variable(name), '|']), [
    { key: literal('default'), value: otherwise },
    { key: literal('~^\\|*(?<gwc_route>[^|]+)'), value: template(variable('gwc_route')) },
  ]);
}

function firstOf(sheet: Sheet, bits: readonly Bit[], otherwise: Word): string {
  const entries = bits.map(({ value }, index): MapEntry => ({ key: literal(`~^${index === 0 ? '' : `.{${String(index)}}`}1`), value }));
  return sheet.map('route', bits.map(({ name }) => variable(name)), [{ key: literal('default'), value: otherwise }, ...entries]);
}

function cut(bits: readonly Bit[]): readonly (readonly Bit[])[] {
  const parts: Bit[][] = [[]];
  let length = 0;
  for (const bit of bits) {
    length += bit.name.length + 1;
    if (length > LONGEST_WORD) {
      parts.push([]);
      length = bit.name.length + 1;
    }
    parts.at(-1)?.push(bit);
  }
  return parts;
}
