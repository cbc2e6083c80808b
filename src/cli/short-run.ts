import { beforeLargeFiles } from './host.ts';
import { growForMuch, limitOptimising } from './v8-flags.ts';

/** For a command that ends when its work is done. Where its first word told so, the flags are set already (start.ts). */
export function expectShortRun(): void {
  limitOptimising();
  beforeLargeFiles(growForMuch);
}
