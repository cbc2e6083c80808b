import type { Config } from '../config/config.ts';
import { printJson } from '../diagnostics/print-json.ts';
import type { CompileInput, DriftDocument, EngineState, FailedHost, GatewayDrift, LiveRead, SeenHost } from '../index.ts';
import { paintForOutput } from './context.ts';
import type { Context } from './context.ts';
import type { DiffFlags } from './diff-run.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { STDIN } from './host.ts';
import { hostsNotRead, prepare } from './input.ts';
import type { Prepared } from './input.ts';
import { liveGatewaysOf } from './live.ts';
import type { LiveGateway } from './live.ts';
import type { SourceOptions } from './options.ts';
import { outputsOf } from './outputs.ts';
import { enginesNotRead, readRawdata } from './rawdata.ts';
import { sayTaken } from './say.ts';
import { putOutput } from './write.ts';

/** What `gateway diff --live` takes. */
export interface DriftFlags extends SourceOptions, Partial<Pick<DiffFlags, 'git' | 'targets' | 'traffic' | 'ack' | 'level'>> {
  readonly rawdata?: readonly string[];
  /** Files of `docker inspect`, instead of hosts. */
  readonly inspect?: readonly string[];
  readonly format?: readonly string[];
}

type Api = typeof import('../index.ts');

/** `gateway diff --live [stacks]`: what runs against what git has. */
export async function runDrift(context: Context, stacks: readonly string[], flags: DriftFlags): Promise<0 | 1 | 3> {
  const outputs = outputsOf(flags, ['text', 'json']);
  checkFlags(flags);
  const api = await import('../index.ts');
  const prepared = await prepare(context, stacks, filesOnly(flags));
  const recorded = recordedHosts(context, api, flags.inspect, prepared);
  const hosts = recorded === undefined ? await liveGatewaysOf(context, prepared.config, liveOnly(flags, prepared), prepared.host) : [];
  const rawdata = await readRawdata(api, flags.rawdata ?? [], prepared.host);
  const groups = recorded === undefined ? groupsOf(context, prepared, hosts).map((group) => ({ ...group, read: () => api.readLive(group.hosts) })) : [{ name: 'default', input: prepared.input, read: () => Promise.resolve({ seen: recorded, failed: [] }) }];
  const read = await Promise.all(groups.map((group) => driftOfGroup(context, api, flags, group, rawdata.engines)));
  const failed = read.flatMap((one) => one.failed);
  const document = api.driftDocument(read.flatMap(({ drift }) => drift ?? []), [...failed, ...rawdata.failed]);
  for (const line of [...hostsNotRead(failed), ...enginesNotRead(rawdata)]) context.err(`error: ${line}\n`);
  for (const { name, file } of outputs) {
    const paint = paintForOutput(context, flags, file);
    await putOutput(context, file, name === 'json' ? printJson(document) : api.driftText(document, paint));
  }
  return exitOf(document);
}

/** What `docker inspect` printed: a selection, so that nothing is said of what it does not hold. */
function recordedHosts(context: Context, api: Api, files: readonly string[] | undefined, { host }: Prepared): readonly SeenHost[] | undefined {
  return files?.map((file) => {
    const text = file === '-' ? context.stdinText() : host.readFile(file);
    if (text === undefined) throw new CommandError(EXIT.environment, `cannot read ${file}`);
    const read = api.readInspectFile(file === '-' ? STDIN : file, text);
    if (read.kind === 'invalid') throw new CommandError(EXIT.environment, read.message, 'Made by: docker ps -aq | xargs docker inspect');
    return read.seen;
  });
}

/** Flags of comparisons between two states in files. */
function checkFlags(flags: DriftFlags): void {
  const other = (['git', 'targets', 'traffic', 'ack', 'level'] as const).find((name) => flags[name] !== undefined);
  if (other !== undefined) throw new CommandError(EXIT.usage, `--live and --inspect compare git with what runs, so --${other} has no place`);
}

function exitOf({ errors, summary }: DriftDocument): 0 | 1 | 3 {
  if (errors.length > 0) return EXIT.environment;
  return summary.drift > 0 ? EXIT.findings : EXIT.ok;
}

/** The side that is read from files. */
function filesOnly({ live: _, dockerHost: __, ...flags }: DriftFlags): SourceOptions {
  if (flags.from !== undefined) throw new CommandError(EXIT.usage, '--from reads files, --live asks Docker: one of them');
  return flags;
}

/** Stacks that were named belong to hosts that are named, or the usual one. */
function liveOnly(flags: DriftFlags, { input }: Prepared): SourceOptions {
  const { gateway: _, ...rest } = flags;
  return input.declared ? flags : rest;
}

/** One gateway: what git has of it, and where it runs. */
interface Group {
  readonly name: string;
  readonly input: CompileInput;
  readonly read: () => Promise<LiveRead>;
}

/** With a configuration each gateway is held against its own hosts, else all stacks against all hosts. */
function groupsOf(context: Context, { config, input }: Prepared, hosts: readonly LiveGateway[]): readonly (Omit<Group, 'read'> & Pick<LiveGateway, 'hosts'>)[] {
  const own = new Map(hosts.map((one) => [one.name, one.hosts]));
  if (!input.declared || !isSplit(config, hosts)) return [{ name: 'default', input, hosts: hosts.flatMap((one) => one.hosts) }];
  return input.gateways.flatMap((gateway) => {
    const found = own.get(gateway.name);
    if (found === undefined) context.err(`gateway "${gateway.name}" has no "live:": left out\n`);
    return found === undefined ? [] : [{ name: gateway.name, input: { ...input, gateways: [gateway] }, hosts: found }];
  });
}

function isSplit(config: Config, hosts: readonly LiveGateway[]): boolean {
  return hosts.some(({ name }) => config.gateways.some((gateway) => gateway.name === name && gateway.live.length > 0));
}

interface GroupRead {
  readonly drift?: GatewayDrift;
  readonly failed: readonly FailedHost[];
}

/** A gateway that is seen in part would be taken for the whole: what is missing there may run where nobody looked. */
async function driftOfGroup(context: Context, api: Api, flags: DriftFlags, { name, input, read }: Group, engines: ReadonlyMap<string, EngineState>): Promise<GroupRead> {
  const { seen, failed } = await read();
  if (seen.length === 0) return { failed };
  const loaded = api.load(input);
  if (!api.hasInput(loaded)) throw new CommandError(EXIT.environment, 'no Compose file was found to hold against what runs', 'Name a file or a folder: gateway diff --live path/to/compose.yml');
  sayTaken(context, flags, loaded);
  const engine = engines.get(name) ?? engines.get('');
  const partial: readonly SeenHost[] = failed.length === 0 ? seen : seen.map((host) => ({ ...host, complete: false }));
  return { drift: api.drift(loaded, { gateway: name, seen: partial, ...(engine === undefined ? {} : { engine }) }), failed };
}
