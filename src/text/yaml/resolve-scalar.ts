import type { YamlScalar } from './node.ts';

/** What a scalar means to Go's YAML (go.yaml.in/yaml v3 and v4, as Compose and Traefik read it). */
export type Resolved =
  | { readonly kind: 'null' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'timestamp'; readonly value: string }
  | { readonly kind: 'string'; readonly value: string }
  /** A tag that the text does not fit: `!!bool yes`. The engine refuses the file. */
  | { readonly kind: 'invalid'; readonly tag: string };

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);
const TRUES = new Set(['true', 'True', 'TRUE']);
const FALSES = new Set(['false', 'False', 'FALSE']);
const FLOAT_WORDS = new Map<string, number>([
  ...['.nan', '.NaN', '.NAN'].map((word): [string, number] => [word, Number.NaN]),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word): [string, number] => [word, Number.POSITIVE_INFINITY]),
  ...['-.inf', '-.Inf', '-.INF'].map((word): [string, number] => [word, Number.NEGATIVE_INFINITY]),
  ['-0', -0],
  ['-0.0', -0],
]);
const LONGEST_WORD = 'false'.length;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const DATE = /^\d{4}-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d{1,9})?(Z|[-+](?:[01]\d|2[0-4]):[0-5]\d)?)?$/;

/**
 * Go's rules, not JavaScript's: `010` is 8, `1_000` is 1000, `2001-01-01` is a timestamp, `yes` is text
 * (ran through compose-go 2.16).
 */
export function resolveScalar(node: Pick<YamlScalar, 'text' | 'style' | 'tag'>): Resolved {
  const tag = node.tag;
  if (tag === '!!str' || tag === '!!binary') return { kind: 'string', value: node.text };
  if (node.style !== 'plain' && !isCoreTag(tag)) return { kind: 'string', value: node.text };
  if (tag !== undefined && !isCoreTag(tag)) return { kind: 'string', value: node.text };
  const value = resolvePlain(node.text);
  if (tag === undefined) return value;
  return fits(tag, value) ?? { kind: 'invalid', tag };
}

/** With what a number, a time or `.inf` begins. */
const NUMBERS = codes('+-.0123456789');
/** The same and `null`, `true`, `false`; an empty text is null. */
const WORDS = new Set([...NUMBERS, ...codes('~nNtTfF'), Number.NaN]);

function codes(letters: string): ReadonlySet<number> {
  return new Set(Array.from(letters, (letter) => letter.charCodeAt(0)));
}

/** Whether a scalar is text to Go: most show it by their first letter. */
export function isText(node: Pick<YamlScalar, 'text' | 'style' | 'tag'>): boolean {
  if (node.tag === undefined) {
    const others = node.text.length > LONGEST_WORD ? NUMBERS : WORDS;
    if (node.style !== 'plain' || !others.has(node.text.charCodeAt(0))) return true;
  }
  return resolveScalar(node).kind === 'string';
}

/** `null`, numbers and booleans as the text that Compose makes of them for a label (Go's `fmt.Sprint`). */
export function goText(value: Exclude<Resolved, { kind: 'invalid' }>): string {
  switch (value.kind) {
    case 'null':
      return '';
    case 'bool':
      return value.value ? 'true' : 'false';
    case 'int':
      return value.value.toString();
    case 'float':
      return goFloat(value.value);
    case 'timestamp':
    case 'string':
      return value.value;
  }
}

/** Go's `%v` of a float64: shortest digits, an exponent below 1e-4 and from 1e6 on (`1000000.0` is `1e+06`). */
export function goFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(value);
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function isCoreTag(tag: string | undefined): boolean {
  return tag === '!!bool' || tag === '!!int' || tag === '!!float' || tag === '!!null' || tag === '!!timestamp';
}

function fits(tag: string, value: Resolved): Resolved | undefined {
  if (tag === `!!${value.kind}`) return value;
  if (tag === '!!float' && value.kind === 'int') return { kind: 'float', value: Number(value.value) };
  return undefined;
}

function wordOf(text: string): Resolved | undefined {
  if (NULLS.has(text)) return { kind: 'null' };
  if (TRUES.has(text)) return { kind: 'bool', value: true };
  if (FALSES.has(text)) return { kind: 'bool', value: false };
  const float = FLOAT_WORDS.get(text);
  return float === undefined ? undefined : { kind: 'float', value: float };
}

function resolvePlain(text: string): Resolved {
  const word = text.length > LONGEST_WORD ? undefined : wordOf(text);
  if (word !== undefined) return word;
  if (text.startsWith('.')) return dotFloat(text) ?? { kind: 'string', value: text };
  if (/^[-+0-9]/.test(text)) return resolveNumber(text);
  return { kind: 'string', value: text };
}

function resolveNumber(text: string): Resolved {
  const date = timestamp(text);
  if (date !== undefined) return { kind: 'timestamp', value: date };
  const plain = text.replaceAll('_', '');
  const int = goInt(plain);
  if (int !== undefined) return { kind: 'int', value: int };
  return (FLOAT.test(plain) ? floatOf(plain) : undefined) ?? { kind: 'string', value: text };
}

/** Go's own `ParseFloat` lets an underscore stand between digits. */
function dotFloat(text: string): Resolved | undefined {
  return /^_|__|[^0-9]_|_[^0-9]|_$/.test(text) ? undefined : floatOf(text.replaceAll('_', ''));
}

function floatOf(text: string): Resolved | undefined {
  if (!FLOAT.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? { kind: 'float', value } : undefined;
}

/** `strconv.ParseInt(text, 0, 64)`, then `ParseUint`: prefixes 0x, 0o, 0b and a leading 0 for octal. */
function goInt(text: string): bigint | undefined {
  const parts = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9][0-9]*))$/.exec(text);
  if (parts === null) return undefined;
  const [, sign = '', hex, octal, binary, digits] = parts;
  const size = BigInt(hex !== undefined ? `0x${hex}` : octal !== undefined ? `0o${octal}` : binary !== undefined ? `0b${binary}` : (digits ?? '0'));
  if (sign === '-') return size <= 2n ** 63n ? -size : undefined;
  if (sign === '+') return size < 2n ** 63n ? size : undefined;
  return size < 2n ** 64n ? size : undefined;
}

/** The text that Go prints for the time: `2001-01-01 00:00:00 +0000 UTC`; undefined when the text is no time. */
function timestamp(text: string): string | undefined {
  const parts = DATE.exec(text);
  if (parts === null) return undefined;
  const [, month = '', day = '', separator, hour = '0', minute = '0', second = '0', fraction = '', zone = ''] = parts;
  if ((separator === ' ') !== (zone === '') && separator !== undefined) return undefined;
  const time = [month, day, hour, minute, second].map(Number);
  if (!validTime(Number(text.slice(0, 4)), time)) return undefined;
  const date = [text.slice(0, 4), month.padStart(2, '0'), day.padStart(2, '0')].join('-');
  const clock = [hour, minute, second].map((part) => part.padStart(2, '0')).join(':');
  const digits = fraction.replace(',', '.').replace(/\.?0+$/, '');
  const offset = zone === '' || zone === 'Z' ? '+0000 UTC' : `${zone.replace(':', '')} ${zone.replace(':', '')}`;
  return `${date} ${clock}${digits} ${offset}`;
}

function validTime(year: number, [month = 0, day = 0, hour = 0, minute = 0, second = 0]: readonly number[]): boolean {
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
