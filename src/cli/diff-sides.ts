import path from 'node:path';
import type { SourceHost } from '../index.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { hostsOfRange } from './git.ts';
import { configIn } from './find-config.ts';
import { fileHost, kindOf } from './host.ts';
import { prepare } from './input.ts';
import type { Prepared } from './input.ts';
import type { SourceOptions } from './options.ts';

type Kind = 'file' | 'folder' | 'missing';
type Range = readonly [string, '..' | '...', string];

/** Both sides, ready to be loaded. */
export interface Sides {
  readonly before: Prepared;
  readonly after: Prepared;
  /** Where a file of the new side would be written. */
  readonly folder: string;
  /** What a command about one side needs beside the request. */
  readonly replay: readonly string[];
}

/** Two paths, or a range of revisions and stacks in it. Throws CommandError 2 or 3. */
export async function sidesOf(context: Context, args: readonly string[], flags: SourceOptions & { readonly git?: string }): Promise<Sides> {
  const [first = '', ...rest] = args;
  if (flags.git !== undefined) return revisions(context, rangeOf(flags.git), args, flags);
  if (isRange(first) && kindOf(context.cwd, first) === 'missing') return revisions(context, rangeOf(first), rest, flags);
  const [second, ...more] = rest;
  if (first === '' || second === undefined || more.length > 0) throw new CommandError(EXIT.usage, 'diff takes OLD and NEW, or a range of revisions', 'gateway diff main..HEAD, or gateway diff old/ new/');
  return paths(context, [first, second], flags);
}

function isRange(text: string): boolean {
  return /^[^.].*?\.\.\.?[^./]/.test(text) || /^[^./].*\.\.$/.test(text);
}

function rangeOf(text: string): Range {
  const found = /^(.*?)(\.\.\.?)(.*)$/.exec(text);
  if (found === null || found[1] === '') throw new CommandError(EXIT.usage, `a range is A..B, got "${text}"`);
  return [found[1] ?? '', found[2] === '...' ? '...' : '..', found[3] === '' || found[3] === undefined ? 'HEAD' : found[3]];
}

async function revisions(context: Context, range: Range, stacks: readonly string[], flags: SourceOptions): Promise<Sides> {
  const [before, after] = hostsOfRange(context, range, fileHost(context.cwd));
  return { before: await prepareAt(context, before, stacks, flags), after: await prepareAt(context, after, stacks, flags), folder: '.', replay: stacks.flatMap((name) => ['--stack', name]) };
}

async function prepareAt(context: Context, host: SourceHost, stacks: readonly string[], flags: SourceOptions): Promise<Prepared> {
  return prepare({ ...context, kindOf: (name) => kindIn(host, name) }, stacks, flags, host);
}

function kindIn(host: SourceHost, name: string): Kind {
  if (host.readFile(name) !== undefined) return 'file';
  return host.listFolder(name) === undefined ? 'missing' : 'folder';
}

/** A path as a place to read from: its folder, and what stands in it. */
interface Root {
  readonly folder: string;
  readonly name: string;
}

/**
 * Both paths are read as if they stood in the same folder: names that Compose makes of folders are no difference. Where
 * only one side has a `.env`, it counts for both.
 */
async function paths(context: Context, names: readonly [string, string], flags: SourceOptions): Promise<Sides> {
  const [old, now] = [rootOf(context, names[0]), rootOf(context, names[1])];
  const files = fileHost(context.cwd);
  const absolute = onDisk(context, flags);
  const [left, right] = [rooted(files, old, now), rooted(files, now, old)];
  return { before: await prepareRoot(context, left, old, absolute), after: await prepareRoot(context, right, now, absolute), folder: now.folder, replay: ['--stack', names[1]] };
}

function rootOf(context: Context, name: string): Root {
  const kind = kindOf(context.cwd, name);
  if (kind === 'missing') throw new CommandError(EXIT.environment, `there is no file or folder ${name}`);
  return kind === 'folder' ? { folder: name.replace(/\/+$/, '') || '/', name: '.' } : { folder: path.posix.dirname(name), name: path.posix.basename(name) };
}

/** Files that options name are the same for both sides. */
function onDisk(context: Context, flags: SourceOptions): SourceOptions {
  const full = (name: string): string => path.resolve(context.cwd, name);
  return { ...flags, envFile: (flags.envFile ?? []).map(full), dynamic: (flags.dynamic ?? []).map(full), ...(flags.static === undefined ? {} : { static: full(flags.static) }), ...(typeof flags.config === 'string' ? { config: full(flags.config) } : {}) };
}

function rooted(files: SourceHost, root: Root, other: Root): SourceHost {
  const at = (folder: string, name: string): string => (path.isAbsolute(name) ? name : path.posix.join(folder, name));
  return {
    readFile: (name) => files.readFile(at(root.folder, name)) ?? (path.posix.normalize(name) === '.env' ? files.readFile(at(other.folder, name)) : undefined),
    listFolder: (name) => files.listFolder(at(root.folder, name)),
  };
}

async function prepareRoot(context: Context, host: SourceHost, { name }: Root, flags: SourceOptions): Promise<Prepared> {
  const output = name === '.' ? outputOf(host) : undefined;
  // A configuration that is named is that of both sides, and what they are stays what was named.
  const own = name === '.' && flags.config === undefined ? configIn('.', host) : undefined;
  if (output !== undefined) return { config: (await prepareAt(context, host, [], { ...flags, config: false })).config, host, input: { gateways: [{ name: 'default', stacks: [], ...output }], declared: false, host, overrides: { endpoints: [], entryPoints: new Map() } } };
  return prepareAt(context, host, own === undefined ? [name] : [], { ...flags, config: own ?? flags.config ?? false });
}

/** What `build` wrote earlier: Traefik's files, which hold everything. */
function outputOf(host: SourceHost): { readonly static: string; readonly dynamic: readonly string[] } | undefined {
  const folder = ['.', 'traefik'].find((one) => host.readFile(`${one}/traefik.yml`) !== undefined && host.listFolder(`${one}/dynamic`) !== undefined);
  return folder === undefined ? undefined : { static: `${folder}/traefik.yml`, dynamic: [`${folder}/dynamic`] };
}
