import { plural } from '../diagnostics/summary.ts';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Baseline, Finding, Loaded } from '../index.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { kindOf } from './host.ts';
import type { LintFlags } from './lint-flags.ts';
import { replaceFile } from './write.ts';

type Api = Pick<typeof import('../linting.ts'), 'byStack' | 'canBeKnown' | 'compareBaselines' | 'printBaseline' | 'readBaseline'>;

/** The name of a baseline that stands beside a stack: found there without being named. */
const NAME = 'gateway-baseline.json';

/** Where the baseline of each stack is: beside it, or in the folder or file that `--baseline` names. */
function placeOf(context: Context, flags: LintFlags, stack: { readonly stack: string; readonly folder: string }): string {
  if (flags.baseline === undefined) return path.posix.join(stack.folder, NAME);
  const isFolder = flags.baseline.endsWith('/') || kindOf(context.cwd, flags.baseline) === 'folder';
  return isFolder ? path.posix.join(flags.baseline, `${stack.stack}.json`) : flags.baseline;
}

/** Reads the baselines of the stacks. Throws CommandError: 3 for one that was named and is not there, 2 for one that is none. */
export function readBaselines(context: Context, flags: LintFlags, loaded: Loaded, api: Api): readonly Baseline[] {
  const places = new Set(api.byStack([], loaded).map((stack) => placeOf(context, flags, stack)));
  return [...places].flatMap((name) => {
    const full = path.resolve(context.cwd, name);
    if (!existsSync(full)) {
      if (flags.baseline === name) throw new CommandError(EXIT.environment, `cannot read the baseline ${name}`, 'gateway lint --baseline-write makes one');
      return [];
    }
    const read = api.readBaseline(name, readFileSync(full, 'utf8'));
    if (read.kind === 'invalid') throw new CommandError(EXIT.usage, read.message);
    return [read.baseline];
  });
}

/** Refused where nobody looks: a pipeline that accepts its own findings checks nothing. */
export function checkMayWrite(context: Context, option: string, cure: string): void {
  const ci = context.env['CI'] ?? '';
  if (ci !== '' && ci !== 'false' && ci !== '0') throw new CommandError(EXIT.usage, `${option} is refused with CI set`, cure);
}

/** Writes the findings of each stack into its baseline, and says so. */
export async function writeBaselines(context: Context, flags: LintFlags, findings: readonly Finding[], loaded: Loaded, api: Api): Promise<void> {
  const texts = new Map<string, Finding[]>();
  for (const stack of api.byStack(findings, loaded)) {
    const name = placeOf(context, flags, stack);
    texts.set(name, [...(texts.get(name) ?? []), ...stack.findings]);
  }
  await context.uninterrupted(() => {
    for (const [name, list] of texts) {
      const known = list.filter(api.canBeKnown);
      // A stack without findings needs no file; one that is there is emptied.
      if (known.length === 0 && !existsSync(path.resolve(context.cwd, name))) continue;
      replaceFile(context.cwd, name, api.printBaseline(known));
      if (flags.quiet !== true) context.err(`wrote ${name}  ${plural(known.length, 'finding')}\n`);
    }
  });
  const blocking = findings.filter((finding) => finding.blocking).length;
  if (blocking > 0) context.err(`${plural(blocking, 'blocking finding')} cannot be in a baseline\n`);
}
