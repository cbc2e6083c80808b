/** Statuses that nginx can catch: it takes none below 300 in `error_page`, nor its own for a client that went away. */
const LOWEST = 300;
const HIGHEST = 599;
const GONE = 499;

/** The statuses of a list such as `404` and `500-599`, each once; undefined where an item cannot be caught. A range is taken without 499. */
export function statusesOf(texts: readonly string[]): readonly number[] | undefined {
  const out = new Set<number>();
  for (const text of texts) {
    const [low, high] = boundsOf(text);
    if (!(low >= LOWEST && high <= HIGHEST && low <= high) || (low === GONE && high === GONE)) return undefined;
    for (let status = low; status <= high; status += 1) if (status !== GONE) out.add(status);
  }
  return [...out].sort((a, b) => a - b);
}

function boundsOf(text: string): readonly [low: number, high: number] {
  const [low = '', high = low] = text.split('-');
  return [Number(low), Number(high)];
}

/** The status of a range that the first of these that holds it makes of one. */
export function rewritten(status: number, rewrites: Readonly<Record<string, number>>): number {
  const found = Object.entries(rewrites).find(([range]) => {
    const [low, high] = boundsOf(range);
    return status >= low && status <= high;
  });
  return found?.[1] ?? status;
}
