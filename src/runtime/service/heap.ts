/** Go's container/heap, move for move: among equal deadlines the order of its swaps decides who is next. */
export interface Timed {
  deadline: number;
}

export function push<T extends Timed>(heap: T[], item: T): void {
  heap.push(item);
  up(heap, heap.length - 1);
}

export function pop<T extends Timed>(heap: T[]): T | undefined {
  const last = heap.length - 1;
  if (last < 0) return undefined;
  swap(heap, 0, last);
  down(heap, 0, last);
  return heap.pop();
}

function less(heap: readonly Timed[], i: number, j: number): boolean {
  return (heap[i]?.deadline ?? 0) < (heap[j]?.deadline ?? 0);
}

function up(heap: Timed[], from: number): void {
  let at = from;
  for (;;) {
    const parent = Math.trunc((at - 1) / 2);
    if (parent === at || !less(heap, at, parent)) return;
    swap(heap, parent, at);
    at = parent;
  }
}

function down(heap: Timed[], from: number, size: number): void {
  let at = from;
  for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
    const right = child + 1;
    const least = right < size && less(heap, right, child) ? right : child;
    if (!less(heap, least, at)) return;
    swap(heap, at, least);
    at = least;
  }
}

function swap(heap: unknown[], i: number, j: number): void {
  [heap[i], heap[j]] = [heap[j], heap[i]];
}
