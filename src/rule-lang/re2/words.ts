import { oncePer } from '../../text/index.ts';
import type { Re2 } from './ast.ts';
import { isWord } from './machine.ts';
import { includes, single } from './ranges.ts';
import { createReader, type Reader, type Stand } from './reader.ts';

/** What a text is to be. */
interface Wanted {
  /** Patterns that it matches, all of them. */
  readonly all: readonly Re2[];
  /** Patterns that it does not match, none of them. */
  readonly none: readonly Re2[];
  /** Letters that it is made of, the plainest first; what `all` asks for literally may stand in it too. */
  readonly letters: string;
}

/** Beginnings that are looked at before a text counts as one that cannot be found. */
const MAX_BEGINNINGS = 1500;

/**
 * Texts that match all of some patterns and none of others, the shortest first: all patterns read one text at the same
 * time, and beginnings that leave them at the same places are continued once. Each text ends at places of its own.
 */
export function wordsOf({ all, none, letters }: Wanted, count: number): readonly string[] {
  const [yes, no] = [all.map(readerOf), none.map(readerOf)];
  const alphabet = lettersFor(letters, yes, no);
  const queue: Beginning[] = [{ text: '', yes: yes.map(({ start }) => start), no: no.map(({ start }) => start) }];
  const seen = new Set<string>();
  const found: string[] = [];
  for (const at of queue) {
    if (fits(at, yes, no)) found.push(at.text);
    if (found.length === count) break;
    for (const rune of alphabet) {
      const next = { text: at.text + String.fromCodePoint(rune), yes: yes.map((one, index) => readOn(one, at.yes[index], rune)), no: no.map((one, index) => readOn(one, at.no[index], rune)) };
      if (next.yes.some(({ lost }) => lost) || next.no.some((stand) => stand.found)) continue;
      const key = [...next.yes, ...next.no].map(({ id }) => id).join(' ');
      if (seen.has(key) || queue.length >= MAX_BEGINNINGS) continue;
      seen.add(key);
      queue.push(next);
    }
  }
  return found;
}

/** A beginning of a text, and where it leaves each pattern. */
interface Beginning {
  readonly text: string;
  readonly yes: readonly Stand[];
  readonly no: readonly Stand[];
}

function fits(at: Beginning, yes: readonly Reader[], no: readonly Reader[]): boolean {
  return at.yes.every((stand, index) => yes[index]?.ends(stand) === true) && at.no.every((stand, index) => no[index]?.ends(stand) === false);
}

function readOn(reader: Reader, from: Stand | undefined, rune: number): Stand {
  return reader.read(from ?? reader.start, rune);
}

/** One letter of those that all patterns take for the same. */
function lettersFor(letters: string, yes: readonly Reader[], no: readonly Reader[]): readonly number[] {
  const literal = yes.flatMap(({ sets }) => sets.map(single)).filter((rune) => rune !== undefined && rune >= 0x20);
  const sets = [...yes, ...no].flatMap((reader) => reader.sets);
  const chosen = new Map<string, number>();
  for (const rune of [...Array.from(letters, (letter) => letter.codePointAt(0)), ...literal]) {
    if (rune === undefined) continue;
    const key = `${isWord(rune) ? 'w' : '-'}${sets.map((set) => (includes(set, rune) ? '1' : '0')).join('')}`;
    if (!chosen.has(key)) chosen.set(key, rune);
  }
  return [...chosen.values()];
}

/** Rules are asked about again and again. */
const readerOf = oncePer(createReader);
