import { existsSync } from 'node:fs';
import { readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineBinary } from '../../src/engines/find.ts';
import { startNginx } from '../../src/engines/nginx.ts';
import type { BackendPool } from './echo-backend.ts';
import { askThrough, type RunningEngine } from './engine-ask.ts';
import { started } from './started.ts';
import { tempFolder } from './temp-folder.ts';

/** For the `http` block of a hand-written configuration: Debian's own places for temporary files belong to root. */
export const NGINX_TEMP_PATHS = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path temp_${kind};`).join(' ');

/** A folder with `nginx.conf`. */
export interface NginxFromDir {
  readonly engine: EngineBinary;
  readonly backends: BackendPool;
  readonly dir: string;
  /** Entry point to port; without it every port of a `listen` line is an entry point named by its number. */
  readonly ports?: Readonly<Record<string, number>>;
}

/** Real nginx on a generated folder, in a copy of it, so that what nginx writes (temporary files, logs) is thrown away. */
export async function nginxFromDir({ engine, backends, dir, ports: given }: NginxFromDir): Promise<RunningEngine> {
  const folder = await tempFolder({ copyOf: dir });
  const ports = given ?? listenPorts(await readConfigs(folder.path));
  const modules = join(folder.path, 'modules');
  // A generated `load_module modules/…` is relative to the prefix.
  if (engine.modules !== null && !existsSync(modules)) await symlink(engine.modules, modules);
  const text = await readConfigs(folder.path);
  const heard = Object.values(ports).filter((port) => !new RegExp(`listen [^;]*\\b${String(port)}\\b[^;]*\\budp\\b`).test(text));
  const nginx = started(await startNginx({ engine, folder: folder.path, ports: heard, logFile: join(folder.path, 'harness.log') }));
  return {
    name: engine.name,
    ports,
    ask: askThrough(() => ports, backends),
    stop: async () => {
      await nginx.stop();
      await folder.remove();
    },
  };
}

/** The main file and whatever it may include. */
async function readConfigs(folder: string): Promise<string> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.conf'));
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
}

function listenPorts(config: string): Readonly<Record<string, number>> {
  const lines = [...config.matchAll(/^\s*listen\s+([^;]+);/gm)].map((match) => match[1] ?? '').filter((value) => !/\budp\b|^unix:/.test(value));
  const ports = lines.map((value) => /^(?:.*:)?(\d+)(?:\s|$)/.exec(value)?.[1] ?? '80');
  return Object.fromEntries(ports.map((port) => [port, Number(port)]));
}
