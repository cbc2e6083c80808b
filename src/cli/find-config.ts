import path from 'node:path';
import { EMPTY_CONFIG } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import type { SourceHost } from '../index.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { SourceOptions } from './options.ts';

const CONFIG_NAMES = ['gateway.config.yaml', 'gateway.config.yml', 'gateway.config.json'];
const PACKAGE = 'package.json';

/** The configuration that counts: the one that is named, else the nearest one upwards. Throws CommandError (2). */
export async function findConfig(context: Context, options: SourceOptions, host: SourceHost): Promise<Config> {
  if (options.config === false) return EMPTY_CONFIG;
  const name = typeof options.config === 'string' ? options.config : upwards(context.cwd, host);
  if (name === undefined) return EMPTY_CONFIG;
  const text = host.readFile(name);
  if (text === undefined) throw new CommandError(EXIT.usage, `cannot read the configuration ${name}`);
  const { readConfig } = await import('../config/read.ts');
  const read = readConfig(name, text);
  if (read.kind === 'invalid') throw new CommandError(EXIT.usage, read.message);
  if (options.verbose === true && options.quiet !== true) context.err(`configuration: ${name}\n`);
  return read.config;
}

/** The configuration file of one folder: a file of its own comes before the key of package.json. */
export function configIn(folder: string, host: SourceHost): string | undefined {
  const names = host.listFolder(folder) ?? [];
  return CONFIG_NAMES.find((name) => names.includes(name)) ?? (names.includes(PACKAGE) && hasKey(host.readFile(path.join(folder, PACKAGE))) ? PACKAGE : undefined);
}

/** A package.json that is none of ours is passed by; one that names us and cannot be read is not. */
function hasKey(text: string | undefined): boolean {
  if (text?.includes('"gateway"') !== true) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && Object.hasOwn(value, 'gateway');
  } catch {
    return true;
  }
}

/** From the working folder up to the repository root. */
function upwards(cwd: string, host: SourceHost): string | undefined {
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    const found = configIn(folder, host);
    if (found !== undefined) return relative(cwd, path.join(folder, found));
    if (host.listFolder(folder)?.includes('.git') === true || path.dirname(folder) === folder) return undefined;
  }
}

function relative(cwd: string, full: string): string {
  return path.relative(cwd, full).split(path.sep).join('/');
}
