import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { formatOf } from '../options.ts';
import { printRules } from '../print-rules.ts';
import type { Deps } from '../run.ts';

/** `gateway rules [ID]`: the same as `lint --list-rules` and `--explain-rule`. */
export function register(program: Command, { context, finish }: Deps): Command {
  return program.command('rules').description('all lint rules, or one in full')
    .argument('[id]', 'a rule')
    .option('--format <format>', 'text or json')
    .action(async (id: string | undefined, flags: { readonly json?: boolean; readonly format?: string }) => {
      await printRules(context, id, formatOf(flags, ['text', 'json']) === 'json');
      finish(EXIT.ok);
    });
}
