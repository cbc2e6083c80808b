import type { Json } from '../../models/kong/value.ts';
import type { YamlScalar } from '../../text/yaml/index.ts';

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);
const WORDS: ReadonlyMap<string, boolean | number> = new Map<string, boolean | number>([
  ...spellings(['true', 'yes', 'on'], true),
  ...spellings(['false', 'no', 'off'], false),
  ...spellings(['.inf', '+.inf'], Number.POSITIVE_INFINITY),
  ...spellings(['-.inf'], Number.NEGATIVE_INFINITY),
  ...['.nan', '.NaN', '.NAN'].map((word): [string, number] => [word, Number.NaN]),
]);
/** Only where the tag asks for a boolean. */
const LETTERS: ReadonlyMap<string, boolean> = new Map(['y', 'Y', 'n', 'N'].map((letter) => [letter, letter.toLowerCase() === 'y']));

function spellings(words: readonly string[], value: boolean | number): [string, boolean | number][] {
  return words.flatMap((word) => [word, word.replace(/[a-z]/, (letter) => letter.toUpperCase()), word.toUpperCase()].map((one): [string, boolean | number] => [one, value]));
}

/**
 * What a scalar of a declarative file means to Kong, which reads YAML 1.1 with lyaml 6.2: `no` is false, `1:30` is 90 and
 * `2024-01-01` is text. Undefined where a tag asks for something that the text is not: Kong refuses the file.
 */
export function luaValue({ text, style, tag }: Pick<YamlScalar, 'text' | 'style' | 'tag'>): Json | undefined {
  switch (tag) {
    case '!!str':
      return text;
    case '!!null':
      return null;
    case '!!bool': {
      const word = WORDS.get(text) ?? LETTERS.get(text);
      return typeof word === 'boolean' ? word : undefined;
    }
    case '!!int':
      return wholeOf(text);
    case '!!float': {
      const word = WORDS.get(text);
      return typeof word === 'number' ? word : (fractionOf(text) ?? wholeOf(text));
    }
    default:
      return style === 'plain' ? plainValue(text) : text;
  }
}

function plainValue(text: string): Json {
  if (NULLS.has(text)) return null;
  return WORDS.get(text) ?? wholeOf(text) ?? fractionOf(text) ?? text;
}

const signed = (sign: string, value: number): number => (sign === '-' ? -value : value);

/** A leading 0 is octal where all digits are, underscores stand anywhere between digits, and `1:30` counts in sixties. */
function wholeOf(text: string): number | undefined {
  const [, sign = '', octal, decimal, hex, binary, sixties] =
    /^([+-]?)(?:0_*([0-7][0-7_]*)|_*([0-9][0-9_]*)|0x_*([0-9a-fA-F][0-9a-fA-F_]*)|0b_*([01][01_]+)|([0-9]+:[0-5]?[0-9][:0-9]*))$/.exec(text) ?? [];
  if (octal !== undefined) return signed(sign, digitsOf(octal, 8));
  if (decimal !== undefined) return signed(sign, digitsOf(decimal, 10));
  if (hex !== undefined) return signed(sign, digitsOf(hex, 16));
  if (binary !== undefined) return signed(sign, digitsOf(binary, 2));
  return sixties === undefined ? undefined : signed(sign, inSixties(sixties));
}

function digitsOf(text: string, base: number): number {
  const digits = text.replaceAll('_', '');
  return base === 10 ? Number(digits) : Array.from(digits, (digit) => Number.parseInt(digit, base)).reduce((sum, digit) => sum * base + digit, 0);
}

function inSixties(text: string): number {
  return text.split(':').filter((part) => part !== '').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** A number is a fraction only with a point or an exponent in it. */
function fractionOf(text: string): number | undefined {
  const plain = text.replaceAll('_', '');
  if (/^[+-]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][+-]?\d+)?$/.test(plain)) return Number(plain);
  const [, sign = '', sixties, rest = ''] = /^([+-]?)([0-9]+:[0-5]?[0-9][:0-9]*)(\.[0-9]+)$/.exec(text) ?? [];
  return sixties === undefined ? undefined : signed(sign, inSixties(sixties) + Number(rest));
}
