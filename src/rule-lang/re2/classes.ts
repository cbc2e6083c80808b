import { ANY, negate, type Ranges } from './ranges.ts';

const DIGIT: Ranges = [[0x30, 0x39]];
const WORD: Ranges = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const LETTERS: Ranges = [
  [0x41, 0x5a],
  [0x61, 0x7a],
];
const ALNUM: Ranges = [...DIGIT, ...LETTERS];

/** `\d`, `\s`, `\w` are ASCII in Go. */
export const PERL: Readonly<Record<string, Ranges>> = {
  d: DIGIT,
  s: [
    [9, 10],
    [12, 13],
    [32, 32],
  ],
  w: WORD,
};

/** `[[:name:]]`, all ASCII in Go. */
export const POSIX: Readonly<Record<string, Ranges>> = {
  alnum: ALNUM,
  alpha: LETTERS,
  ascii: [[0, 0x7f]],
  blank: [
    [9, 9],
    [32, 32],
  ],
  cntrl: [
    [0, 0x1f],
    [0x7f, 0x7f],
  ],
  digit: DIGIT,
  graph: [[0x21, 0x7e]],
  lower: [[0x61, 0x7a]],
  print: [[0x20, 0x7e]],
  punct: [
    [0x21, 0x2f],
    [0x3a, 0x40],
    [0x5b, 0x60],
    [0x7b, 0x7e],
  ],
  space: [
    [9, 13],
    [32, 32],
  ],
  upper: [[0x41, 0x5a]],
  word: WORD,
  xdigit: [
    [0x30, 0x39],
    [0x41, 0x46],
    [0x61, 0x66],
  ],
};

export const NOTHING: Ranges = negate(ANY);
