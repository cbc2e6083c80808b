import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuiltTarget } from '../../src/index.ts';

/** `built`, or the features that refused it: `nginx/rule.query`. */
export function verdictOf(built: BuiltTarget): 'built' | readonly string[] {
  if (built.files !== undefined) return 'built';
  return [...new Set(built.diagnostics.filter((diagnostic) => diagnostic.blocking).map(({ symbol }) => symbol).map((symbol) => /^\S+\/\S+/.exec(symbol)?.[0] ?? symbol))].sort();
}

/** By target. RECORD=1 writes what is there now: read the difference before it is kept. */
export function expectedVerdict(folder: string, target: string, now: ReturnType<typeof verdictOf>): unknown {
  const path = join(folder, 'verdicts.json');
  const known = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>) : {};
  if (process.env['RECORD'] !== '1') return known[target];
  writeFileSync(path, `${JSON.stringify({ ...known, [target]: now })}\n`);
  return now;
}
