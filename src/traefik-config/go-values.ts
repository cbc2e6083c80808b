import { goQuote } from '../rule-lang/go-quote.ts';
import { timeQuote } from './go-text.ts';

/** A value, or Go's own error text. */
export type GoResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

const ok = <T>(value: T): GoResult<T> => ({ ok: true, value });
const fail = (error: string): { readonly ok: false; readonly error: string } => ({ ok: false, error });

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** `strconv.ParseBool`: `yes`, `on`, the empty text and blanks are errors. */
export function parseBool(text: string): GoResult<boolean> {
  if (TRUE.has(text)) return ok(true);
  if (FALSE.has(text)) return ok(false);
  return fail(`strconv.ParseBool: parsing ${goQuote(text)}: invalid syntax`);
}

/** `strconv.ParseInt(text, 10, bits)`, or ParseUint. */
export function parseInteger(text: string, bits: 32 | 64 = 64, unsigned = false): GoResult<bigint> {
  const name = unsigned ? 'strconv.ParseUint' : 'strconv.ParseInt';
  if (!(unsigned ? /^[0-9]+$/ : /^[-+]?[0-9]+$/).test(text)) return fail(`${name}: parsing ${goQuote(text)}: invalid syntax`);
  const value = BigInt(text.replace(/^\+/, ''));
  const limit = 2n ** BigInt(unsigned ? bits : bits - 1);
  if (value >= limit || value < (unsigned ? 0n : -limit)) return fail(`${name}: parsing ${goQuote(text)}: value out of range`);
  return ok(value);
}

const DECIMAL = /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/;
const HEX = /^([-+]?)0[xX]((?:_?[0-9a-fA-F])*)(?:\.((?:[0-9a-fA-F_])*))?[pP]([-+]?[0-9]+)$/;
const WORDS: Readonly<Record<string, number>> = { inf: Infinity, infinity: Infinity, nan: Number.NaN };

/** `strconv.ParseFloat(text, 64)`. */
export function parseFloatGo(text: string): GoResult<number> {
  const error = fail(`strconv.ParseFloat: parsing ${goQuote(text)}: invalid syntax`);
  const word = WORDS[text.replace(/^[-+]/, '').toLowerCase()];
  if (word !== undefined) return Number.isNaN(word) && /^[-+]/.test(text) ? error : ok(text.startsWith('-') ? -word : word);
  const value = DECIMAL.test(text) ? Number(text) : hexFloat(text);
  if (value === undefined) return error;
  return Number.isFinite(value) ? ok(value) : fail(`strconv.ParseFloat: parsing ${goQuote(text)}: value out of range`);
}

function hexFloat(text: string): number | undefined {
  const parts = HEX.exec(text);
  if (parts === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const digits = (whole + fraction).replaceAll('_', '');
  if (digits === '') return undefined;
  const value = Number(BigInt(`0x${digits}`)) * 2 ** (Number(exponent) - 4 * fraction.replaceAll('_', '').length);
  return sign === '-' ? -value : value;
}

const SECOND = 1_000_000_000n;

/**
 * paerser's duration: a bare integer counts seconds, anything else is Go's `time.ParseDuration`. Milliseconds.
 * The product wraps as Go's int64 does.
 */
export function parseDuration(text: string): GoResult<number> {
  const seconds = parseInteger(text);
  if (seconds.ok) return ok(milliseconds(BigInt.asIntN(64, seconds.value * SECOND)));
  return goDuration(text);
}

function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e6;
}

const UNITS: Readonly<Record<string, bigint>> = { ns: 1n, us: 1000n, µs: 1000n, μs: 1000n, ms: 1_000_000n, s: SECOND, m: 60n * SECOND, h: 3600n * SECOND };
const LIMIT = 2n ** 63n;

/** `time.ParseDuration`, step by step, since its messages tell the steps apart. */
export function goDuration(text: string): GoResult<number> {
  const invalid = fail(`time: invalid duration ${timeQuote(text)}`);
  const negative = text.startsWith('-');
  let rest = text.replace(/^[-+]/, '');
  if (rest === '0') return ok(0);
  if (rest === '') return invalid;
  let total = 0n;
  while (rest !== '') {
    const number = /^([0-9]*)(?:\.([0-9]*))?/.exec(rest);
    const [whole = '', digits = '', fraction = ''] = number ?? [];
    if (!/^[.0-9]/.test(rest) || (digits === '' && fraction === '')) return invalid;
    rest = rest.slice(whole.length);
    const unitText = /^[^.0-9]*/.exec(rest)?.[0] ?? '';
    if (BigInt(digits || '0') > LIMIT) return invalid;
    if (unitText === '') return fail(`time: missing unit in duration ${timeQuote(text)}`);
    rest = rest.slice(unitText.length);
    const unit = Object.hasOwn(UNITS, unitText) ? UNITS[unitText] : undefined;
    if (unit === undefined) return fail(`time: unknown unit ${timeQuote(unitText)} in duration ${timeQuote(text)}`);
    total += BigInt(digits || '0') * unit + fractionOf(fraction, unit);
    if (total > LIMIT) return invalid;
  }
  if (!negative && total === LIMIT) return invalid;
  return ok(milliseconds(negative ? -total : total));
}

function fractionOf(digits: string, unit: bigint): bigint {
  if (digits === '') return 0n;
  const kept = digits.slice(0, 18);
  return (BigInt(kept) * unit) / 10n ** BigInt(kept.length);
}
