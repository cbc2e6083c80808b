import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { freePorts } from '../../src/engines/free-port.ts';
import { findEngine } from '../../src/engines/find.ts';
import { API_ENTRY_POINT, startTraefik } from '../../src/engines/traefik.ts';
import { waitFor } from '../../src/engines/wait.ts';
import { judgeCase } from '../support/case-judge.ts';
import { layPlugins } from '../support/case-plugins.ts';
import { backendsOf, readCases } from '../support/cases.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { buildCase, loadCase, overridesOf } from '../support/emitted.ts';
import { askThrough, startBackends } from '../support/engine-pool.ts';
import { objectAt } from '../support/json.ts';
import { startEtcd, startRedis } from '../support/kv-store.ts';
import type { KvStore } from '../support/kv-store.ts';
import { slice } from '../support/slice.ts';
import { started } from '../support/started.ts';
import { staticFlags } from '../support/static-flags.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Cases as keys: the dump goes into a real store as it is, and real Traefik reads it there. */
const cases = readCases();
const stores = [['etcd', startEtcd], ['redis', startRedis]] as const;
const traefikBinary = findEngine('traefik');

for (const [name, startStore] of stores) {
  describeEngine(name, 'cases: emitted keys', (engine) => {
    for (const profile of new Set(cases.map((one) => one.staticPath))) {
      test(`static ${profile}`, async () => {
        if (traefikBinary === null) throw new Error('Traefik is not installed');
        const mine = cases.map((one, index) => ({ one, index })).filter(({ one }) => one.staticPath === profile && slice(one.name, 12));
        const store = await startStore(engine);
        const folder = await tempFolder();
        const backends = await startBackends(mine.flatMap(({ one, index }) => backendsOf(one, index)));
        const config: unknown = parse(readFileSync(profile, 'utf8'));
        const { entryPoints, flags } = staticFlags(config);
        const ports = await freePorts(entryPoints.map((point) => point.name));
        mkdirSync(join(folder.path, 'none'));
        await layPlugins(profile)(folder.path);
        // Names without a provider belong to the provider of each router: that is how keys are written.
        const all = [...flags.map((flag) => flag.replaceAll('@docker', '')), `--providers.${store.provider}.endpoints=${store.endpoint}`];
        const traefik = started(await startTraefik({ engine: traefikBinary, workDir: folder.path, entryPoints: entryPoints.map((point) => ({ ...point, port: ports[point.name] ?? 0 })), provider: { kind: 'directory', path: join(folder.path, 'none') }, flags: all }));
        try {
          for (const [sequence, { one, index }] of mine.entries()) {
            const overrides = overridesOf(one, index, ports);
            const built = buildCase(loadCase(one, overrides), 'traefik-kv', '3.7', overrides);
            if (built.files === undefined && buildCase(loadCase(one, overrides), 'traefik', '3.7', overrides).files === undefined) continue;
            // An empty list leaves no key: the build refuses, as test/targets/traefik-kv/read-back.test.ts expects.
            if (one.name === 'service-empty' && built.files === undefined) continue;
            const files = built.files ?? [];
            // Redis cannot hold an empty value, which the build says.
            if (name === 'redis' && built.diagnostics.some(({ symbol }) => symbol.startsWith('traefik-kv/store'))) continue;
            expect({ case: one.name, said: built.diagnostics.filter(({ blocking }) => blocking) }).toEqual({ case: one.name, said: [] });
            await store.load(files);
            await inForce(store, traefik.rawData, sequence);
            const ask = askThrough(() => ports, backends);
            const { differences } = await judgeCase(one, 'traefik', ask);
            expect({ case: one.name, differences }).toEqual({ case: one.name, differences: [] });
          }
        } finally {
          await traefik.stop();
          await store.stop();
          await backends.stop();
          await folder.remove();
        }
      }, 240_000);
    }
  });
}

/** A router of ours is written last: what the store held before it is in force when the API shows it. */
async function inForce(store: KvStore, rawData: () => Promise<unknown>, sequence: number): Promise<void> {
  const router = `harness-${String(sequence)}`;
  await store.put(`traefik/http/routers/${router}/entryPoints/0`, API_ENTRY_POINT);
  await store.put(`traefik/http/routers/${router}/service`, 'noop@internal');
  await store.put(`traefik/http/routers/${router}/rule`, `Host(\`${router}.invalid\`)`);
  const shown = await waitFor(async () => (isComplete(objectAt(await rawData(), 'routers')[`${router}@${store.provider}`]) ? true : null), { timeoutMs: 15_000, giveUp: () => false });
  if (shown === null) throw new Error('the keys did not come into force');
}

function isComplete(router: unknown): boolean {
  const { rule, status } = objectAt({ router }, 'router');
  return typeof rule === 'string' && status === 'enabled';
}
