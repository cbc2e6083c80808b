import type { Command } from 'commander';
import { printJson } from '../../diagnostics/print-json.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { formatOf } from '../options.ts';
import type { Deps } from '../run.ts';
import { unknownName } from '../words.ts';

/** `gateway schema [NAME]`. */
export function register(program: Command, { context, finish }: Deps): Command {
  return program.command('schema').description('the JSON Schema of the configuration, or of what a command prints')
    .argument('[name]', 'which one; without it their names are listed')
    .option('--format <format>', 'of the list of names: text or json')
    .action(async (name: string | undefined, flags: { readonly json?: boolean; readonly format?: string }) => {
      await printSchema(context, name, formatOf(flags, ['text', 'json']) === 'json');
      finish(EXIT.ok);
    });
}

async function printSchema(context: Context, name: string | undefined, json: boolean): Promise<void> {
  const { schemas } = await import('../schemas.ts');
  const names = schemas.map((one) => one.name);
  if (name === undefined) {
    context.out(json ? printJson(names) : schemas.map((one) => `${one.name.padEnd(9)} ${one.schema.title}\n`).join(''));
    return;
  }
  const chosen = schemas.find((one) => one.name === name);
  if (chosen === undefined) throw unknownName(`unknown schema "${name}"`, name, names, 'Schemas');
  context.out(printJson(chosen.schema));
}
