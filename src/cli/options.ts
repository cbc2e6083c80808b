import type { Command } from 'commander';
import { CommandError, EXIT } from './exit-codes.ts';
import type { GlobalOptions } from './context.ts';
import { unknownName } from './words.ts';

/** Options of every command that reads stacks. */
export interface SourceOptions extends GlobalOptions {
  readonly file?: readonly string[];
  readonly projectName?: string;
  readonly envFile?: readonly string[];
  readonly var?: readonly string[];
  readonly envFrom?: string;
  readonly static?: string;
  readonly dynamic?: readonly string[];
  readonly sourceVersion?: string;
  readonly entrypoint?: readonly string[];
  readonly live?: boolean;
  readonly dockerHost?: readonly string[];
  readonly from?: string;
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Adds the options that say what to read. */
export function sourceOptions(command: Command): Command {
  return command
    .argument('[stacks...]', 'Compose files or folders, a stack each; - is standard input (default: the configuration, else this folder)')
    .option('-f, --file <file>', 'Compose file of one stack, overrides after it (repeatable)', collect)
    .option('-p, --project-name <name>', 'project name of the stack given with -f')
    .option('--env-file <file>', 'variables, read after .env (repeatable)', collect)
    .option('--var <name=value>', 'one variable (repeatable)', collect)
    .option('--env-from <source>', 'take variables from the process environment too (process)')
    .option('--static <file>', "Traefik's static configuration")
    .option('--dynamic <path>', 'dynamic configuration file or folder of the file provider (repeatable)', collect)
    .option('--source-version <list>', 'version of the source engine, e.g. traefik=2.11,3.7')
    .option('--live', 'read running containers instead of files (only asks; DOCKER_HOST, Docker contexts, live: of the configuration)')
    .option('--docker-host <host>', 'the Docker host to read: unix://, tcp://, ssh:// or a context (repeatable; a gateway each)', collect)
    .option('--from <kind>', 'what the named files are: docker-inspect, compose-config or traefik-rawdata');
}

/** `--entrypoint` and `--endpoint`, for commands whose output has addresses. */
export function addressOptions(command: Command): Command {
  return command
    .option('--entrypoint <name=host:port>', 'listen here instead (repeatable)', collect)
    .option('--endpoint <service=host:port>', 'SERVICE[:PORT]=HOST:PORT: forward there instead (repeatable, once per replica)', collect);
}

export { collect };

/** What `--format` and `--json` say, among the formats of a command that has one output; throws CommandError (2). */
export function formatOf<const F extends string>(flags: { readonly json?: boolean; readonly format?: string }, known: readonly F[]): F {
  const wanted = flags.json === true ? 'json' : (flags.format ?? 'text');
  const found = known.find((name) => name === wanted);
  if (found === undefined) throw unknownName(`unknown format "${wanted}"`, wanted, known, 'Formats');
  return found;
}

/** `NAME=VALUE`; throws CommandError (2). */
export function nameValue(option: string, text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) throw new CommandError(EXIT.usage, `${option} takes NAME=VALUE, got "${text}"`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** `HOST:PORT` with `[v6]:PORT`, or `:PORT` alone; throws CommandError (2). */
export function hostPort(option: string, text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65_535) throw new CommandError(EXIT.usage, `${option} takes HOST:PORT, got "${text}"`);
  return { host: match[1] ?? match[2] ?? '', port };
}
