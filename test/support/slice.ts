import { createHash } from 'node:crypto';

/**
 * A third (or another part) of the cases, another one each day, so that CI asks all of them within three days; FULL=1 takes all.
 * The day is the only thing that moves: a run of the same day takes the same third.
 */
export function slice(name: string, parts = 3): boolean {
  if (process.env['FULL'] === '1') return true;
  const day = Math.floor(Date.now() / 86_400_000);
  const bucket = createHash('sha256').update(name).digest().readUInt32BE(0);
  return bucket % parts === day % parts;
}
