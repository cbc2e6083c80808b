import type { Command } from 'commander';
import type { Explained } from '../../index.ts';
import { paintFor } from '../context.ts';
import type { Context } from '../context.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { prepare } from '../input.ts';
import { collect, formatOf, sourceOptions } from '../options.ts';
import type { SourceOptions } from '../options.ts';
import type { Deps } from '../run.ts';
import { sayTaken } from '../say.ts';

interface ExplainFlags extends SourceOptions {
  readonly header?: readonly string[];
  readonly on?: string;
  readonly clientIp: string;
  readonly expect?: string;
  readonly format?: string;
  readonly stack?: readonly string[];
}

const EXAMPLES = `
Examples:
  gateway explain http://a.example.com/api/v1
  gateway explain POST https://a.example.com/login -H 'X-Token: 1'
  gateway explain a.example.com --stack stacks/shop --on websecure
`;

/** `gateway explain [METHOD] URL|HOST`. */
export function register(program: Command, { context, finish }: Deps): Command {
  const command = program.command('explain').description('why a request goes where it goes: decision, candidates, middlewares, places');
  // The request takes the positional place that stacks have elsewhere.
  const options = sourceOptions(program.createCommand('options')).options;
  command.argument('<request...>', '[METHOD] URL or HOST');
  for (const option of options) command.addOption(option);
  return command
    .option('--stack <path>', 'Compose file or folder (repeatable; default: the configuration, else this folder)', collect)
    .option('-H, --header <header>', "request header 'Name: value' (repeatable)", collect)
    .option('--on <entrypoint>', 'entry point (default: by scheme and port)')
    .option('--client-ip <ip>', 'address of the client', '192.0.2.1')
    .option('--expect <router>', 'exit 1 unless this router wins')
    .option('--format <format>', 'text or json')
    .addHelpText('after', EXAMPLES)
    .action(async (request: readonly string[], flags: ExplainFlags) => {
      finish(await runExplain(context, request, flags));
    });
}

async function runExplain(context: Context, request: readonly string[], flags: ExplainFlags): Promise<0 | 1> {
  const api = await import('../../index.ts');
  const json = formatOf(flags, ['text', 'json']) === 'json';
  const parsed = api.parseRequest(request, { headers: flags.header ?? [], clientIp: flags.clientIp, ...(flags.on === undefined ? {} : { entryPoint: flags.on }) });
  if (parsed.kind === 'invalid') throw new CommandError(EXIT.usage, parsed.message);
  const prepared = await prepare(context, flags.stack ?? [], flags);
  const loaded = api.load(prepared.input);
  if (!api.hasInput(loaded)) throw new CommandError(EXIT.environment, 'no Compose file and no gateway.yaml was found', 'Name one: --stack path/to/compose.yml');
  sayTaken(context, flags, loaded);
  const explained = loaded.gateways.map((gateway) => api.explain(loaded, gateway, parsed.request));
  if (json) context.out(`${JSON.stringify(wholeDocument(explained), null, 2)}\n`);
  else for (const one of explained) context.out(api.explainText(one, paintFor(context, flags, 'out')));
  if (flags.expect === undefined) return EXIT.ok;
  const won = explained.some((one) => one.document.decision.router === flags.expect || one.document.decision.router?.split('@')[0] === flags.expect);
  if (!won) context.err(`expected router "${flags.expect}", got ${explained.map((one) => one.document.decision.router ?? 'none').join(', ')}\n`);
  return won ? EXIT.ok : EXIT.findings;
}

/** A machine format is one document, however many gateways were asked. */
function wholeDocument(explained: readonly Explained[]): unknown {
  const documents = explained.map((one) => one.document);
  return documents.length === 1 ? documents[0] : { schema: 'gateway.explain-all/1', gateways: documents };
}
