import { contains, parseAddress } from '../ip.ts';
import type { Atc, Field, Literal, Operator } from './ast.ts';

/** A field's values in this request; an absent field has none and no predicate on it holds. */
export type FieldValue = string | bigint;
export type FieldReader = (name: string) => readonly FieldValue[];

/**
 * What matching leaves behind: per field the text that the last predicate matched (the literal for `==`, `^=` and `=^`, the
 * whole match for a regex), and the captures. Kong strips as many leading bytes as the text of `http.path` has (ran).
 */
export interface Matched {
  readonly texts: Map<string, string>;
  readonly captures: Map<string, string>;
}

/** Evaluates as atc-router does: left to right, short-circuit, matches of failed branches stay. */
export function evaluate(atc: Atc, read: FieldReader, matched: Matched): boolean {
  switch (atc.kind) {
    case 'and':
      return evaluate(atc.left, read, matched) && evaluate(atc.right, read, matched);
    case 'or':
      return evaluate(atc.left, read, matched) || evaluate(atc.right, read, matched);
    case 'not':
      return !evaluate(atc.operand, read, matched);
    case 'predicate': {
      const values = read(atc.field.name);
      if (values.length === 0) return false;
      const test = (value: FieldValue): boolean => holds(transformed(atc.field, value), atc.operator, atc.literal, atc.regex, { field: atc.field.name, matched });
      return atc.field.any ? values.some(test) : values.every(test);
    }
  }
}

/** The fields that an expression reads, in order of first use. */
export function fieldsOf(atc: Atc): readonly string[] {
  switch (atc.kind) {
    case 'and':
    case 'or':
      return [...new Set([...fieldsOf(atc.left), ...fieldsOf(atc.right)])];
    case 'not':
      return fieldsOf(atc.operand);
    case 'predicate':
      return [atc.field.name];
  }
}

function transformed(field: Field, value: FieldValue): FieldValue {
  return field.lower && typeof value === 'string' ? value.toLowerCase() : value;
}

interface Sink {
  readonly field: string;
  readonly matched: Matched;
}

function holds(value: FieldValue, operator: Operator, literal: Literal, regex: RegExp | undefined, sink: Sink): boolean {
  switch (literal.kind) {
    case 'string':
      return typeof value === 'string' && textHolds(value, operator, literal.text, regex, sink);
    case 'int':
      return typeof value === 'bigint' && numberHolds(value, operator, literal.value);
    case 'ip': {
      const address = typeof value === 'string' ? parseAddress(value) : undefined;
      if (address === undefined) return false;
      const same = address.bits === literal.address.bits && address.value === literal.address.value;
      return operator === '!=' ? !same : same;
    }
    case 'cidr': {
      const address = typeof value === 'string' ? parseAddress(value) : undefined;
      if (address === undefined) return false;
      return operator === 'not in' ? !contains(literal.network, address) : contains(literal.network, address);
    }
  }
}

function textHolds(value: string, operator: Operator, text: string, regex: RegExp | undefined, sink: Sink): boolean {
  switch (operator) {
    case '==':
      return keep(value === text, text, sink);
    case '!=':
      return value !== text;
    case '^=':
      return keep(value.startsWith(text), text, sink);
    case '=^':
      return keep(value.endsWith(text), text, sink);
    case 'contains':
      return value.includes(text);
    case '~':
      return regexHolds(value, regex, sink);
    default:
      return false;
  }
}

function keep(held: boolean, text: string, sink: Sink): boolean {
  if (held) sink.matched.texts.set(sink.field, text);
  return held;
}

function regexHolds(value: string, regex: RegExp | undefined, sink: Sink): boolean {
  const match = regex?.exec(value);
  if (match === null || match === undefined) return false;
  sink.matched.texts.set(sink.field, match[0]);
  for (const [index, text] of match.entries()) if (text !== undefined) sink.matched.captures.set(String(index), text);
  for (const [name, text] of Object.entries(match.groups ?? {})) if (text !== undefined) sink.matched.captures.set(name, text);
  return true;
}

function numberHolds(value: bigint, operator: Operator, wanted: bigint): boolean {
  switch (operator) {
    case '==':
      return value === wanted;
    case '!=':
      return value !== wanted;
    case '>':
      return value > wanted;
    case '>=':
      return value >= wanted;
    case '<':
      return value < wanted;
    case '<=':
      return value <= wanted;
    default:
      return false;
  }
}
