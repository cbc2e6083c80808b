import { execFileSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** `nginx` is whichever nginx there is; the numbered ones are the versions that the tests compare. */
export type EngineName = 'traefik' | 'nginx' | 'nginx122' | 'nginx131' | 'etcd' | 'redis' | 'docker';

/** A real engine on this machine. */
export interface EngineBinary {
  readonly name: EngineName;
  readonly version: string;
  readonly path: string;
  /** Folder with dynamic modules; null when they are compiled in or there are none. */
  readonly modules: string | null;
}

/** Where to look: the folder that holds `.engines/` and a search path. */
export interface FindOptions {
  readonly root?: string;
  readonly searchPath?: string;
}

const ACCEPTED: Readonly<Record<EngineName, { readonly installed: readonly string[]; readonly command: string; readonly versions: string }>> = {
  traefik: { installed: ['traefik'], command: 'traefik', versions: '' },
  nginx: { installed: ['nginx131', 'nginx122'], command: 'nginx', versions: '' },
  nginx122: { installed: ['nginx122'], command: 'nginx', versions: '1.22.' },
  nginx131: { installed: ['nginx131'], command: 'nginx', versions: '1.31.' },
  etcd: { installed: ['etcd'], command: 'etcd', versions: '3.' },
  redis: { installed: ['redis'], command: 'redis-server', versions: '' },
  docker: { installed: ['docker'], command: 'dockerd', versions: '' },
};

/** Finds an installed engine: first what `scripts/install-engines.mjs` wrote down, then the search path. */
export function findEngine(name: EngineName, { root = process.cwd(), searchPath = process.env['PATH'] ?? '' }: FindOptions = {}): EngineBinary | null {
  return findInstalled(name, root) ?? findOnPath(name, searchPath);
}

function findInstalled(name: EngineName, root: string): EngineBinary | null {
  const manifest = readManifest(join(root, '.engines', 'engines.json'));
  for (const key of ACCEPTED[name].installed) {
    const entry = manifest[key];
    if (!isRecord(entry) || typeof entry['path'] !== 'string' || typeof entry['version'] !== 'string') continue;
    const path = resolve(root, entry['path']);
    const modules = typeof entry['modules'] === 'string' ? resolve(root, entry['modules']) : null;
    if (isExecutable(path)) return { name, version: entry['version'], path, modules };
  }
  return null;
}

function findOnPath(name: EngineName, searchPath: string): EngineBinary | null {
  const { command, versions } = ACCEPTED[name];
  const path = searchPath.split(delimiter).filter((folder) => folder !== '').map((folder) => join(folder, command)).find(isExecutable);
  if (path === undefined) return null;
  const about = describe(path, VERSION_ARGUMENT[command] ?? '-V');
  const version = /(?:Version:\s+|nginx\/|\bv=|Docker version )([^\s,]+)/.exec(about)?.[1];
  if (version === undefined || !version.startsWith(versions)) return null;
  return { name, version, path, modules: /--modules-path=(\S+)/.exec(about)?.[1] ?? null };
}

const VERSION_ARGUMENT: Readonly<Record<string, string>> = { traefik: 'version', etcd: '--version', 'redis-server': '--version', dockerd: '--version' };

/** nginx describes itself on stderr, Traefik on stdout; a broken binary says nothing. */
function describe(path: string, argument: string): string {
  try {
    return execFileSync('/bin/sh', ['-c', '"$0" "$1" 2>&1', path, argument], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

function readManifest(path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
