import type { Statement, Word } from './plan.ts';

/** So often may groups of a pattern be repeated by a number, all of them together, and so long may it be. */
const MOST_COPIES = 64;
const LONGEST = 4096;

/**
 * Whether compiled patterns read every text that read ones do. Compiled, a group that is repeated keeps a place on a stack of 32 KB
 * for each time, unless it is possessive: 1.22 then says `pcre2_match() failed: -46` where a path has a thousand letters, and
 * takes another location (ran). Repeats of one character or class keep none.
 */
export function compilesWell(statements: readonly Statement[]): boolean {
  return statements.every((one) => one.kind !== 'directive' || (one.words.every(needsNoStack) && compilesWell(one.block ?? [])));
}

/** Asked of every text that may be a pattern: a wrong no costs a little time only. */
function needsNoStack(word: Word): boolean {
  if (word.kind === 'template' || !word.text.includes(')')) return true;
  const bare = word.text.replace(/\\[^]|\[\^?\]?(?:\\[^]|[^\]\\])*\]/g, 'x');
  const repeats = [...bare.matchAll(/\)(?:[*+]|\{(\d+),?(\d*)\})(?!\+)/g)];
  const copies = repeats.map(([text, least = '', most = '']) => (text.endsWith(',}') || least === '' ? Infinity : Number(most === '' ? least : most)));
  return word.text.length <= LONGEST && copies.reduce((product, one) => product * Math.max(one, 1), 1) <= MOST_COPIES;
}
