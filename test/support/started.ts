import type { Started } from '../../src/engines/child.ts';

/** The engine, or a failed test that shows the engine's own words. */
export function started<T>(result: Started<T>): T {
  if (result.kind === 'started') return result.engine;
  throw new Error(`${result.reason}\n${result.log.trim()}`);
}
