import { parseAddress, parseNetwork } from '../ip.ts';
import type { Network } from '../ip.ts';
import type { Atc, Field, Literal, Operator } from './ast.ts';
import { tokenize } from './lexer.ts';
import type { Token } from './lexer.ts';
import { rustRegex } from './rust-regex.ts';

export type Parsed = { readonly ok: true; readonly atc: Atc } | { readonly ok: false; readonly at: number; readonly message: string };

const NEVER_FIELD: Field = { name: '', any: false, lower: false };
const NEVER: Atc = { kind: 'predicate', field: NEVER_FIELD, operator: '==', literal: { kind: 'string', text: '' } };

/**
 * Reads one ATC expression. `||` binds tighter than `&&`: the engine lists its operators the other way round than its documents
 * say (atc-router 1.6.2, ran). `!` stands only before a parenthesis.
 */
export function parseAtc(text: string): Parsed {
  const tokens = tokenize(text);
  if ('message' in tokens) return { ok: false, ...tokens };
  const cursor = new Cursor(tokens);
  const atc = both(cursor);
  if (cursor.fault !== undefined) return { ok: false, ...cursor.fault };
  const rest = cursor.peek();
  return rest.kind === 'end' ? { ok: true, atc } : { ok: false, at: rest.at, message: 'expected the end' };
}

class Cursor {
  readonly #tokens: readonly Token[];
  #index = 0;
  /** The first thing that was wrong; what is read after it does not count. */
  fault: { readonly at: number; readonly message: string } | undefined;
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }
  peek(): Token {
    return this.#tokens[this.#index] ?? { kind: 'end', text: '', at: 0 };
  }
  take(): Token {
    const token = this.peek();
    this.#index += 1;
    return token;
  }
  accept(text: string): boolean {
    const token = this.peek();
    if (token.kind === 'string' || token.text !== text) return false;
    this.#index += 1;
    return true;
  }
  expect(text: string): void {
    if (!this.accept(text)) this.fail(this.peek().at, `expected ${text}`);
  }
  fail(at: number, message: string): void {
    this.fault ??= { at, message };
  }
}

function both(cursor: Cursor): Atc {
  let left = either(cursor);
  while (cursor.accept('&&')) left = { kind: 'and', left, right: either(cursor) };
  return left;
}

function either(cursor: Cursor): Atc {
  let left = term(cursor);
  while (cursor.accept('||')) left = { kind: 'or', left, right: term(cursor) };
  return left;
}

function term(cursor: Cursor): Atc {
  if (cursor.fault !== undefined) return NEVER;
  if (cursor.accept('!')) {
    cursor.expect('(');
    return { kind: 'not', operand: closed(cursor) };
  }
  return cursor.accept('(') ? closed(cursor) : predicate(cursor);
}

function closed(cursor: Cursor): Atc {
  const inner = both(cursor);
  cursor.expect(')');
  return inner;
}

function predicate(cursor: Cursor): Atc {
  const field = fieldOf(cursor);
  const operator = operatorOf(cursor);
  const literal = literalOf(cursor);
  if (operator !== '~') return { kind: 'predicate', field, operator, literal };
  const regex = literal.kind === 'string' ? rustRegex(literal.text) : { ok: false as const, message: 'a regex must be a string' };
  if (!regex.ok) {
    cursor.fail(cursor.peek().at, regex.message);
    return NEVER;
  }
  return { kind: 'predicate', field, operator, literal, regex: regex.regex };
}

function fieldOf(cursor: Cursor): Field {
  const token = cursor.take();
  if (token.kind !== 'name') {
    cursor.fail(token.at, 'expected a field');
    return NEVER_FIELD;
  }
  if (!cursor.accept('(')) return { name: token.text, any: false, lower: false };
  if (token.text !== 'any' && token.text !== 'lower') cursor.fail(token.at, `unknown function ${token.text}`);
  const inner = fieldOf(cursor);
  cursor.expect(')');
  return token.text === 'any' ? { ...inner, any: true } : { ...inner, lower: true };
}

const OPERATORS: readonly Operator[] = ['==', '!=', '~', '^=', '=^', '>', '>=', '<', '<=', 'in', 'contains'];

function operatorOf(cursor: Cursor): Operator {
  const token = cursor.take();
  // One blank in between: with more the engine gives up.
  if (token.text === 'not' && cursor.peek().at === token.at + 4 && cursor.accept('in')) return 'not in';
  const operator = token.kind === 'string' ? undefined : OPERATORS.find((candidate) => candidate === token.text);
  if (operator === undefined) cursor.fail(token.at, 'expected an operator');
  return operator ?? '==';
}

function literalOf(cursor: Cursor): Literal {
  const token = cursor.take();
  if (token.kind === 'string') return { kind: 'string', text: token.text };
  const found = token.kind === 'number' ? numberOf(token.text) : undefined;
  if (found === undefined) cursor.fail(token.at, 'expected a value');
  return found ?? { kind: 'string', text: '' };
}

function numberOf(text: string): Literal | undefined {
  if (/[.:]/.test(text)) return /(?:^|\.)0\d/.test(text.replace(/\/.*/, '')) && !text.includes(':') ? undefined : addressOf(text);
  const [, sign = '', digits = ''] = /^(-?)(.+)$/.exec(text) ?? [];
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
  return value >= 1n << 63n ? undefined : { kind: 'int', value: sign === '' ? value : -value };
}

/** An address or a network; IPv4 numbers with a zero before them are none. */
function addressOf(text: string): Literal | undefined {
  if (text.includes('/')) {
    const network = parseNetwork(text);
    return network !== undefined && isWhole(network) ? { kind: 'cidr', network } : undefined;
  }
  const address = parseAddress(text);
  return address === undefined ? undefined : { kind: 'ip', address };
}

/** atc-router refuses a network with host bits (`10.0.0.1/8`). */
function isWhole(network: Network): boolean {
  return (network.value & ((1n << BigInt(network.bits - network.prefix)) - 1n)) === 0n;
}
