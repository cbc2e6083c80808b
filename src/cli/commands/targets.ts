import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { formatOf } from '../options.ts';
import type { Deps } from '../run.ts';
import { unknownName } from '../words.ts';

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
      if (name !== undefined && !targetNames.includes(name)) throw unknownName(`unknown target "${name}"`, name, targetNames, 'Targets');
      context.out(capabilityMatrix(formatOf(flags, ['text', 'json', 'markdown']), name));
      finish(EXIT.ok);
    });
}
