import type { Config } from '../config/config.ts';
import type { DockerHost, FailedHost, GatewayInput, LiveRead, SourceHost } from '../index.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import type { SourceOptions } from './options.ts';
import { unknownName } from './words.ts';

/** A gateway of running containers, and the hosts to ask for them. */
export interface LiveGateway {
  readonly name: string;
  readonly hosts: readonly DockerHost[];
}

/** Whether running containers are meant instead of files. */
export function wantsLive(options: SourceOptions): boolean {
  return options.live === true || (options.dockerHost ?? []).length > 0;
}

/** Whether what is read is no file of the user's own: containers, or what a program said of them. */
export function readsRunning(options: SourceOptions): boolean {
  return wantsLive(options) || (options.from !== undefined && options.from !== 'compose-config');
}

/** Running containers and files exclude each other. Throws CommandError 2. */
export function checkRunning(stacks: readonly string[], options: SourceOptions): void {
  const { from } = options;
  if (from !== undefined && wantsLive(options)) throw new CommandError(EXIT.usage, '--from reads files, --live asks Docker: one of them');
  if (from !== undefined && from !== 'docker-inspect' && from !== 'traefik-rawdata') throw new CommandError(EXIT.usage, `--from takes docker-inspect, compose-config or traefik-rawdata, got "${from}"`);
  if ((options.file ?? []).length > 0) throw new CommandError(EXIT.usage, `-f names Compose files, which ${from === undefined ? '--live' : `--from ${from}`} does not read`);
  if (from === undefined && stacks.length > 0) throw new CommandError(EXIT.usage, '--live reads running containers instead of files, so no stacks can be named');
  if (from !== undefined && stacks.length === 0) throw new CommandError(EXIT.usage, `--from ${from} needs a file, or - for standard input`);
}

/**
 * Which hosts are behind which gateway: `--docker-host` names one gateway a host, else `live:` of the configuration, else
 * what DOCKER_HOST or the current Docker context says. Throws CommandError 2.
 */
export async function liveGatewaysOf(context: Context, config: Config, options: SourceOptions, files: SourceHost): Promise<readonly LiveGateway[]> {
  const named = options.dockerHost ?? [];
  const declared = config.gateways.filter((gateway) => gateway.live.length > 0);
  const wanted = options.gateway ?? [];
  const unknown = wanted.find((name) => !declared.some((gateway) => gateway.name === name));
  if (named.length > 0 && wanted.length > 0) throw new CommandError(EXIT.usage, '--gateway picks from the configuration, so no --docker-host can be given with it');
  if (unknown !== undefined) throw unknownName(`gateway "${unknown}" has no "live:" in ${config.path ?? 'the configuration'}`, unknown, declared.map(({ name }) => name), 'Those that have one');
  if (named.length === 0 && declared.length > 0) {
    const chosen = declared.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
    return Promise.all(chosen.map(async ({ name, live }) => ({ name, hosts: await hostsOf(context, live, files) })));
  }
  const hosts = await hostsOf(context, named, files);
  return hosts.map((host) => ({ name: hosts.length === 1 ? 'default' : plainName(host.name), hosts: [host] }));
}

async function hostsOf(context: Context, named: readonly string[], files: SourceHost): Promise<readonly DockerHost[]> {
  const { chooseHosts } = await import('../running.ts');
  const chosen = chooseHosts({ named, env: context.env, home: context.env['HOME'] ?? context.env['USERPROFILE'] ?? '', readFile: (name) => files.readFile(name) });
  if ('problem' in chosen) throw new CommandError(EXIT.usage, chosen.problem);
  return chosen.hosts;
}

/** A gateway's name is also that of a folder. */
function plainName(host: string): string {
  return host.replace(/^\w+:\/\//, '').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+|-+$/g, '');
}

/** What reading running containers came to. */
export interface LiveInputs {
  readonly gateways: readonly GatewayInput[];
  readonly failed: readonly FailedHost[];
}

/** Asks all hosts. A gateway is there when all of its hosts answered; one that is seen in part would be taken for the whole. */
export async function readGateways(gateways: readonly LiveGateway[], common: (name: string) => Omit<GatewayInput, 'name' | 'stacks' | 'seen'>): Promise<LiveInputs> {
  const { readLive } = await import('../running.ts');
  const read = await Promise.all(gateways.map(async ({ name, hosts }) => ({ name, live: await readLive(hosts) })));
  return {
    gateways: read.filter(({ live }) => live.failed.length === 0).map(({ name, live }) => ({ name, stacks: [], seen: live.seen, ...common(name) })),
    failed: read.flatMap(({ live }: { readonly live: LiveRead }) => live.failed),
  };
}

/** What `--from` names: each file is a gateway. Throws CommandError 3. */
export async function recordedGateways(kind: string, names: readonly string[], files: SourceHost): Promise<readonly GatewayInput[]> {
  const { readInspectFile } = await import('../running.ts');
  return names.map((path) => {
    const text = files.readFile(path);
    if (text === undefined) throw new CommandError(EXIT.environment, `cannot read ${path}`);
    const name = names.length === 1 ? 'default' : plainName(path);
    if (kind === 'traefik-rawdata') return { name, stacks: [], dynamic: [], rawdata: { path, text } };
    const read = readInspectFile(path, text);
    if (read.kind === 'invalid') throw new CommandError(EXIT.environment, read.message, 'Made by: docker ps -aq | xargs docker inspect');
    return { name, stacks: [], dynamic: [], seen: [read.seen] };
  });
}

/** Calls back after each change of the containers; says when a host goes away and when it is back. Returns what stops it. */
export function watchLive(context: Context, flags: SourceOptions, gateways: readonly LiveGateway[], api: Pick<typeof import('../running.ts'), 'watchHosts'>, changed: () => Promise<void>): () => void {
  const say = (text: string): void => {
    if (flags.quiet !== true) context.err(text);
  };
  return api.watchHosts(gateways.flatMap(({ hosts }) => hosts), {
    onChange: changed,
    onLost: (host, why) => say(`the Docker host ${host} is gone: ${why}; what was seen last stays, and it is asked again\n`),
    onBack: (host) => say(`the Docker host ${host} is back\n`),
  });
}

/** Passes on what work says, unless it says the same as the last time: not every event changes something that is shown. */
export function onlyNews(context: Context): <T>(work: (context: Context) => Promise<T>) => Promise<T> {
  let last = '';
  return async (work) => {
    const said: (readonly ['out' | 'err', string])[] = [];
    let now = '';
    try {
      const result = await work({ ...context, out: (text) => void said.push(['out', text]), err: (text) => void said.push(['err', text]) });
      now = JSON.stringify(said);
      return result;
    } finally {
      if (now === '' || now !== last) for (const [to, text] of said) context[to](text);
      last = now;
    }
  };
}

/** Does something again after each change of the containers, until the command is told to end. A failure is said, and the next change tried. */
export async function followLive(context: Context, flags: SourceOptions, gateways: readonly LiveGateway[], api: Pick<typeof import('../running.ts'), 'watchHosts'>, again: () => Promise<unknown>): Promise<ExitCode> {
  const stop = watchLive(context, flags, gateways, api, async () => {
    await again().catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
      context.err(`error: ${error.message}\n`);
    });
  });
  const code = await context.untilStopped();
  stop();
  return code;
}
