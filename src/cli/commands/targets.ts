import type { Command } from 'commander';
import { CommandError, EXIT } from '../exit-codes.ts';
import type { Deps } from '../run.ts';

interface TargetFlags {
  readonly json?: boolean;
  readonly format?: string;
}

/** `gateway targets`: every feature in every target, with its verdict. */
export function register(program: Command, { context, finish }: Deps): Command {
  return program.command('targets').description('what each target can express: the capability matrix')
    .argument('[target]', 'one target in full, with reasons')
    .option('--format <format>', 'text, json or markdown')
    .action(async (name: string | undefined, flags: TargetFlags) => {
      const { capabilityMatrix, targetNames } = await import('../../index.ts');
      if (name !== undefined && !targetNames.includes(name)) throw new CommandError(EXIT.usage, `unknown target "${name}"`, `Targets: ${targetNames.join(', ')}`);
      const format = flags.json === true ? 'json' : (flags.format ?? 'text');
      if (format !== 'text' && format !== 'json' && format !== 'markdown') throw new CommandError(EXIT.usage, `unknown format "${format}"`, 'Formats: text, json, markdown');
      context.out(capabilityMatrix(format, name));
      finish(EXIT.ok);
    });
}
