import type { Command } from 'commander';
import { paintFor } from '../context.ts';
import type { Context } from '../context.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { prepare } from '../input.ts';
import { collect, sourceOptions } from '../options.ts';
import type { SourceOptions } from '../options.ts';
import type { Deps } from '../run.ts';
import { sayTaken } from '../say.ts';
import { replaceFile } from '../write.ts';
import path from 'node:path';

export interface LintFlags extends SourceOptions {
  readonly format?: readonly string[];
  readonly rule?: readonly string[];
  readonly minSeverity?: string;
  readonly maxWarnings?: string;
  readonly requireStatic?: boolean;
  readonly exitZero?: boolean;
  readonly listRules?: boolean;
  readonly explainRule?: string;
  readonly fix?: boolean;
  readonly fixUnsafe?: boolean;
  readonly fixDryRun?: boolean;
}

const EXAMPLES = `
Examples:
  gateway lint                                     the stack of this folder
  gateway lint stacks/shop stacks/blog --static traefik.yml
  gateway lint --format text --format sarif=lint.sarif
`;

/** `gateway lint`, alias `check`. */
export function register(program: Command, { context, finish }: Deps): Command {
  const command = sourceOptions(program.command('lint').alias('check').description('check labels, files and routing: all problems at once'))
    .option('--format <name[=file]>', 'text, concise, json, sarif, github, gitlab, junit, rdjson, markdown (repeatable, with a file)', collect)
    .option('--rule <id=severity>', 'error, warning, info or off (repeatable; blocking rules stay)', collect)
    .option('--min-severity <severity>', 'show this and worse: error, warning, info, note')
    .option('--max-warnings <n>', 'exit 1 with more warnings than this')
    .option('--require-static', "exit 1 when Traefik's static configuration is not known")
    .option('--fix', 'apply safe fixes')
    .option('--fix-unsafe', 'apply all fixes')
    .option('--fix-dry-run', 'print the fixes as a unified diff, write nothing')
    .option('--exit-zero', 'exit 0 where findings would make it 1')
    .option('--list-rules', 'list all rules')
    .option('--explain-rule <id>', 'what a rule finds, why, and how it looks')
    .addHelpText('after', EXAMPLES)
    .action(async (stacks: readonly string[], flags: LintFlags) => {
      finish(await runLint(context, stacks, flags, false));
    });
  return command;
}

/** Lints and prints; with `blockingOnly` it is `gateway validate`. */
export async function runLint(context: Context, stacks: readonly string[], flags: LintFlags, blockingOnly: boolean): Promise<0 | 1> {
  const api = await import('../../index.ts');
  if (flags.listRules === true || flags.explainRule !== undefined) {
    const { printRules } = await import('../print-rules.ts');
    await printRules(context, flags.explainRule, flags.json === true);
    return EXIT.ok;
  }
  const prepared = await prepare(context, stacks, flags);
  const loaded = api.load(prepared.input);
  if (loaded.workspace.stacks.length === 0) throw new CommandError(EXIT.environment, 'no Compose file was found', 'Name a file or a folder: gateway lint path/to/compose.yml');
  sayTaken(context, flags, loaded);
  const result = api.lint(loaded, { config: prepared.config, rules: ruleSettings(flags, api.ruleIds), declared: prepared.input.declared });
  const kept = result.diagnostics.filter((diagnostic) => (!blockingOnly || diagnostic.blocking) && atLeast(diagnostic.severity, flags.minSeverity));
  const report = api.toReport('gateway.lint/1', kept, blockingOnly ? [] : result.skipped, loaded);
  const outputs = outputsOf(flags, api.formatNames);
  for (const output of outputs) {
    const text = api.format(output.name, report, { width: context.width, paint: paintFor(context, flags, 'out'), quiet: flags.quiet === true });
    if (output.file === undefined) context.out(text);
    else replaceFile(path.resolve(context.cwd, output.file), text);
  }
  const counts = api.countFindings(report);
  const tooMany = flags.maxWarnings !== undefined && counts.warnings > Number(flags.maxWarnings);
  const noStatic = flags.requireStatic === true && loaded.gateways.some((gateway) => !gateway.staticKnown);
  if (noStatic) context.err("error: Traefik's static configuration is not known (--require-static); name it with --static\n");
  return (counts.errors > 0 || tooMany || noStatic) && flags.exitZero !== true ? EXIT.findings : EXIT.ok;
}

const ORDER = ['error', 'warning', 'info', 'note'] as const;

function atLeast(severity: string, minimum: string | undefined): boolean {
  if (minimum === undefined) return true;
  const wanted = ORDER.findIndex((name) => name === minimum);
  if (wanted === -1) throw new CommandError(EXIT.usage, `--min-severity takes ${ORDER.join(', ')}, got "${minimum}"`);
  return ORDER.findIndex((name) => name === severity) <= wanted;
}

function ruleSettings(flags: LintFlags, known: readonly string[]): ReadonlyMap<string, string> {
  return new Map((flags.rule ?? []).map((text) => {
    const [id = '', severity = ''] = text.split('=');
    if (!known.includes(id)) throw new CommandError(EXIT.usage, `unknown rule "${id}"`, 'gateway rules lists them');
    if (!['error', 'warning', 'info', 'off'].includes(severity)) throw new CommandError(EXIT.usage, `--rule takes ID=error|warning|info|off, got "${text}"`);
    return [id, severity] as const;
  }));
}

interface Output {
  readonly name: string;
  readonly file?: string;
}

function outputsOf(flags: LintFlags, known: readonly string[]): readonly Output[] {
  const wanted = flags.json === true ? ['json'] : (flags.format ?? ['text']);
  return wanted.map((text) => {
    const at = text.indexOf('=');
    const name = at === -1 ? text : text.slice(0, at);
    if (!known.includes(name)) throw new CommandError(EXIT.usage, `unknown format "${name}"`, `Formats: ${known.join(', ')}`);
    return at === -1 ? { name } : { name, file: text.slice(at + 1) };
  });
}
