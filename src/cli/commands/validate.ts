import type { Command } from 'commander';
import { collect, sourceOptions } from '../options.ts';
import type { Deps } from '../run.ts';
import { runLint } from './lint.ts';
import type { LintFlags } from './lint.ts';

/** `gateway validate`: the blocking rules only, exactly what `build` and `serve` refuse on. */
export function register(program: Command, { context, finish }: Deps): Command {
  return sourceOptions(program.command('validate').description('lint, blocking rules only'))
    .option('--format <name[=file]>', 'as gateway lint (repeatable)', collect)
    .option('--exit-zero', 'exit 0 where findings would make it 1')
    .action(async (stacks: readonly string[], flags: LintFlags) => {
      finish(await runLint(context, stacks, flags, true));
    });
}
