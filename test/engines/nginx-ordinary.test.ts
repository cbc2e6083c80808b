import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../src/engines/free-port.ts';
import type { HeaderList } from '../../src/ir/index.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends, type BackendPool } from '../support/echo-backend.ts';
import type { Observation, ProbeInput, RunningEngine } from '../support/engine-ask.ts';
import { nginxFromDir } from '../support/engine-nginx.ts';
import { emit, writeFiles } from '../support/nginx-emitted.ts';
import { listenerOf, routingOf, targetOptions } from '../support/routing-builder.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';

/** The variables that are set at once for ordinary requests must hold what their maps would say: the same text without that block is asked too. */
const TARGETS = [
  '/', '/a', '/a/', '/a?', '/a?x=1', '/a?x=1;y=2', '/a?x=%20', '/a?u=http://b/', '/a//b', '/a/./b', '/a/..', '/a/../b', '/a/.', '/.well/known', '/...', '/a..', '/a%2Fb', '/a%2fb', '/a%20b', '/a%25b', '/a:b', '/@a/b', '/a;b',
  '/a"b', '/a<b', '/a\\b', '/a^b', '/a`b', '/a{b}', '/a|b', '/a\x80b', '/a?x#y', '/a#b', '/a?"', '/a+b', '/a,b', "/a'b", '/%7Ea', '/a?x?y',
  'http://h.test/a', 'http://h.test:81/a', 'http://other.test/a', 'HTTP://h.test:81/a', '*',
];
const HOSTS = ['h.test', 'H.test', 'h.test.', 'h.test:81', 'h.test:', 'a@h.test', 'h_x.test', '[::1]', '[::1]:81', 'h\x80.test', 'a:b:c', '', null];
const FIELDS: readonly HeaderList[] = [
  [], [['Connection', 'keep-alive']], [['Connection', 'Keep-Alive']], [['Connection', 'close']], [['Connection', 'upgrade'], ['Upgrade', 'websocket']], [['Upgrade', 'websocket']],
  [['Connection', 'keep-alive, Upgrade'], ['Upgrade', 'websocket']], [['Connection', 'Upgrade'], ['Upgrade', 'h2c']], [['Connection', 'x-a'], ['X-A', '1']], [['TE', 'trailers']], [['TE', 'gzip']], [['TE', 'close']], [['Connection', 'te'], ['TE', 'trailers']], [['Connection', 'close, keep-alive']], [['Connection', 'close h.test']],
];

const ASKED: readonly ProbeInput[] = [
  ...TARGETS.flatMap((target) => ['h.test', 'h.test:81'].map((host) => ({ target, host, headers: [] }))),
  ...HOSTS.flatMap((host) => ['/a', '/a%2Fb', 'http://h.test:81/a'].map((target) => ({ target, host, headers: [] }))),
  ...FIELDS.flatMap((headers) => ['h.test', 'h.test:81'].map((host) => ({ target: '/a', host, headers }))),
].flatMap((one) => (['GET', 'M-SEARCH'] as const).map((method): ProbeInput => ({ entryPoint: 'web', method, ...one })));

for (const engineName of ['nginx122', 'nginx131'] as const) {
  describeEngine(engineName, 'what is known of ordinary requests', (engine) => {
    let backends: BackendPool;
    const running: RunningEngine[] = [];
    const folders: TempFolder[] = [];
    beforeAll(async () => {
      backends = await startBackends([{ name: 'b' }]);
      for (const shortcut of [true, false]) {
        const port = await freePort();
        const routing = routingOf(listenerOf({ name: 'web', port }, [{ name: 'all', rule: 'PathPrefix(`/`)', service: backends.url('b') }, { name: 'slash', rule: 'Host(`h.test`) && PathPrefix(`/a/b`)', service: backends.url('b') }]));
        const files = emit(routing, targetOptions(engine.version)).files.map((file) => (shortcut || file.path !== 'paths.conf' ? file : { ...file, text: withoutShortcut(file.text) }));
        const folder = await tempFolder();
        folders.push(folder);
        await writeFiles(folder.path, files);
        running.push(await nginxFromDir({ engine, backends, dir: folder.path, ports: { web: port } }));
      }
    });
    afterAll(async () => {
      for (const one of running) await one.stop();
      await backends.stop();
      for (const folder of folders) await folder.remove();
    });

    test('their maps say the same', async () => {
      const wrong: string[] = [];
      for (const probe of ASKED) {
        const [set = '', mapped = ''] = await Promise.all(running.map(async (one) => told(await one.ask(probe))));
        if (set !== mapped) wrong.push(`${JSON.stringify(probe)}: ${set}, the maps ${mapped}`);
      }
      expect(wrong).toEqual([]);
    });
  });
}

function withoutShortcut(text: string): string {
  const cut = text.replace(/^if \(\$gw_ordinary\) \{\n[^}]*\}\n/m, '');
  if (cut === text) throw new Error('nothing is set at once');
  return cut;
}

function told({ status, backend }: Observation): string {
  return JSON.stringify({ status, target: backend?.target, headers: backend?.headers });
}
