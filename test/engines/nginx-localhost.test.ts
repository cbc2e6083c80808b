import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../src/engines/free-port.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends, type BackendPool } from '../support/echo-backend.ts';
import type { RunningEngine } from '../support/engine-ask.ts';
import { nginxFromDir } from '../support/engine-nginx.ts';
import { emit, writeFiles } from '../support/nginx-emitted.ts';
import { listenerOf, middlewareOf, routingOf, serviceOf, targetOptions } from '../support/routing-builder.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';

/** `localhost` stands in no DNS, which nginx asks for names in variables, and may have two addresses of which one is heard. */
for (const engineName of ['nginx122', 'nginx131'] as const) {
  describeEngine(engineName, 'endpoints on localhost', (engine) => {
    let backends: BackendPool;
    let running: RunningEngine | undefined;
    let folder: TempFolder;
    beforeAll(async () => {
      backends = await startBackends([{ name: 'a' }, { name: 'b' }]);
      const [a, b] = ['a', 'b'].map((name) => backends.url(name).replace('127.0.0.1', 'localhost'));
      if (a === undefined || b === undefined || !a.includes('//localhost:')) throw new Error('the backends are elsewhere');
      const port = await freePort();
      const auth = middlewareOf('auth', { forwardAuth: { address: `${b}/auth` } });
      folder = await tempFolder();
      await writeFiles(folder.path, emit(routingOf(listenerOf({ name: 'web', port }, [
        { name: 'one', rule: 'Path(`/one`)', service: a },
        { name: 'two', rule: 'Path(`/two`)', service: serviceOf('two', a, b) },
        { name: 'asked', rule: 'Path(`/asked`)', service: a, middlewares: [auth] },
      ])), targetOptions(engine.version)).files);
      running = await nginxFromDir({ engine, backends, dir: folder.path, ports: { web: port } });
    });
    afterAll(async () => {
      await running?.stop();
      await backends.stop();
      await folder.remove();
    });

    for (const target of ['/one', '/two', '/asked']) {
      test(`answer ${target}`, async () => {
        const seen = [];
        for (let at = 0; at < 4; at += 1) seen.push(await running?.ask({ entryPoint: 'web', method: 'GET', target, host: 'h.test', headers: [] }));
        expect(seen.map((one) => [one?.status, one?.backend?.target])).toEqual(seen.map(() => [200, target]));
      });
    }
  });
}
