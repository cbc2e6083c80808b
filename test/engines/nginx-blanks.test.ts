import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freePorts } from '../../src/engines/free-port.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends } from '../support/echo-backend.ts';
import { buildCase, loadCase, overridesOf, writeBuilt } from '../support/emitted.ts';
import { nginxFromDir, traefikFromFiles } from '../support/engine-pool.ts';
import { backendsOf, readCases } from '../support/cases.ts';
import type { RunningEngine } from '../support/engine-ask.ts';

/** Long fields of blanks and commas: an address is found behind them and the handshake of a WebSocket is one, as by Traefik. nginx gives up on a pattern after so many steps. */
const BLANKS = [' ', '\t', ' \t'].map((one) => one.repeat(10_000));
const FOR = BLANKS.flatMap((blanks) => [`${blanks},10.0.0.1`, `x${blanks}x, 10.0.0.1`, `10.0.0.1${blanks}, 8.8.8.8`, `10.0.0.1,${blanks}9.9.9.9`, `10.0.0.1,${blanks},${blanks}9.9.9.9`]).concat([`10.0.0.1${', 9.9.9.9'.repeat(2000)}`, `10.0.0.1${','.repeat(20_000)}`, `10.0.0.1${', 9.9.9.9'.repeat(2000)}, bad`]);
const CASE = 'ip-allow-from-right';

for (const name of ['nginx122', 'nginx131'] as const) {
  describeEngine('traefik', `long fields beside ${name}`, (traefik) => {
    describeEngine(name, 'long fields', (nginx) => {
      test('are read to their end, as by Traefik', async () => {
        const one = readCases().find((other) => other.name === CASE);
        if (one === undefined) throw new Error(`no case ${CASE}`);
        const backends = await startBackends(backendsOf(one, one.index));
        const running: RunningEngine[] = [];
        const folders: string[] = [];
        const start = async (target: string, version: string): Promise<RunningEngine> => {
          const ports = await freePorts(['web', 'alt', 'websecure']);
          const overrides = overridesOf(one, one.index, ports);
          const dir = writeBuilt(buildCase(loadCase(one, overrides), target, version, overrides, one.allow));
          folders.push(dir);
          const engine = target === 'traefik' ? await traefikFromFiles({ engine: traefik, backends, dir }) : await nginxFromDir({ engine: nginx, backends, dir, ports: { web: ports['web'] ?? 0 } });
          running.push(engine);
          return engine;
        };
        try {
          const [theirs, ours] = [await start('traefik', '3.7'), await start('nginx', nginx.version)];
          for (const host of ['a.test', 'b.test', 'c.test']) {
            for (const told of FOR) {
              const headers = [['X-Forwarded-For', told], ['Connection', `upgrade,${BLANKS[0] ?? ''}keep-alive`], ['Upgrade', `websocket${BLANKS[1] ?? ''}`]] as const;
              const asked = { entryPoint: 'web', method: 'GET', host, target: '/', headers };
              const [expected, got] = [await theirs.ask(asked), await ours.ask(asked)];
              expect([host, told.slice(0, 20), got.status]).toEqual([host, told.slice(0, 20), expected.status]);
            }
          }
        } finally {
          for (const engine of running) await engine.stop();
          await backends.stop();
          for (const folder of folders) rmSync(folder, { recursive: true, force: true });
        }
      });
    });
  });
}
