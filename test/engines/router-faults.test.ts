import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startTraefik } from '../../src/engines/traefik.ts';
import { waitFor } from '../../src/engines/wait.ts';
import { resolveCompose } from '../resolve/compose.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { normaliseRawData, ofProvider, type RawData } from '../support/rawdata.ts';
import { ROUTER_FAULTS } from '../support/router-faults.ts';
import { tempFolder } from '../support/temp-folder.ts';

const STATIC = 'entryPoints: { web: { address: ":80" } }\nproviders: { file: { directory: /d } }\n';

/** `a disabled: why`, HTTP and TCP. */
function told(data: RawData): readonly string[] {
  const all = [...Object.entries(data.routers), ...Object.entries(data.tcpRouters).map(([name, entity]) => [`tcp ${name}`, entity] as const)];
  return all.map(([name, { status, errors }]) => `${name.replace('@file', '')} ${status}: ${errors.join('; ')}`).toSorted();
}

// About 2 s.
describeEngine('traefik', 'routers that cannot be built', (engine) => {
  test('have the status and the words that Traefik has for them, and its transports fall back where lint says so', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder.path, 'dynamic.yml'), ROUTER_FAULTS);
    const started = await startTraefik({ engine, workDir: folder.path, entryPoints: [{ name: 'web' }], provider: { kind: 'directory', path: folder.path } });
    try {
      if (started.kind === 'failed') throw new Error(started.log);
      const real = await waitFor(async () => {
        const data = ofProvider(normaliseRawData(await started.engine.rawData()), 'file');
        return Object.keys(data.tcpRouters).length > 0 ? data : null;
      }, { timeoutMs: 5000 });
      const resolved = resolveCompose({ static: STATIC, stacks: {}, dynamic: [ROUTER_FAULTS] });
      const ours = resolved.running.filter(({ ref }) => ref.kind === 'router' && ref.namespace === 'file').map(({ ref, status, reasons }) => `${ref.protocol === 'tcp' ? 'tcp ' : ''}${ref.name} ${status}: ${reasons.join('; ')}`).toSorted();
      if (real === null) throw new Error(started.engine.log());
      expect(ours).toEqual(told(real));
      const fallen = [...started.engine.log().matchAll(/HTTP Transport (\S+)@file TLS configuration, fallback on default TLS config error="([^"]*)"/g)].map(([, name, why]) => `${name ?? ''}: ${why ?? ''}`);
      const said = resolved.problems.filter(({ kind }) => kind === 'transport-invalid').map(({ ref, engineSays }) => `${ref?.name ?? ''}: ${engineSays ?? ''}`);
      expect(said.toSorted()).toEqual(fallen.toSorted());
    } finally {
      if (started.kind === 'started') await started.engine.stop();
      await folder.remove();
    }
  });
});
