import type { Route } from '../../ir/index.ts';
import { conditionVariable, LONGEST_WORD } from './conditions.ts';
import type { HeaderSource } from './atoms.ts';
import type { Candidate } from './hosts.ts';
import type { Decision } from './paths.ts';
import { literal, template, variable, type Part, type Word } from './plan.ts';
import type { MapEntry, Sheet } from './sheet.ts';

/** The location for requests that no router takes. */
export const NONE = 'none';

/** A variable that holds the name of the location of the first route whose rule holds. */
export function choice(sheet: Sheet, headers: HeaderSource, decision: Decision, nameOf: (route: Route) => string): string {
  const last = decision.at(-1);
  const certain = last !== undefined && last.rule.kind === 'constant';
  const open = certain ? decision.slice(0, -1) : decision;
  const otherwise = template(certain ? nameOf(last.route) : NONE);
  return chooseFrom(sheet, headers, open, otherwise, nameOf);
}

interface Bit {
  readonly name: string;
  readonly route: Route;
}

/**
 * Regular expressions of a map are tried in order: the first set bit wins. A list that is too long for one word is cut, and the
 * first part that says something wins: two maps deep, since nginx gives up at 99.
 */
function chooseFrom(sheet: Sheet, headers: HeaderSource, open: readonly Candidate[], otherwise: Word, nameOf: (route: Route) => string): string {
  const bits = open.flatMap(({ route, rule }): readonly Bit[] => (rule.kind === 'constant' ? [] : [{ name: conditionVariable(sheet, headers, rule), route }]));
  const parts = cut(bits);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return firstOf(sheet, only, otherwise, nameOf);
  const names = parts.map((part) => firstOf(sheet, part, template(''), nameOf));
  return sheet.map('route', names.flatMap((name): readonly Part[] => [variable(name), '|']), [
    { key: literal('default'), value: otherwise },
    { key: literal('~^\\|*(?<gwc_route>[^|]+)'), value: template(variable('gwc_route')) },
  ]);
}

function firstOf(sheet: Sheet, bits: readonly Bit[], otherwise: Word, nameOf: (route: Route) => string): string {
  const entries = bits.map(({ route }, index): MapEntry => ({ key: literal(`~^${index === 0 ? '' : `.{${String(index)}}`}1`), value: template(nameOf(route)) }));
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
