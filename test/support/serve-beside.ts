import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineBinary } from '../../src/engines/find.ts';
import { freePorts } from '../../src/engines/free-port.ts';
import { fetchRawData, startTraefikFolder } from '../../src/engines/traefik.ts';
import { serve } from '../../src/server/index.ts';
import { routingFrom } from '../server/routing-from.ts';
import { started } from './started.ts';
import { tempFolder } from './temp-folder.ts';

/** One entry point of both, on loopback. */
export interface Beside {
  readonly theirs: number;
  readonly ours: number;
  readonly stop: () => Promise<void>;
}

/** What may differ from one entry point and a sound file. */
export interface BesideOptions {
  /** Further options of the entry point. */
  readonly web?: Readonly<Record<string, unknown>>;
  /** Reads what our server serves; default: nothing may stand against it. */
  readonly read?: typeof routingFrom;
}

/** Real Traefik and our server with the same dynamic configuration, or with two that differ in ports. */
export async function serveBeside(engine: EngineBinary, dynamic: Readonly<Record<string, unknown>>, ownDynamic = dynamic, { web = {}, read = routingFrom }: BesideOptions = {}): Promise<Beside> {
  const folder = await tempFolder();
  const served = await serve(read(ownDynamic, { web: { address: ':80', ...web } }), { entryPoint: () => ({ host: '127.0.0.1', port: 0 }) });
  const ports = await freePorts(['web', 'api']);
  const at = (name: string): string => `127.0.0.1:${String(ports[name])}`;
  // A router that nobody asks says that all of the file is in force.
  const whole = { ...dynamic, http: { ...section(dynamic['http']), routers: { ...section(section(dynamic['http'])['routers']), 'all-read': { rule: 'Host(`all-read.test`)', service: 'noop@internal' } } } };
  await mkdir(join(folder.path, 'dynamic'));
  await writeFile(join(folder.path, 'dynamic', 'all.yml'), JSON.stringify(whole));
  await writeFile(join(folder.path, 'traefik.yml'), JSON.stringify({ entryPoints: { web: { address: at('web'), ...web }, traefik: { address: at('api') } }, api: { insecure: true }, providers: { file: { directory: join(folder.path, 'dynamic') } }, global: { checkNewVersion: false, sendAnonymousUsage: false } }));
  const { stop } = started(await startTraefikFolder({ engine, folder: folder.path, logFile: join(folder.path, 'log'), ready: async () => JSON.stringify((await fetchRawData(ports['api'] ?? 0)) ?? '').includes('all-read@file') }));
  return {
    theirs: ports['web'] ?? 0,
    ours: served.ports.get('web') ?? 0,
    stop: async () => {
      await stop();
      await served.close();
      await folder.remove();
    },
  };
}

function section(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
