import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { EngineBinary } from '../../../src/engines/find.ts';
import { freePort } from '../../../src/engines/free-port.ts';
import { fetchRawData, startTraefikFolder } from '../../../src/engines/traefik.ts';
import { waitFor } from '../../../src/engines/wait.ts';
import type { OutputFile } from '../../../src/index.ts';
import type { BackendPool } from '../echo-backend.ts';
import { askThrough, type RunningEngine } from '../engine-ask.ts';
import { objectAt } from '../json.ts';
import { started } from '../started.ts';
import { tempFolder } from '../temp-folder.ts';

/** A Traefik on written files whose dynamic ones can be exchanged; the static one must stay the same. */
export interface FilesTraefik extends RunningEngine {
  /** Where Traefik does not take the files, what it says of them: what ran before still runs. */
  exchange(files: readonly OutputFile[]): Promise<Taken>;
}

export type Taken = { readonly taken: true } | { readonly taken: false; readonly log: string };

export interface FilesTraefikOptions {
  readonly engine: EngineBinary;
  readonly backends: BackendPool;
  readonly ports: Readonly<Record<string, number>>;
  readonly staticText: string;
}

/** As long as labels get: a machine that others use, too, has left Traefik without a turn for seconds. */
const TAKES_MS = 30_000;

/**
 * The written static file with an API and a short pause between two readings, which decide nothing: by the API a router of
 * ours beside the written files shows when they are in force.
 */
export async function startFilesTraefik({ engine, backends, ports, staticText }: FilesTraefikOptions): Promise<FilesTraefik> {
  const folder = await tempFolder();
  const apiPort = await freePort();
  await writeFile(join(folder.path, 'traefik.yml'), withApi(staticText, apiPort));
  const dynamic = join(folder.path, 'dynamic');
  await mkdir(dynamic, { recursive: true });
  const traefik = started(await startTraefikFolder({ engine, folder: folder.path, logFile: join(folder.path, 'traefik.log'), ready: async () => (await fetchRawData(apiPort)) !== null }));
  let sequence = 0;
  return {
    name: 'traefik', ports,
    ask: askThrough(() => ports, backends),
    exchange: async (files) => {
      sequence += 1;
      const said = traefik.log().length;
      const name = `harness-${String(sequence)}`;
      for (const old of await readdir(dynamic)) await rm(join(dynamic, old));
      for (const { path, text } of files.filter((file) => file.path.startsWith('dynamic/'))) {
        await mkdir(dirname(join(folder.path, path)), { recursive: true });
        await writeFile(join(folder.path, path), text);
      }
      await writeFile(join(dynamic, 'zz-harness.yml'), JSON.stringify({ http: { routers: { [name]: { rule: `Host(\`${name}.invalid\`)`, entryPoints: ['traefik'], service: 'noop@internal' } } } }));
      // Traefik may list the folder while it is written: our file alone says nothing of the others.
      const wanted = [`${name}@file`, ...files.filter((file) => file.path.startsWith('dynamic/')).flatMap(({ text }) => httpRouters(text))];
      const isShown = async (): Promise<true | null> => {
        const routers = Object.keys(objectAt(await fetchRawData(apiPort), 'routers'));
        // Where an entry point has settings for all its routers, each gets a copy `ENTRYPOINT-NAME`.
        return wanted.every((router) => routers.some((one) => one === router || one.endsWith(`-${router}`))) ? true : null;
      };
      const shown = await waitFor(isShown, { timeoutMs: TAKES_MS, intervalMs: 10, giveUp: () => traefik.exit() !== null });
      return shown === null ? { taken: false, log: traefik.exit() ?? traefik.log().slice(said) } : { taken: true };
    },
    stop: async () => {
      await traefik.stop();
      await folder.remove();
    },
  };
}

function httpRouters(text: string): readonly string[] {
  const config: unknown = parse(text);
  const http: unknown = objectAt({ config }, 'config')['http'];
  return Object.keys(objectAt(http, 'routers')).map((router) => `${router}@file`);
}

function withApi(text: string, apiPort: number): string {
  const config: unknown = parse(text);
  return stringify({
    ...objectAt({ config }, 'config'), api: { insecure: true },
    entryPoints: { ...objectAt(config, 'entryPoints'), traefik: { address: `127.0.0.1:${String(apiPort)}` } },
    providers: { ...objectAt(config, 'providers'), providersThrottleDuration: '30ms' },
  });
}
