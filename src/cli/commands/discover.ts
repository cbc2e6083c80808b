import type { Command } from 'commander';
import { printJson } from '../../diagnostics/print-json.ts';
import type { Loaded } from '../../index.ts';
import { layoutFor, paintFor } from '../context.ts';
import type { Context } from '../context.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { hostsNotRead, prepareVisible } from '../input.ts';
import type { Prepared } from '../input.ts';
import { followLive, onlyNews } from '../live.ts';
import { formatOf, sourceOptions } from '../options.ts';
import type { SourceOptions } from '../options.ts';
import type { Deps } from '../run.ts';
import { sayTaken } from '../say.ts';
import { expectShortRun } from '../short-run.ts';

interface DiscoverFlags extends SourceOptions {
  readonly format?: string;
  readonly watch?: boolean;
}

const FORMATS = ['text', 'json', 'compose', 'gateway'] as const;
type Format = (typeof FORMATS)[number];
type Api = typeof import('../../running.ts');

const EXAMPLES = `
Examples:
  gateway discover                                      the containers of this machine, and what Traefik makes of them
  gateway discover --docker-host ssh://me@edge-a --format gateway > gateway.yaml
  ssh edge-a 'docker ps -aq | xargs docker inspect' | gateway discover --from docker-inspect -
`;

/** `gateway discover`. */
export function register(program: Command, { context, finish }: Deps): Command {
  const command = program.command('discover').description('running containers and what Traefik makes of them; only asks');
  const options = sourceOptions(program.createCommand('options')).options.filter(({ long }) => long !== '--file' && long !== '--project-name' && long !== '--env-file' && long !== '--var' && long !== '--env-from');
  command.argument('[files...]', 'what --from names; - is standard input (default: running containers)');
  for (const option of options) command.addOption(option);
  return command
    .option('--format <format>', 'text, json, compose (labels as Compose files) or gateway (a gateway.yaml)')
    .option('--watch', 'print again after each change')
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], flags: DiscoverFlags) => {
      finish(await runDiscover(context, files, flags));
    });
}

async function runDiscover(context: Context, files: readonly string[], flags: DiscoverFlags): Promise<ExitCode> {
  const format = formatOf(flags, FORMATS);
  if (flags.from === 'compose-config') throw new CommandError(EXIT.usage, 'discover shows what runs: --from takes docker-inspect here');
  if (flags.from === undefined && files.length > 0) throw new CommandError(EXIT.usage, `discover asks Docker; what ${files[0] ?? ''} is has to be said`, 'gateway discover --from docker-inspect FILE');
  const api = await import('../../running.ts');
  const options: DiscoverFlags = flags.from === undefined ? { ...flags, live: true } : flags;
  const show = async (to: Context): Promise<ExitCode> => print(to, options, { api, format }, await prepareVisible(to, files, options));
  if (flags.watch !== true) return show(context);
  const prepared = await prepareVisible(context, files, options);
  if (prepared.live === undefined) throw new CommandError(EXIT.usage, '--watch follows running containers; a file does not change');
  const news = onlyNews(context);
  await news((to) => print(to, options, { api, format }, prepared));
  return followLive(context, options, prepared.live, api, () => news(show));
}

async function print(context: Context, flags: DiscoverFlags, { api, format }: { readonly api: Api; readonly format: Format }, prepared: Prepared): Promise<ExitCode> {
  // By now all is loaded: V8's compiled form does not hold under other flags.
  if (format !== 'gateway' && flags.watch !== true) expectShortRun();
  // One version is shown; a gateway.yaml must be right on all.
  const loaded = api.loadRunning({ ...prepared.input, firstVersionOnly: format !== 'gateway' });
  const document = api.discoverDocument(loaded, prepared.failed ?? []);
  sayTaken(context, flags, loaded);
  const hasFindings = format === 'gateway' ? await printSpecs(context, flags, loaded) : false;
  if (format === 'json') context.out(printJson(document));
  else if (format === 'compose') context.out(api.discoverCompose(loaded));
  else if (format === 'text') context.out(api.discoverText(document));
  if (flags.quiet !== true) context.err(`${api.discoverSummary(document)}\n`);
  const unread = hostsNotRead(prepared.failed ?? []);
  for (const line of unread) context.err(`error: ${line}\n`);
  if (unread.length > 0) return EXIT.environment;
  return hasFindings ? EXIT.findings : EXIT.ok;
}

/** One gateway.yaml; true where a rule could not be said. */
async function printSpecs(context: Context, flags: DiscoverFlags, loaded: Loaded): Promise<boolean> {
  const api = await import('../../index.ts');
  const printed = api.toGatewayYaml(loaded);
  if (printed.length > 1) throw new CommandError(EXIT.usage, 'a gateway.yaml is of one gateway', `Pick one: ${printed.map(({ gateway }) => gateway).join(', ')}`);
  // What the engine drops is not in the file: each piece is named.
  const { diagnostics } = api.build(loaded, { targets: [], versions: new Map(), allowances: new Map(), inlineSecrets: false, settings: {}, overrides: { endpoints: [], entryPoints: new Map() } });
  const report = api.toReport('gateway.discover/1', [...diagnostics, ...printed.flatMap((one) => one.diagnostics)], [], loaded);
  context.err(api.formatText(report, { ...layoutFor(context, 'err'), paint: paintFor(context, flags, 'err'), quiet: true, summary: false }));
  for (const { text } of printed) context.out(text ?? '');
  return printed.some(({ text }) => text === undefined);
}
