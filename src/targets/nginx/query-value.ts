import { literal, template, variable, type Part } from './plan.ts';
import type { MapEntry, Sheet } from './sheet.ts';

/** Escapes that one pattern makes: more would not fit into a word of nginx.conf, whose buffer has 4 KiB. */
const PER_MAP = 28;
/** A longer text ends early. */
const MAPS = 3;

const ESCAPED = '!"#$%&\'()*+,/:;<=>?@[\\]^`{|}';
const PLAIN = '[A-Za-z0-9_.~-]*';

/**
 * A text as Go writes it into a query. nginx has no function for that, so behind the text stands a table, a character and its
 * escape in turn, and a pattern takes for each character the escape that it finds there.
 */
export function queryValue(sheet: Sheet, parts: readonly Part[]): Part {
  const table = [...ESCAPED].map((char) => `${char}%${char.charCodeAt(0).toString(16).toUpperCase()}`).join('');
  const stage = (at: number, source: readonly Part[]): Part => {
    const rest = `gwc_left_${String(at)}`;
    const more = at === MAPS ? [] : [stage(at + 1, [variable(rest)])];
    return variable(sheet.fact('query_value', [...source, ` ${table}`], [{ key: literal('default'), value: template('') }, escapes(at, rest, more)]));
  };
  return stage(1, parts);
}

function escapes(at: number, rest: string, more: readonly Part[]): MapEntry {
  const name = (kind: string, index: number): string => `gwc_${kind}${String((at - 1) * PER_MAP + index)}`;
  const indexes = Array.from({ length: PER_MAP }, (_, index) => index + 1);
  const nested = indexes.reduceRight((inner, index) => `(?:(?<${name('c', index)}>[^A-Za-z0-9_.~ -])(?=[^ ]* .*?\\k<${name('c', index)}>(?<${name('e', index)}>%..))(?<${name('t', index)}>${PLAIN})${inner})?+`, '');
  const value = indexes.flatMap((index) => [variable(name('e', index)), variable(name('t', index))]);
  return { key: literal(`~^(?<${name('t', 0)}>${PLAIN})${nested}(?<${rest}>[^ ]*) `), value: template(variable(name('t', 0)), ...value, ...more) };
}
