import type { Command } from 'commander';
import type { DiffFlags } from '../diff-run.ts';
import type { DriftFlags } from '../drift-run.ts';
import { wantsLive } from '../live.ts';
import { collect, sourceOptions } from '../options.ts';
import type { Deps } from '../run.ts';

const EXAMPLES = `
Examples:
  gateway diff main..HEAD                           which requests a branch changes (exit 1 for security changes)
  gateway diff old/compose.yml new/compose.yml --fail-on breaking
  gateway diff --git v1...HEAD stacks/shop --format markdown --comment-key shop
  gateway diff --source-version traefik=2.11..3.7   what an upgrade of Traefik would break
  gateway diff --live stacks/shop                   what runs otherwise than git has it
  gateway diff --targets traefik,nginx              what nginx would answer otherwise
  gateway diff main..HEAD --traffic access.log.gz --traffic-format traefik-json
  gateway diff main..HEAD --ack 0123456789abcdef --reason 'the page is public' --until 2027-01-31
`;

/** `gateway diff OLD NEW`, `gateway diff A..B [stacks]`. */
export function register(program: Command, { context, finish }: Deps): Command {
  const command = program.command('diff').description('which requests a change touches: before, after, and the request that shows it');
  // The sides take the positional places that stacks have elsewhere.
  const options = sourceOptions(program.createCommand('options')).options;
  command.argument('[sides...]', 'OLD and NEW (files, folders, earlier output), or A..B and stacks; with --targets or two versions stacks');
  for (const option of options) command.addOption(option);
  return command
    .option('--git <range>', 'compare two revisions: A..B, or A...B from where B left A')
    .option('--targets <a,b>', 'compare what two targets make of one state: traefik, nginx, kong')
    .option('--level <level>', 'text, semantic or behaviour (repeatable; default: semantic and behaviour)', collect)
    .option('--fail-on <severity>', "none, security, breaking (or security) or any (default: the old side's configuration, else security)")
    .option('--format <name[=file]>', 'text, markdown, json, sarif, junit (repeatable, with a file)', collect)
    .option('--max-chars <n>', 'length of the markdown at most', '65000')
    .option('--comment-key <key>', 'key in the hidden marker of the markdown', 'default')
    .option('--no-new-acks', 'an acknowledgement that comes with the change that it is of fails')
    .option('--ack <id>', 'write the change with this id into .gateway/acks.yaml (repeatable)', collect)
    .option('--reason <text>', 'why it is acknowledged, with --ack')
    .option('--until <day>', 'the last day of it, with --ack: 2027-01-31')
    .option('--traffic <file>', 'an access log, also gzipped: how many of its requests change')
    .option('--traffic-format <format>', 'traefik-json, nginx-combined or kong-json')
    .option('--inspect <file>', 'like --live, from what docker inspect printed (repeatable; - is standard input)', collect)
    .option('--rawdata <place>', 'with --live: what the running Traefik made of its labels, a file or URL of /api/rawdata ([GATEWAY=]PLACE, repeatable)', collect)
    .addHelpText('after', EXAMPLES)
    .action(async (sides: readonly string[], flags: DiffFlags & DriftFlags) => {
      if (wantsLive(flags) || flags.inspect !== undefined) {
        const { runDrift } = await import('../drift-run.ts');
        finish(await runDrift(context, sides, flags));
        return;
      }
      const { runDiff } = await import('../diff-run.ts');
      finish(await runDiff(context, sides, flags));
    });
}
