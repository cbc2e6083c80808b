import type { Command } from 'commander';
import type { DiffDocument, DiffLevel, FailOn } from '../../index.ts';
import { paintFor } from '../context.ts';
import type { Context } from '../context.ts';
import type { Sides } from '../diff-sides.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { collect, formatOf, sourceOptions } from '../options.ts';
import type { SourceOptions } from '../options.ts';
import type { Deps } from '../run.ts';

interface DiffFlags extends SourceOptions {
  readonly git?: string;
  readonly level?: readonly string[];
  readonly failOn: string;
  readonly format?: string;
  readonly maxChars: string;
  readonly commentKey: string;
}

const LEVELS: readonly DiffLevel[] = ['text', 'semantic', 'behaviour'];

const EXAMPLES = `
Examples:
  gateway diff main..HEAD                           which requests a branch changes (exit 1 for security changes)
  gateway diff old/compose.yml new/compose.yml --fail-on breaking
  gateway diff --git v1...HEAD stacks/shop --format markdown --comment-key shop
`;

/** `gateway diff OLD NEW`, `gateway diff A..B [stacks]`. */
export function register(program: Command, { context, finish }: Deps): Command {
  const command = program.command('diff').description('which requests a change touches: before, after, and the request that shows it');
  // The sides take the positional places that stacks have elsewhere.
  const options = sourceOptions(program.createCommand('options')).options;
  command.argument('<sides...>', 'OLD and NEW (files, folders, earlier output), or A..B and stacks');
  for (const option of options) command.addOption(option);
  return command
    .option('--git <range>', 'compare two revisions: A..B, or A...B from where B left A')
    .option('--level <level>', 'text, semantic or behaviour (repeatable; default: semantic and behaviour)', collect)
    .option('--fail-on <severity>', 'none, security, breaking (or security) or any', 'security')
    .option('--format <format>', 'text, markdown or json')
    .option('--max-chars <n>', 'length of the markdown at most', '65000')
    .option('--comment-key <key>', 'key in the hidden marker of the markdown', 'default')
    .addHelpText('after', EXAMPLES)
    .action(async (sides: readonly string[], flags: DiffFlags) => {
      finish(await runDiff(context, sides, flags));
    });
}

async function runDiff(context: Context, args: readonly string[], flags: DiffFlags): Promise<0 | 1> {
  const format = formatOf(flags, ['text', 'markdown', 'json']);
  const threshold = failOnOf(flags.failOn);
  const levels = levelsOf(flags.level);
  const maxChars = maxCharsOf(flags.maxChars);
  const api = await import('../../index.ts');
  const { sidesOf } = await import('../diff-sides.ts');
  const sides = await sidesOf(context, args, flags);
  const document = compare(api, sides, levels);
  if (format === 'json') context.out(`${JSON.stringify(document, null, 2)}\n`);
  else if (format === 'markdown') context.out(api.printMarkdown(document, { key: flags.commentKey, maxChars }));
  else context.out(api.printText(document, levels, paintFor(context, flags, 'out')));
  return api.failsOn(document, threshold) ? EXIT.findings : EXIT.ok;
}

function compare(api: typeof import('../../index.ts'), { before, after }: Sides, levels: readonly DiffLevel[]): DiffDocument {
  const [old, now] = [api.load(before.input), api.load(after.input)];
  for (const [side, loaded, { input }] of [['old', old, before], ['new', now, after]] as const) {
    if (!api.hasInput(loaded) && input.gateways.every(({ stacks, dynamic }) => stacks.length > 0 || dynamic.length === 0)) throw new CommandError(EXIT.environment, `the ${side} side has no Compose file, no gateway.yaml and no earlier output`);
  }
  const targets = after.config.build.to.length === 0 ? ['traefik'] : after.config.build.to;
  const files = { targets, versions: new Map<string, string>(), allowances: new Map(Object.entries(after.config.approximate)), inlineSecrets: false, settings: after.config.targets, overrides: after.input.overrides };
  return api.diff(old, now, levels.includes('text') ? { files } : {});
}

function failOnOf(text: string): FailOn {
  if (text === 'none' || text === 'security' || text === 'breaking' || text === 'any') return text;
  throw new CommandError(EXIT.usage, `--fail-on takes none, security, breaking or any, got "${text}"`);
}

function levelsOf(wanted: readonly string[] | undefined): readonly DiffLevel[] {
  if (wanted === undefined) return ['semantic', 'behaviour'];
  const unknown = wanted.find((name) => !LEVELS.some((level) => level === name));
  if (unknown !== undefined) throw new CommandError(EXIT.usage, `--level takes text, semantic or behaviour, got "${unknown}"`);
  return LEVELS.filter((level) => wanted.includes(level));
}

function maxCharsOf(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1000) throw new CommandError(EXIT.usage, `--max-chars takes a number from 1000, got "${text}"`);
  return value;
}
