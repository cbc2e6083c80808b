/** Whoever waits for an answer, until they no longer do. An AbortController would say the same at several times the price, for each request. */
export class Waiter {
  #gone = false;
  #then: Set<() => void> | undefined;

  get gone(): boolean {
    return this.#gone;
  }

  leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    for (const then of this.#then ?? []) then();
    this.#then = undefined;
  }

  /** Calls back when they leave; returns what makes it forget that. */
  onLeave(then: () => void): () => void {
    this.#then ??= new Set();
    this.#then.add(then);
    return () => void this.#then?.delete(then);
  }
}

/** The same by a signal that somebody else gives. */
export function waiterOf(signal: AbortSignal): Waiter {
  const waiter = new Waiter();
  if (signal.aborted) waiter.leave();
  else signal.addEventListener('abort', () => waiter.leave(), { once: true });
  return waiter;
}
