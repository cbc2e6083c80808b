import { CommandError, EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;
const NAMES = ['SIGINT', 'SIGTERM'] as const;

/**
 * Signals end the process at once, which is right as long as it only reads. While files are swapped in they are held,
 * and end the command afterwards: throws CommandError (130, 143).
 */
export async function uninterrupted(work: () => void): Promise<void> {
  let code: (typeof CODES)[keyof typeof CODES] | undefined;
  const hold = (name: NodeJS.Signals): void => {
    if (name === 'SIGINT' || name === 'SIGTERM') code = CODES[name];
  };
  for (const name of NAMES) process.on(name, hold);
  try {
    work();
    // A signal that came during the work is told of when the event loop next looks for news: the first turn may only be
    // the end of the one that the work stood in.
    await turn();
    await turn();
  } finally {
    for (const name of NAMES) process.off(name, hold);
  }
  if (code !== undefined) throw new CommandError(code, 'interrupted');
}

/** Waits for the first signal; a second one ends the process at once, as it would have without us. */
export function untilStopped(): Promise<ExitCode> {
  return new Promise((resolve) => {
    const stop = (name: NodeJS.Signals): void => {
      for (const one of NAMES) process.off(one, stop);
      resolve(name === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
    };
    for (const name of NAMES) process.on(name, stop);
  });
}

function turn(): Promise<void> {
  return new Promise((done) => void setImmediate(done));
}
