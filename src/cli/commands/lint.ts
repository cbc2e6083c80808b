import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { LintFlags } from '../lint-flags.ts';
import { collect, sourceOptions } from '../options.ts';
import type { Deps } from '../run.ts';

const EXAMPLES = `
Examples:
  gateway lint                                     the stack of this folder
  gateway lint stacks/shop stacks/blog --static traefik.yml
  gateway lint --format text --format sarif=lint.sarif
  gateway lint --fix-dry-run                       what --fix would change
  gateway lint --baseline-write                    from here on, only new findings
  gateway lint --changed --since origin/main       only what this branch touches
`;

/** `gateway lint`, alias `check`. */
export function register(program: Command, { context, finish }: Deps): Command {
  const command = outputOptions(sourceOptions(program.command('lint').alias('check').description('check labels, files and routing: all problems at once')))
    .option('--rule <id=severity>', 'error, warning, info or off (repeatable; blocking rules stay)', collect)
    .option('--min-severity <severity>', 'show this and worse: error, warning, info, note')
    .option('--max-warnings <n>', 'exit 1 with more warnings than this')
    .option('--require-static', "exit 1 when Traefik's static configuration is not known")
    .option('--fix', 'apply safe fixes')
    .option('--fix-unsafe', 'apply all fixes')
    .option('--fix-dry-run', 'print the fixes as a unified diff, write nothing')
    .option('--baseline <path>', 'known findings: a file, or a folder with one a stack (default: gateway-baseline.json beside a stack)')
    .option('--baseline-write', 'write what is found now into the baseline')
    .option('--changed', 'only findings that touch what changed since --since (default: HEAD)')
    .option('--since <ref>', 'the commit that --changed compares with')
    .option('--exit-zero', 'exit 0 where findings would make it 1')
    .option('--watch', 'with --live: lint again after each change of the containers')
    .option('--list-rules', 'list all rules')
    .option('--explain-rule <id>', 'what a rule finds, why, and how it looks')
    .addHelpText('after', EXAMPLES)
    .action(async (stacks: readonly string[], flags: LintFlags) => {
      finish(await lintOrExplain(context, stacks, flags));
    });
  return command;
}

/** Options that say how findings are written; the same for `validate`. */
export function outputOptions(command: Command): Command {
  return command
    .option('--format <name[=file]>', 'text, concise, json, sarif, github, gitlab, junit, rdjson, markdown (repeatable, with a file)', collect)
    .option('--annotations <when>', 'annotations and a job summary for GitHub Actions: auto, always, never')
    .option('--ascii', 'text in plain ASCII');
}

async function lintOrExplain(context: Context, stacks: readonly string[], flags: LintFlags): Promise<ExitCode> {
  if (flags.listRules !== true && flags.explainRule === undefined) {
    const { runLint, watchLint } = await import('../lint-run.ts');
    return flags.watch === true ? watchLint(context, stacks, flags) : runLint(context, stacks, flags, { blockingOnly: false });
  }
  const { printRules } = await import('../print-rules.ts');
  await printRules(context, flags.explainRule, flags.json === true || flags.format?.includes('json') === true);
  return EXIT.ok;
}
