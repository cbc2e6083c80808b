/** One line of a comparison, and how many lines of either side stand before it. */
export interface Change {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
  readonly before: number;
  readonly after: number;
}

type Signed = Pick<Change, 'sign' | 'line'>;

/** Cells of a table that is still cheap to fill. */
const SMALL = 250_000;

/** Which lines stayed, went and came. Exact for small parts; large ones are split at lines that are unique on both sides. */
export function compareLines(before: readonly string[], after: readonly string[]): readonly Change[] {
  let left = 0;
  let right = 0;
  return compare(before, after).map(({ sign, line }) => {
    const change = { sign, line, before: left, after: right };
    if (sign !== '+') left += 1;
    if (sign !== '-') right += 1;
    return change;
  });
}

/** Common lines at both ends are cut off first: what is left of a fix is small. */
function compare(before: readonly string[], after: readonly string[]): readonly Signed[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const keep = (line: string): Signed => ({ sign: ' ', line });
  const inner = middle(before.slice(head, before.length - tail), after.slice(head, after.length - tail));
  return [...before.slice(0, head).map(keep), ...inner, ...before.slice(before.length - tail).map(keep)];
}

function middle(before: readonly string[], after: readonly string[]): readonly Signed[] {
  if (before.length * after.length <= SMALL) return exact(before, after);
  const anchors = anchorsOf(before, after);
  if (anchors.length === 0) return [...before.map((line): Signed => ({ sign: '-', line })), ...after.map((line): Signed => ({ sign: '+', line }))];
  const parts: (readonly Signed[])[] = [];
  let from = { before: 0, after: 0 };
  for (const anchor of [...anchors, { before: before.length, after: after.length }]) {
    parts.push(compare(before.slice(from.before, anchor.before), after.slice(from.after, anchor.after)));
    from = anchor;
  }
  return parts.flat();
}

interface Anchor {
  readonly before: number;
  readonly after: number;
}

/** Lines that either side has once, in the same order on both: the longest rising run of their places. */
function anchorsOf(before: readonly string[], after: readonly string[]): readonly Anchor[] {
  const places = uniqueLines(after);
  const pairs = [...uniqueLines(before)].flatMap(([line, at]): readonly Anchor[] => {
    const other = places.get(line);
    return other === undefined ? [] : [{ before: at, after: other }];
  });
  const tails: number[] = [];
  const previous: number[] = [];
  pairs.forEach((pair, index) => {
    const slot = firstAtLeast(tails, pair.after, pairs);
    previous[index] = slot === 0 ? -1 : (tails[slot - 1] ?? -1);
    tails[slot] = index;
  });
  const out: Anchor[] = [];
  for (let index = tails.at(-1) ?? -1; index !== -1; index = previous[index] ?? -1) {
    const pair = pairs[index];
    if (pair !== undefined) out.push(pair);
  }
  return out.reverse();
}

function uniqueLines(lines: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  lines.forEach((line, index) => {
    if (places.has(line)) repeated.add(line);
    else places.set(line, index);
  });
  for (const line of repeated) places.delete(line);
  return places;
}

function firstAtLeast(tails: readonly number[], wanted: number, pairs: readonly Anchor[]): number {
  let low = 0;
  let high = tails.length;
  while (low < high) {
    const half = (low + high) >> 1;
    if ((pairs[tails[half] ?? 0]?.after ?? 0) < wanted) low = half + 1;
    else high = half;
  }
  return low;
}

/** Longest common subsequence. */
function exact(before: readonly string[], after: readonly string[]): readonly Signed[] {
  const lengths = table(before, after);
  const out: Signed[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const left = before[i];
    const right = after[j];
    if (left !== undefined && left === right) {
      out.push({ sign: ' ', line: left });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))) {
      out.push({ sign: '-', line: left });
      i += 1;
    } else if (right !== undefined) {
      out.push({ sign: '+', line: right });
      j += 1;
    }
  }
  return out;
}

function table(before: readonly string[], after: readonly string[]): readonly (readonly number[])[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const row = rows[i];
      if (row !== undefined) row[j] = before[i] === after[j] ? (rows[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(rows[i + 1]?.[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return rows;
}
