import type { Node, Re2Error, Re2Result } from './ast.ts';
import { PERL, POSIX } from './classes.ts';
import { foldRanges, orbit } from './fold.ts';
import { ANY, MAX_RUNE, NOT_NEWLINE, negate, normalize, type Ranges } from './ranges.ts';
import { unicodeClass } from './unicode.ts';

interface Flags {
  readonly fold: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly ungreedy: boolean;
}
const NO_FLAGS: Flags = { fold: false, multiline: false, dotAll: false, ungreedy: false };
const FLAG_OF: Readonly<Record<string, keyof Flags>> = { i: 'fold', m: 'multiline', s: 'dotAll', U: 'ungreedy' };
const MAX_REPEAT = 1000;
const MAX_DEPTH = 1000;

/** Leaves the parser; caught at its only entry. */
class Stop extends Error {
  readonly error: Re2Error;
  constructor(error: Re2Error) {
    super(error.message);
    this.error = error;
  }
}

/**
 * Parses Go regular expression syntax (`regexp.Compile`, Perl flags) and says what Go says about a bad one: no look-around,
 * no back-references, repeat counts up to 1000. Compared with Go 1.26 over a generated corpus.
 */
export function parseRe2(source: string): Re2Result {
  const parser = new Parser(source);
  try {
    const node = parser.all();
    return { ok: true, re: { source, node, captures: parser.names.length - 1, names: parser.names } };
  } catch (error) {
    if (error instanceof Stop) return { ok: false, error: error.error };
    throw error;
  }
}

class Parser {
  readonly names: (string | undefined)[] = [undefined];
  readonly #text: string;
  #at = 0;
  #flags = NO_FLAGS;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  all(): Node {
    const node = this.#alternation();
    if (this.#at < this.#text.length) this.#stop('unexpected )', 0, this.#text.length);
    return node;
  }

  #alternation(): Node {
    const branches: Node[] = [this.#sequence()];
    while (this.#text[this.#at] === '|') {
      this.#at += 1;
      branches.push(this.#sequence());
    }
    return branches.length === 1 && branches[0] !== undefined ? branches[0] : { kind: 'alternate', nodes: branches };
  }

  #sequence(): Node {
    const nodes: Node[] = [];
    let lastRepeat = -1;
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] ?? '';
      if (char === '|' || char === ')') break;
      const start = this.#at;
      const repeated = this.#repeat(nodes, lastRepeat);
      if (!repeated) this.#atom(nodes);
      lastRepeat = repeated ? start : -1;
    }
    if (nodes.length === 0) return { kind: 'empty' };
    return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { kind: 'concat', nodes };
  }

  /** Applies a repetition operator that stands here to the last node. */
  #repeat(nodes: Node[], lastRepeat: number): boolean {
    const start = this.#at;
    const counts = this.#repeatCounts();
    if (counts === undefined) return false;
    const operatorEnd = this.#at;
    const lazy = this.#text[this.#at] === '?';
    if (lazy) this.#at += 1;
    if (lastRepeat >= 0) this.#stop('invalid nested repetition operator', lastRepeat, this.#at);
    const last = nodes.pop();
    if (last === undefined) this.#stop('missing argument to repetition operator', start, this.#at);
    const node: Node = { kind: 'repeat', node: last, min: counts[0], max: counts[1], greedy: lazy === this.#flags.ungreedy };
    if ((counts[0] >= 2 || counts[1] >= 2) && !repeatIsValid(node, MAX_REPEAT)) this.#stop('invalid repeat count', start, lazy ? this.#at : operatorEnd);
    nodes.push(node);
    return true;
  }

  #repeatCounts(): readonly [number, number] | undefined {
    const char = this.#text[this.#at];
    if (char === '*' || char === '+' || char === '?') {
      this.#at += 1;
      return [char === '+' ? 1 : 0, char === '?' ? 1 : -1];
    }
    if (char !== '{') return undefined;
    const found = /^\{(0|[1-9][0-9]*)(,(0|[1-9][0-9]*)?)?\}/.exec(this.#text.slice(this.#at));
    if (found === null) return undefined;
    const min = Number(found[1]);
    const max = found[2] === undefined ? min : found[3] === undefined ? -1 : Number(found[3]);
    if (min > MAX_REPEAT || max > MAX_REPEAT || (max >= 0 && min > max)) this.#stop('invalid repeat count', this.#at, this.#at + found[0].length);
    this.#at += found[0].length;
    return [min, max];
  }

  #atom(nodes: Node[]): void {
    switch (this.#text[this.#at]) {
      case '(':
        return this.#group(nodes);
      case '[':
        nodes.push({ kind: 'set', ranges: this.#class() });
        return;
      case '\\':
        return this.#backslash(nodes);
      case '.':
        this.#at += 1;
        nodes.push({ kind: 'set', ranges: this.#flags.dotAll ? ANY : NOT_NEWLINE });
        return;
      case '^':
        this.#at += 1;
        nodes.push({ kind: 'assert', at: this.#flags.multiline ? 'beginLine' : 'beginText' });
        return;
      case '$':
        this.#at += 1;
        nodes.push({ kind: 'assert', at: this.#flags.multiline ? 'endLine' : 'endText' });
        return;
      default:
        nodes.push(this.#literal(this.#rune()));
    }
  }

  #literal(rune: number): Node {
    return { kind: 'set', ranges: this.#flags.fold ? normalize(orbit(rune).map((one) => [one, one] as const)) : [[rune, rune]] };
  }

  #group(nodes: Node[]): void {
    const outer = this.#flags;
    const opened = this.#text[this.#at + 1] === '?' ? this.#perlGroup() : this.#capture(undefined, 1);
    if (opened === 'flags') return;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#stop('expression nests too deeply', 0, this.#text.length);
    const node = this.#alternation();
    if (this.#text[this.#at] !== ')') this.#stop('missing closing )', 0, this.#text.length);
    this.#at += 1;
    this.#depth -= 1;
    this.#flags = outer;
    nodes.push(opened === undefined ? node : { kind: 'capture', ...opened, node });
  }

  #capture(name: string | undefined, length: number): { readonly index: number; readonly name?: string } {
    this.#at += length;
    this.names.push(name);
    const index = this.names.length - 1;
    return name === undefined ? { index } : { index, name };
  }

  /** `(?`: a named group, flags for the rest of the enclosing group, or a group with flags. */
  #perlGroup(): { readonly index: number; readonly name?: string } | 'flags' | undefined {
    const rest = this.#text.slice(this.#at);
    const named = (rest.length > 4 && rest.startsWith('(?P<')) || (rest.length > 3 && rest.startsWith('(?<'));
    return named ? this.#namedGroup(rest) : this.#flagGroup();
  }

  #namedGroup(rest: string): { readonly index: number; readonly name?: string } {
    const close = rest.indexOf('>');
    if (close < 0) this.#stop('invalid named capture', this.#at, this.#text.length);
    const name = rest.slice(rest.startsWith('(?P') ? 4 : 3, close);
    if (!/^[A-Za-z0-9_]+$/.test(name)) this.#stop('invalid named capture', this.#at, this.#at + close + 1);
    return this.#capture(name, close + 1);
  }

  #flagGroup(): 'flags' | undefined {
    const start = this.#at;
    this.#at += 2;
    let flags = this.#flags;
    let on = true;
    let saw = false;
    while (this.#at < this.#text.length) {
      const char = String.fromCodePoint(this.#rune());
      const flag = FLAG_OF[char];
      if (flag !== undefined) {
        flags = { ...flags, [flag]: on };
        saw = true;
      } else if (char === '-' && on) {
        on = false;
        saw = false;
      } else if ((char === ':' || char === ')') && (on || saw)) {
        this.#flags = flags;
        return char === ')' ? 'flags' : undefined;
      } else {
        break;
      }
    }
    return this.#stop('invalid or unsupported Perl syntax', start, this.#at);
  }

  #backslash(nodes: Node[]): void {
    const next = this.#text[this.#at + 1];
    if (next === 'Q') return this.#quoted(nodes);
    const assertion = next === 'A' ? 'beginText' : next === 'z' ? 'endText' : next === 'b' ? 'wordBoundary' : next === 'B' ? 'notWordBoundary' : undefined;
    if (assertion !== undefined) {
      this.#at += 2;
      nodes.push({ kind: 'assert', at: assertion });
      return;
    }
    if (next === 'C') this.#stop('invalid escape sequence', this.#at, this.#at + 2);
    const set = this.#setEscape();
    nodes.push(set === undefined ? this.#literal(this.#escape()) : { kind: 'set', ranges: normalize(set) });
  }

  #quoted(nodes: Node[]): void {
    const start = this.#at + 2;
    const close = this.#text.indexOf('\\E', start);
    const end = close < 0 ? this.#text.length : close;
    this.#at = start;
    while (this.#at < end) nodes.push(this.#literal(this.#rune()));
    this.#at = close < 0 ? end : close + 2;
  }

  /** `\d`, `\pL` and their kin. */
  #setEscape(): Ranges | undefined {
    if (this.#text[this.#at] !== '\\') return undefined;
    const letter = this.#text[this.#at + 1] ?? '';
    if (letter === 'p' || letter === 'P') return this.#unicode(letter === 'P');
    const ranges = PERL[letter.toLowerCase()];
    if (ranges === undefined) return undefined;
    this.#at += 2;
    return this.#signed(ranges, letter !== letter.toLowerCase());
  }

  #signed(ranges: Ranges, negative: boolean): Ranges {
    const folded = this.#flags.fold ? foldRanges(ranges) : ranges;
    return negative ? negate(folded) : folded;
  }

  #unicode(negative: boolean): Ranges {
    const start = this.#at;
    this.#at += 2;
    if (this.#at >= this.#text.length) return this.#stop('invalid character class range', start, this.#at);
    let name = String.fromCodePoint(this.#rune());
    if (name === '{') {
      const close = this.#text.indexOf('}', start);
      if (close < 0) return this.#stop('invalid character class range', start, this.#text.length);
      name = this.#text.slice(start + 3, close);
      this.#at = close + 1;
    }
    const flip = name.startsWith('^');
    const ranges = unicodeClass(flip ? name.slice(1) : name);
    if (ranges === undefined) return this.#stop('invalid character class range', start, this.#at);
    return this.#signed(ranges, negative !== flip);
  }

  #class(): Ranges {
    const start = this.#at;
    this.#at += 1;
    const negative = this.#text[this.#at] === '^';
    if (negative) this.#at += 1;
    const ranges: (readonly [number, number])[] = [];
    for (let first = true; first || this.#text[this.#at] !== ']'; first = false) {
      ranges.push(...(this.#namedClass() ?? this.#setEscape() ?? this.#classRange(start)));
    }
    this.#at += 1;
    return negative ? negate(ranges) : normalize(ranges);
  }

  #namedClass(): Ranges | undefined {
    if (!this.#text.startsWith('[:', this.#at)) return undefined;
    const close = this.#text.indexOf(':]', this.#at + 2);
    if (close < 0) return undefined;
    const start = this.#at;
    const name = this.#text.slice(start + 2, close);
    const negative = name.startsWith('^');
    const ranges = Object.hasOwn(POSIX, negative ? name.slice(1) : name) ? POSIX[negative ? name.slice(1) : name] : undefined;
    if (ranges === undefined) return this.#stop('invalid character class range', start, close + 2);
    this.#at = close + 2;
    return this.#signed(ranges, negative);
  }

  #classRange(classStart: number): Ranges {
    const start = this.#at;
    const low = this.#classChar(classStart);
    let high = low;
    if (this.#text[this.#at] === '-' && this.#at + 1 < this.#text.length && this.#text[this.#at + 1] !== ']') {
      this.#at += 1;
      high = this.#classChar(classStart);
      if (high < low) this.#stop('invalid character class range', start, this.#at);
    }
    return this.#flags.fold ? foldRanges([[low, high]]) : [[low, high]];
  }

  #classChar(classStart: number): number {
    if (this.#at >= this.#text.length) this.#stop('missing closing ]', classStart, this.#text.length);
    return this.#text[this.#at] === '\\' ? this.#escape() : this.#rune();
  }

  #escape(): number {
    const start = this.#at;
    this.#at += 1;
    if (this.#at >= this.#text.length) this.#stop('trailing backslash at end of expression', 0, 0);
    const rune = this.#rune();
    const char = String.fromCodePoint(rune);
    const control = CONTROL[char];
    if (control !== undefined) return control;
    if (rune < 0x80 && !/[0-9A-Za-z]/.test(char)) return rune;
    const value = /[0-7]/.test(char) ? this.#octal(rune - 0x30) : char === 'x' ? this.#hex() : undefined;
    return value ?? this.#stop('invalid escape sequence', start, this.#at);
  }

  /** A single non-zero digit would be a back-reference. */
  #octal(first: number): number | undefined {
    const digits = /^[0-7]{0,2}/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    if (first !== 0 && digits === '') return undefined;
    this.#at += digits.length;
    return Number.parseInt(`${first}${digits}`, 8);
  }

  #hex(): number | undefined {
    if (this.#at >= this.#text.length) return undefined;
    if (this.#text[this.#at] === '{') return this.#bracedHex();
    const first = String.fromCodePoint(this.#rune());
    if (this.#at >= this.#text.length) return undefined;
    const both = first + String.fromCodePoint(this.#rune());
    return /^[0-9A-Fa-f]{2}$/.test(both) ? Number.parseInt(both, 16) : undefined;
  }

  #bracedHex(): number | undefined {
    this.#at += 1;
    let value: number | undefined;
    while (this.#at < this.#text.length) {
      const char = String.fromCodePoint(this.#rune());
      if (char === '}') return value;
      if (!/[0-9A-Fa-f]/.test(char)) return undefined;
      value = (value ?? 0) * 16 + Number.parseInt(char, 16);
      if (value > MAX_RUNE) return undefined;
    }
    return undefined;
  }

  #rune(): number {
    const rune = this.#text.codePointAt(this.#at) ?? 0;
    if (rune >= 0xd800 && rune <= 0xdfff) this.#stop('invalid UTF-8', this.#at, this.#text.length);
    this.#at += rune > 0xffff ? 2 : 1;
    return rune;
  }

  #stop(what: string, at: number, end: number): never {
    throw new Stop({ message: `error parsing regexp: ${what}: \`${this.#text.slice(at, end)}\``, at, end });
  }
}

const CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** The copies of the innermost thing, over all nested counts, are at most `limit` (Go's repeatIsValid). */
function repeatIsValid(node: Node, limit: number): boolean {
  if (node.kind === 'capture') return repeatIsValid(node.node, limit);
  if (node.kind === 'concat' || node.kind === 'alternate') return node.nodes.every((inner) => repeatIsValid(inner, limit));
  if (node.kind !== 'repeat') return true;
  const counted = !(node.min === 0 && node.max === -1) && !(node.min === 1 && node.max === -1) && !(node.min === 0 && node.max === 1);
  if (!counted) return repeatIsValid(node.node, limit);
  if (node.max === 0) return true;
  const copies = node.max < 0 ? node.min : node.max;
  if (copies > limit) return false;
  return repeatIsValid(node.node, copies > 0 ? Math.floor(limit / copies) : limit);
}
