import { plural } from '../diagnostics/summary.ts';
import { chmodSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FixRun } from '../index.ts';
import type { Context } from './context.ts';
import { STDIN } from './host.ts';
import type { LintFlags } from './lint-flags.ts';
import { replaceFile } from './write.ts';

/** Whether any of the fix flags was given. */
export function wantsFixes(flags: LintFlags): boolean {
  return flags.fix === true || flags.fixUnsafe === true || flags.fixDryRun === true;
}

/** A file whose bytes are no UTF-8 cannot be written back as they are, and standard input cannot be written at all. */
export function isLocked(context: Context, flags: LintFlags, name: string): boolean {
  if (name === STDIN) return flags.fixDryRun !== true;
  try {
    const bytes = readFileSync(path.resolve(context.cwd, name));
    return !Buffer.from(bytes.toString('utf8')).equals(bytes);
  } catch {
    return true;
  }
}

/** Writes what was fixed, each file at once and with its mode; a link stays one. */
export async function writeFixes(context: Context, run: FixRun): Promise<void> {
  await context.uninterrupted(() => {
    for (const [name, text] of run.texts) {
      const full = realpathSync(path.resolve(context.cwd, name));
      const { mode } = statSync(full);
      replaceFile(context.cwd, path.relative(context.cwd, full), text);
      chmodSync(full, mode & 0o7777);
    }
  });
}

/** Says on stderr what was applied and what was not, with its reason. */
export function sayFixes(context: Context, flags: LintFlags, run: FixRun): void {
  const done = flags.fixDryRun === true ? 'would fix' : 'fixed';
  if (flags.quiet !== true) context.err(run.applied.length === 0 ? 'nothing to fix\n' : `${done} ${plural(run.applied.length, 'finding')} in ${plural(run.texts.size, 'file')}\n`);
  for (const { finding, fix, because } of run.refused) context.err(`not applied: ${finding.file}:${String(finding.line)}:${String(finding.column)} ${finding.rule}: ${oneLine(fix.title)}: ${oneLine(because)}\n`);
}

function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
