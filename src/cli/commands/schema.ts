import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import type { Deps } from '../run.ts';

/** `gateway schema [NAME]`. */
export function register(program: Command, { context, finish }: Deps): Command {
  return program.command('schema').description('the JSON Schema of the configuration, or of what a command prints')
    .argument('[name]', 'which one; without it their names are listed')
    .action(async (name: string | undefined, flags: { readonly json?: boolean }) => {
      await printSchema(context, name, flags.json === true);
      finish(EXIT.ok);
    });
}

async function printSchema(context: Context, name: string | undefined, json: boolean): Promise<void> {
  const { schemas } = await import('../schemas.ts');
  const names = schemas.map((one) => one.name);
  if (name === undefined) {
    context.out(json ? `${JSON.stringify(names)}\n` : schemas.map((one) => `${one.name.padEnd(9)} ${one.schema.title}\n`).join(''));
    return;
  }
  const chosen = schemas.find((one) => one.name === name);
  if (chosen === undefined) throw new CommandError(EXIT.usage, `unknown schema "${name}"`, `Schemas: ${names.join(', ')}`);
  context.out(`${JSON.stringify(chosen.schema, null, 2)}\n`);
}
