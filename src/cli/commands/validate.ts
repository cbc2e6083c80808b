import type { Command } from 'commander';
import type { LintFlags } from '../lint-flags.ts';
import { sourceOptions } from '../options.ts';
import type { Deps } from '../run.ts';
import { outputOptions } from './lint.ts';

/** `gateway validate`: the blocking rules only, exactly what `build` and `serve` refuse on. */
export function register(program: Command, { context, finish }: Deps): Command {
  return outputOptions(sourceOptions(program.command('validate').description('lint, blocking rules only')))
    .option('--exit-zero', 'exit 0 where findings would make it 1')
    .action(async (stacks: readonly string[], flags: LintFlags) => {
      const { runLint } = await import('../lint-run.ts');
      finish(await runLint(context, stacks, flags, { blockingOnly: true }));
    });
}
