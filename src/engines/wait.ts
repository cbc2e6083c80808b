import { setTimeout as sleep } from 'node:timers/promises';

/** How long and how often to ask. */
export interface WaitOptions {
  readonly timeoutMs: number;
  readonly intervalMs?: number;
  /** Ends the wait early, for example because the process is gone. */
  readonly giveUp?: () => boolean;
}

/** Asks until there is an answer that is not null; null when time ran out or there is no hope. */
export async function waitFor<T>(ask: () => Promise<T | null>, { timeoutMs, intervalMs = 20, giveUp = () => false }: WaitOptions): Promise<T | null> {
  const deadline = performance.now() + timeoutMs;
  while (!giveUp()) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() >= deadline) return null;
    await sleep(intervalMs);
  }
  return null;
}
