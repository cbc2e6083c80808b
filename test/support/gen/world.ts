import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { findEngine } from '../../../src/engines/find.ts';
import type { EngineBinary, EngineName } from '../../../src/engines/find.ts';
import { freePorts } from '../../../src/engines/free-port.ts';
import { addressOf, CASES_FOLDER } from '../cases.ts';
import { startBackends, traefikFromLabels } from '../engine-pool.ts';
import type { BackendPool, BackendSpec, LabelledTraefik } from '../engine-pool.ts';
import { staticFlags } from '../static-flags.ts';
import { tempFolder } from '../temp-folder.ts';
import { selfSigned } from '../test-certificate.ts';
import { ENTRY_POINTS } from './spec.ts';
import type { Profile } from './spec.ts';
import { startFilesTraefik } from './traefik-files.ts';
import type { FilesTraefik } from './traefik-files.ts';

/** Servers that many gateways share: one Traefik per static configuration, and backends at the addresses that cases get. */
export interface World {
  /** Place among the cases: beyond all real ones, and another one for every process. */
  readonly index: number;
  readonly backends: BackendPool;
  /** Backend by `host:port`. */
  readonly names: ReadonlyMap<string, string>;
  readonly folder: string;
  readonly certificate: ReturnType<typeof selfSigned>;
  labels(profile: Profile): Promise<LabelledTraefik>;
  /** Traefik on written files; the first text of a profile's static file stays. */
  files(profile: Profile, staticText: string): Promise<FilesTraefik>;
  /** Ports of a profile's entry points for one user, always the same ones. */
  ports(user: string, profile: Profile): Promise<Readonly<Record<string, number>>>;
  engine(name: EngineName): EngineBinary;
  stop(): Promise<void>;
}

const SERVICES = 8;
const REPLICAS = 3;

export async function startWorld(): Promise<World> {
  const index = (20 + (process.pid % 180)) * 256 + ((process.pid >> 3) & 255);
  const specs = Array.from({ length: SERVICES }, (_, service) => Array.from({ length: REPLICAS }, (_, replica): BackendSpec => ({ name: `p${String(service)}#${String(replica + 1)}`, address: addressOf(index, service, replica), port: 8000 }))).flat();
  const backends = await startBackends(specs);
  const folder = await tempFolder();
  const stops: (() => Promise<void>)[] = [() => backends.stop(), () => folder.remove()];
  const labelled = new Map<Profile, Promise<LabelledTraefik>>();
  const written = new Map<Profile, Promise<FilesTraefik>>();
  const ports = new Map<string, Promise<Readonly<Record<string, number>>>>();
  const portsOf: World['ports'] = (user, profile) => once(ports, `${user} ${profile}`, () => freePorts(ENTRY_POINTS[profile]));
  const keep = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const engine = await starting;
    stops.unshift(() => engine.stop());
    return engine;
  };
  return {
    index, backends, folder: folder.path, certificate: selfSigned('a.test'), engine,
    names: new Map(specs.map(({ name, address = '' }) => [`${address}:8000`, name])),
    labels: (profile) => once(labelled, profile, () => keep(startLabelled(profile, backends))),
    files: async (profile, staticText) => once(written, profile, async () => keep(startFilesTraefik({ engine: engine('traefik'), backends, ports: await portsOf('traefik', profile), staticText }))),
    ports: portsOf,
    stop: async () => {
      for (const stop of stops) await stop();
    },
  };
}

function once<K, V>(known: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

function engine(name: EngineName): EngineBinary {
  const found = findEngine(name);
  if (found === null) throw new Error(`${name} is not installed`);
  return found;
}

function startLabelled(profile: Profile, backends: BackendPool): Promise<LabelledTraefik> {
  const { entryPoints, flags } = staticFlags(parse(readFileSync(join(CASES_FOLDER, '_static', `${profile}.yml`), 'utf8')));
  return traefikFromLabels({ engine: engine('traefik'), backends, containers: [], entryPoints, staticFlags: flags });
}
