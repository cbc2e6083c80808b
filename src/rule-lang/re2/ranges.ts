/** A set of code points: sorted, disjoint, not touching, both ends inclusive. */
export type Ranges = readonly (readonly [number, number])[];

export const MAX_RUNE = 0x10ffff;
/** What Go shows a pattern in place of a byte that is not UTF-8. */
export const REPLACEMENT = 0xfffd;
export const ANY: Ranges = [[0, MAX_RUNE]];
export const NOT_NEWLINE: Ranges = [
  [0, 9],
  [11, MAX_RUNE],
];

/** Sorts and joins. */
export function normalize(ranges: Ranges): Ranges {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const out: [number, number][] = [];
  for (const [low, high] of sorted) {
    const last = out.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else out.push([low, high]);
  }
  return out;
}

export function negate(ranges: Ranges): Ranges {
  const out: [number, number][] = [];
  let next = 0;
  for (const [low, high] of normalize(ranges)) {
    if (low > next) out.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= MAX_RUNE) out.push([next, MAX_RUNE]);
  return out;
}

export function intersect(a: Ranges, b: Ranges): Ranges {
  return negate([...negate(a), ...negate(b)]);
}

export function includes(ranges: Ranges, rune: number): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range === undefined) return false;
    if (rune < range[0]) high = middle - 1;
    else if (rune > range[1]) low = middle + 1;
    else return true;
  }
  return false;
}

const SURROGATES: Ranges = [[0xd800, 0xdfff]];

/** Without the code points that no valid UTF-8 holds. */
export function withoutSurrogates(ranges: Ranges): Ranges {
  return intersect(ranges, negate(SURROGATES));
}

/** True when every character beyond ASCII is in the set: such a set can be matched byte by byte. */
export function holdsAllNonAscii(ranges: Ranges): boolean {
  return negate([...ranges, [0, 0x7f], ...SURROGATES]).length === 0;
}

/** True when no character beyond ASCII is in the set. */
export function isAscii(ranges: Ranges): boolean {
  return withoutSurrogates(ranges).every(([, high]) => high < 0x80);
}

export function single(ranges: Ranges): number | undefined {
  const first = ranges[0];
  return ranges.length === 1 && first !== undefined && first[0] === first[1] ? first[0] : undefined;
}
