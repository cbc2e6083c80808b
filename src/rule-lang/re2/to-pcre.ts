import { assertNever } from '../../text/index.ts';
import { encodeRune } from '../bytes.ts';
import type { Assertion, Node, Re2 } from './ast.ts';
import { printNode } from './print.ts';
import { holdsAllNonAscii, includes, intersect, negate, type Ranges, REPLACEMENT, single, withoutSurrogates } from './ranges.ts';
import { children, startsAnchored } from './shape.ts';
import type { Translation } from './to-rust.ts';

export interface PcreOptions {
  /** `ascii`: the subject cannot hold other bytes (a host): nothing needs to count characters instead of bytes. */
  readonly subject: 'bytes' | 'ascii';
}

const ASCII: Ranges = [[0, 0x7f]];
/** Every valid UTF-8 sequence of two bytes or more. */
const SEQUENCE =
  '[\\xc2-\\xdf][\\x80-\\xbf]|\\xe0[\\xa0-\\xbf][\\x80-\\xbf]|[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}|\\xed[\\x80-\\x9f][\\x80-\\xbf]' +
  '|\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}|[\\xf1-\\xf3][\\x80-\\xbf]{3}|\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}';

/** One character as Go sees it: a sequence, else a stray byte. */
const CHARACTER = `(?>[\\x00-\\x7f]|${SEQUENCE}|[\\x80-\\xff])`;

/**
 * The same pattern for PCRE over bytes (nginx compiles without UTF). `$` is `\z`: PCRE's `$` also matches before a final
 * newline. Where `.` and its kin only stand below `*` or `+`, bytes may be counted for characters. Anywhere else they
 * become atomic groups over UTF-8 sequences, and an unanchored pattern is led to begin at a character.
 */
export function toPcre(re: Re2, options: PcreOptions = { subject: 'bytes' }): Translation {
  if (options.subject === 'ascii') return { pattern: printNode(re.node, { set: (ranges) => printBytes(widened(ranges)), assert: printAssertion, capture }) };
  const problem = findByteTrouble(re.node);
  if (problem !== undefined) return { unsupported: problem };
  const exact = countsCharacters(re.node, false);
  const pattern = printNode(re.node, { set: (ranges, many) => printSet(ranges, many && !exact), assert: printAssertion, capture });
  if (!exact || startsAnchored(re.node)) return { pattern };
  return { pattern: `^${CHARACTER}*?(?:${pattern})` };
}

function capture(body: string): string {
  return `(${body})`;
}

/** True when a set that holds everything beyond ASCII stands for one character, or for a counted number of them. */
function countsCharacters(node: Node, many: boolean): boolean {
  if (node.kind === 'set') return !many && holdsAllNonAscii(node.ranges);
  if (node.kind === 'repeat') return countsCharacters(node.node, node.max === -1 && node.min <= 1);
  return children(node).some((inner) => countsCharacters(inner, false));
}

/** On an ASCII subject `.` and `[^/]` may stay as they are and other characters may go. */
function widened(ranges: Ranges): Ranges {
  const ascii = intersect(ranges, ASCII);
  return includes(ranges, REPLACEMENT) ? [...ascii, [0x80, 0xff]] : ascii;
}

/** `\B`, and `[^é]`: a set that holds stray bytes but not every character would need to know where a character begins. */
function findByteTrouble(node: Node): string | undefined {
  if (node.kind === 'assert') return node.at === 'notWordBoundary' ? '`\\B` also holds between the bytes of one character' : undefined;
  if (node.kind === 'set') {
    const mixed = includes(node.ranges, REPLACEMENT) && !holdsAllNonAscii(node.ranges);
    return mixed ? 'a set that excludes some characters beyond ASCII but not all of them cannot be matched byte by byte' : undefined;
  }
  return children(node).map(findByteTrouble).find((found) => found !== undefined);
}

function printSet(ranges: Ranges, many: boolean): string {
  const ascii = intersect(ranges, ASCII);
  if (holdsAllNonAscii(ranges)) {
    if (many) return printBytes([...ascii, [0x80, 0xff]]);
    return `(?>${[...(ascii.length === 0 ? [] : [printBytes(ascii)]), SEQUENCE, '[\\x80-\\xff]'].join('|')})`;
  }
  const wide = withoutSurrogates(intersect(ranges, negate(ASCII)));
  if (wide.length === 0) return printBytes(ascii);
  const one = single(wide);
  if (one !== undefined && ascii.length === 0) return `(?:${escapeBytes(encodeRune(one))})`;
  return `(?:${[...(ascii.length === 0 ? [] : [printBytes(ascii)]), ...wide.flatMap(([low, high]) => sequences(low, high))].join('|')})`;
}

/** A set of bytes as a class; negated where that is shorter. */
function printBytes(ranges: Ranges): string {
  const one = single(ranges);
  if (one !== undefined) return escapeByte(one, /[\\.+*?()|[\]{}^$]/);
  if (ranges.length === 0) return '(?!)';
  const normal = intersect(ranges, [[0, 0xff]]);
  const rest = intersect(negate(normal), [[0, 0xff]]);
  if (rest.length === 0) return '[\\x00-\\xff]';
  return includes(normal, 0xff) && rest.length <= normal.length ? `[^${printRanges(rest)}]` : `[${printRanges(normal)}]`;
}

function printRanges(ranges: Ranges): string {
  const special = /[\\\]\-[^]/;
  return ranges
    .map(([low, high]) => (low === high ? escapeByte(low, special) : `${escapeByte(low, special)}${high === low + 1 ? '' : '-'}${escapeByte(high, special)}`))
    .join('');
}

function escapeByte(byte: number, special: RegExp): string {
  const char = String.fromCharCode(byte);
  if (special.test(char)) return `\\${char}`;
  return byte >= 0x20 && byte < 0x7f ? char : `\\x${byte.toString(16).padStart(2, '0')}`;
}

function escapeBytes(bytes: string): string {
  return [...bytes].map((char) => escapeByte(char.charCodeAt(0), /[\\.+*?()|[\]{}^$]/)).join('');
}

/** The byte patterns of the code points `low..high`, all beyond ASCII (the usual split at sequence lengths and prefixes). */
function sequences(low: number, high: number): readonly string[] {
  for (const edge of [0x7ff, 0xffff]) if (low <= edge && high > edge) return [...sequences(low, edge), ...sequences(edge + 1, high)];
  const length = encodeRune(low).length;
  for (let bits = 6; bits < 6 * length; bits += 6) {
    const mask = (1 << bits) - 1;
    if ((low & ~mask) === (high & ~mask)) break;
    if ((low & mask) !== 0) return [...sequences(low, low | mask), ...sequences((low | mask) + 1, high)];
    if ((high & mask) !== mask) return [...sequences(low, (high & ~mask) - 1), ...sequences(high & ~mask, high)];
  }
  const from = encodeRune(low);
  const to = encodeRune(high);
  return [[...from].map((char, index) => byteRange(char.charCodeAt(0), to.charCodeAt(index))).join('')];
}

function byteRange(low: number, high: number): string {
  const hex = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`;
  return low === high ? hex(low) : `[${hex(low)}-${hex(high)}]`;
}

function printAssertion(at: Assertion): string {
  switch (at) {
    case 'beginText':
      return '^';
    case 'endText':
      return '\\z';
    case 'beginLine':
      return '(?:^|(?<=\\n))';
    case 'endLine':
      return '(?=\\n|\\z)';
    case 'wordBoundary':
      return '\\b';
    case 'notWordBoundary':
      return '\\B';
    default:
      return assertNever(at);
  }
}
