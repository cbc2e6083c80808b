import type { Route } from '../../ir/index.ts';
import { conditionVariable, MOST_BITS } from './conditions.ts';
import type { HeaderSource } from './atoms.ts';
import type { Candidate } from './hosts.ts';
import type { Decision } from './paths.ts';
import { literal, template, variable, type Word } from './plan.ts';
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

/** Regular expressions of a map are tried in order: the first set bit wins. Long lists go on in a second map. */
function chooseFrom(sheet: Sheet, headers: HeaderSource, open: readonly Candidate[], otherwise: Word, nameOf: (route: Route) => string): string {
  const rest = open.slice(MOST_BITS);
  const fallback = rest.length === 0 ? otherwise : template(variable(chooseFrom(sheet, headers, rest, otherwise, nameOf)));
  const bits = open.slice(0, MOST_BITS).flatMap(({ route, rule }) => (rule.kind === 'constant' ? [] : [{ name: conditionVariable(sheet, headers, rule), route }]));
  const entries = bits.map(({ route }, index): MapEntry => ({ key: literal(`~^${index === 0 ? '' : `.{${String(index)}}`}1`), value: template(nameOf(route)) }));
  return sheet.map('route', bits.map(({ name }) => variable(name)), [{ key: literal('default'), value: fallback }, ...entries]);
}
