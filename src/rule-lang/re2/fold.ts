import { normalize, type Ranges } from './ranges.ts';

/**
 * Simple case folding as Go's `unicode.SimpleFold`: all code points that `(?i)` treats as one. U+0130 and U+0131 fold to
 * nothing but themselves there, although JavaScript's case mapping knows relatives for them.
 */
export function orbit(rune: number): readonly number[] {
  if (rune < 0x80) return asciiOrbit(rune);
  return orbits().get(rune) ?? [rune];
}

/** The set and everything that folds to one of its members. */
export function foldRanges(ranges: Ranges): Ranges {
  const out: (readonly [number, number])[] = [...ranges];
  for (const [rune, others] of [...asciiOrbits(), ...(ranges.some(([, high]) => high >= 0x80) ? orbits() : [])]) {
    if (inside(ranges, rune)) for (const other of others) out.push([other, other]);
  }
  return normalize(out);
}

function inside(ranges: Ranges, rune: number): boolean {
  return ranges.some(([low, high]) => rune >= low && rune <= high);
}

function asciiOrbit(rune: number): readonly number[] {
  const lower = rune | 0x20;
  if (lower < 0x61 || lower > 0x7a) return [rune];
  const pair = [lower - 0x20, lower];
  if (lower === 0x6b) return [...pair, 0x212a]; // Kelvin sign
  if (lower === 0x73) return [...pair, 0x17f]; // long s
  return pair;
}

function asciiOrbits(): [number, readonly number[]][] {
  return Array.from({ length: 0x80 }, (_, rune): [number, readonly number[]] => [rune, asciiOrbit(rune)]).filter(([, all]) => all.length > 1);
}

let table: ReadonlyMap<number, readonly number[]> | undefined;
const LAST_CASED = 0x1e943;
const ALONE = new Set([0x130, 0x131]);

function orbits(): ReadonlyMap<number, readonly number[]> {
  table ??= buildOrbits();
  return table;
}

function buildOrbits(): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<number, Set<number>>();
  for (let rune = 0x41; rune <= LAST_CASED; rune += 1) {
    if (ALONE.has(rune) || (rune >= 0xd800 && rune <= 0xdfff)) continue;
    for (const other of relatives(rune)) join(groups, rune, other);
  }
  return new Map([...groups].map(([rune, group]) => [rune, [...group].sort((a, b) => a - b)]));
}

function relatives(rune: number): readonly number[] {
  const char = String.fromCodePoint(rune);
  return [char.toLowerCase(), char.toUpperCase()].flatMap((mapped) => {
    const [first, ...more] = [...mapped];
    const other = more.length === 0 ? first?.codePointAt(0) : undefined;
    return other === undefined || other === rune || ALONE.has(other) ? [] : [other];
  });
}

function join(groups: Map<number, Set<number>>, a: number, b: number): void {
  const union = new Set([...(groups.get(a) ?? [a]), ...(groups.get(b) ?? [b])]);
  for (const member of union) groups.set(member, union);
}
