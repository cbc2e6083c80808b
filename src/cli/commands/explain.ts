import type { Command } from 'commander';
import type { ExplainRequest, Loaded } from '../../index.ts';
import type { Context } from '../context.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { printExplained } from '../explain-print.ts';
import { explainRunning } from '../explain-running.ts';
import { hostsNotRead, prepare, prepareVisible } from '../input.ts';
import type { Prepared } from '../input.ts';
import { wantsLive } from '../live.ts';
import { collect, formatOf, sourceOptions } from '../options.ts';
import type { SourceOptions } from '../options.ts';
import { enginesNotRead, readRawdata } from '../rawdata.ts';
import type { Deps } from '../run.ts';
import { sayReport, sayTaken } from '../say.ts';
import { unknownName } from '../words.ts';

type Api = typeof import('../../index.ts');

export interface ExplainFlags extends Omit<SourceOptions, 'entrypoint'> {
  readonly header?: readonly string[];
  readonly entrypoint?: string;
  readonly on?: string;
  readonly clientIp: string;
  readonly expect?: string;
  readonly target?: readonly string[];
  readonly format?: string;
  readonly stack?: readonly string[];
  readonly rawdata?: readonly string[];
}

const EXAMPLES = `
Examples:
  gateway explain http://a.example.com/api/v1
  gateway explain POST https://a.example.com/login -H 'X-Token: 1' --target nginx
  gateway explain a.example.com --stack stacks/shop       a bare host: GET on every entry point
  gateway explain a.example.com --live                    why it does not answer, from the container up
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
    .option('--entrypoint <name>', 'entry point (default: by scheme and port; a bare host: all of them)')
    .option('--on <entrypoint>', 'the same as --entrypoint')
    .option('--client-ip <ip>', 'address of the client', '192.0.2.1')
    .option('--target <list>', 'what the files for nginx, kong or traefik do with it (default: build.to of the configuration)', (text: string, before: readonly string[] = []) => [...before, ...text.split(',')])
    .option('--rawdata <place>', 'with --live: what the running Traefik made of its labels, a file or URL of /api/rawdata ([GATEWAY=]PLACE, repeatable)', collect)
    .option('--expect <router>', 'exit 1 unless this router wins')
    .option('--format <format>', 'text or json')
    .addHelpText('after', EXAMPLES)
    .action(async (request: readonly string[], flags: ExplainFlags) => {
      finish(await runExplain(context, request, flags));
    });
}

async function runExplain(context: Context, words: readonly string[], flags: ExplainFlags): Promise<0 | 1 | 3> {
  const api = await import('../../index.ts');
  const json = formatOf(flags, ['text', 'json']) === 'json';
  const request = await requestOf(words, flags);
  const isLive = wantsLive(readingFlags(flags));
  const prepared = isLive ? await prepareVisible(context, [], readingFlags(flags)) : await prepare(context, flags.stack ?? [], readingFlags(flags));
  const targets = targetsOf(flags, prepared, api.targetNames);
  const loaded = api.load(prepared.input);
  if (!api.hasInput(loaded)) throw new CommandError(EXIT.environment, 'no Compose file and no gateway.yaml was found', 'Name one: --stack path/to/compose.yml');
  checkEntryPoint(flags, loaded);
  // What runs and is not visible stands in the answers' own notes.
  sayTaken(context, flags, isLive ? { ...loaded, notVisible: [] } : loaded);
  const options = { targets, versions: versionsOf(prepared), allowances: new Map(Object.entries(prepared.config.approximate)), inlineSecrets: false, settings: prepared.config.targets, overrides: prepared.input.overrides };
  const whole = { ...(flags.expect === undefined ? {} : { expect: flags.expect }), build: options };
  const rawdata = await readRawdata(api, isLive ? (flags.rawdata ?? []) : [], prepared.host);
  const failed = [...(prepared.failed ?? []), ...rawdata.failed];
  const answers = isLive ? await explainRunning({ context, flags: readingFlags(flags), stacks: flags.stack ?? [], prepared, loaded, request, whole, engines: rawdata.engines }) : loaded.gateways.map((gateway) => api.explainWhole(loaded, gateway, request, whole));
  for (const line of [...hostsNotRead(prepared.failed ?? []), ...enginesNotRead(rawdata)]) context.err(`error: ${line}\n`);
  await printExplained(context, flags, answers, json, failed);
  const broken = sayBroken(context, flags, api, loaded);
  const held = flags.expect === undefined ? EXIT.ok : judge(context, flags.expect, answers.flat().map(({ document }) => document.decision.router));
  if (failed.length > 0) return EXIT.environment;
  return broken ? EXIT.findings : held;
}

/** Where all entry points are known, a name that none has is a slip of the pen; else it may be declared out of sight, and the answer says so. */
function checkEntryPoint({ entrypoint, on }: ExplainFlags, { gateways }: Loaded): void {
  const name = entrypoint ?? on;
  if (name === undefined || gateways.some(({ staticKnown }) => !staticKnown)) return;
  const known = new Set(gateways.flatMap(({ resolved }) => resolved.flatMap(({ routing }) => routing.listeners.map(({ entryPoint }) => entryPoint.name))));
  if (!known.has(name)) throw unknownName(`${entrypoint === undefined ? '--on' : '--entrypoint'}: there is no "${name}"`, name, [...known], 'There is');
}

/** What could not be read is missing from the answer: it is said, and the answer does not count as one. */
function sayBroken(context: Context, flags: ExplainFlags, api: Api, loaded: Loaded): boolean {
  const report = api.toReport('gateway.explain/1', loaded.diagnostics.filter(({ blocking }) => blocking), [], loaded);
  if (report.findings.length === 0) return false;
  sayReport(context, flags, api, report, false);
  return true;
}

async function requestOf(words: readonly string[], flags: ExplainFlags): Promise<ExplainRequest> {
  const { parseRequest } = await import('../../index.ts');
  const entryPoint = flags.entrypoint ?? flags.on;
  const parsed = parseRequest(words, { headers: flags.header ?? [], clientIp: flags.clientIp, ...(entryPoint === undefined ? {} : { entryPoint }) });
  if (parsed.kind === 'invalid') throw new CommandError(EXIT.usage, parsed.message, /^https?:\/\//.test(words[0] ?? '') && words.length > 1 ? 'A stack is named with --stack' : undefined);
  return parsed.request;
}

/** Here an entry point is asked about, elsewhere its address is given. */
function readingFlags({ entrypoint: _, ...flags }: ExplainFlags): SourceOptions {
  return flags;
}

function targetsOf({ target }: ExplainFlags, { config }: Prepared, known: readonly string[]): readonly string[] {
  const names = (target ?? config.build.to).map((name) => name.trim());
  for (const name of names) if (!known.includes(name)) throw unknownName(`unknown target "${name}"`, name, known, 'Targets');
  return [...new Set(names)];
}

function versionsOf({ config }: Prepared): ReadonlyMap<string, string> {
  return new Map(Object.entries(config.targets).flatMap(([name, settings]): readonly (readonly [string, string])[] => (settings['version'] === undefined ? [] : [[name, String(settings['version'])]])));
}

/** The router wins wherever the request was asked: on one entry point it is enough. */
function judge(context: Context, expected: string, routers: readonly (string | null)[]): 0 | 1 {
  if (routers.some((router) => router === expected || router?.split('@')[0] === expected)) return EXIT.ok;
  context.err(`expected router "${expected}", got ${routers.map((router) => router ?? 'none').join(', ')}\n`);
  return EXIT.findings;
}
