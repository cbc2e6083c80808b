import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineBinary } from '../../src/engines/find.ts';
import type { TraefikEntryPoint } from '../../src/engines/traefik.ts';
import { tempFolder } from './temp-folder.ts';
import { startTraefikDocker, type TraefikDocker } from './traefik-docker.ts';

/** Entry points of the recorded label verdicts; `traefik` is the API's own. */
export const ORACLE_ENTRY_POINTS: readonly TraefikEntryPoint[] = [{ name: 'web' }, { name: 'websecure' }, { name: 'db' }, { name: 'dns', protocol: 'udp' }, { name: 'traefik' }];

/** Static flags of the recorded label verdicts: a resolver that cannot reach its server. */
export const ORACLE_FLAGS: readonly string[] = [
  '--certificatesresolvers.le.acme.email=admin@example.test',
  '--certificatesresolvers.le.acme.storage=acme.json',
  '--certificatesresolvers.le.acme.caserver=http://127.0.0.1:9/directory',
  '--certificatesresolvers.le.acme.tlschallenge=true',
];

/** Objects of the file provider that the recorded labels may refer to. */
export const ORACLE_FILE = `http:
  middlewares:
    auth:
      basicAuth:
        users:
          - "test:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/"
    strip:
      stripPrefix:
        prefixes:
          - /api
  services:
    ext:
      loadBalancer:
        servers:
          - url: http://127.9.9.9:80
  serversTransports:
    insecure:
      insecureSkipVerify: true
tls:
  options:
    modern:
      minVersion: VersionTLS13
`;

/** Traefik with the static configuration of the recordings and, for some cases, flags of their own. */
export async function startOracleTraefik(engine: EngineBinary, extraFlags: readonly string[] = []): Promise<TraefikDocker> {
  const folder = await tempFolder();
  const directory = join(folder.path, 'dynamic');
  await mkdir(directory);
  await writeFile(join(directory, 'objects.yml'), ORACLE_FILE);
  const traefik = await startTraefikDocker({ engine, entryPoints: ORACLE_ENTRY_POINTS, flags: [...ORACLE_FLAGS, ...extraFlags], directory });
  return {
    ...traefik,
    stop: async () => {
      await traefik.stop();
      await folder.remove();
    },
  };
}
