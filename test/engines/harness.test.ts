import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { configTest } from '../../src/engines/nginx.ts';
import { freePort, freePorts } from '../../src/engines/free-port.ts';
import type { EngineName } from '../../src/engines/find.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { NGINX_TEMP_PATHS, nginxFromDir, startBackends, echoSpecs, traefikFromFiles, traefikFromLabels, type BackendPool, type RunningEngine } from '../support/engine-pool.ts';
import { tempFolder } from '../support/temp-folder.ts';

let backends: BackendPool;
const cleanups: (() => Promise<void>)[] = [];
beforeAll(async () => {
  backends = await startBackends([...echoSpecs(2), { name: 'auth', kind: 'auth' }]);
});
afterAll(() => backends.stop());
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function stopping<T extends RunningEngine>(engine: T): T {
  cleanups.push(engine.stop);
  return engine;
}

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await tempFolder();
  cleanups.push(folder.remove);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder.path, name, '..'), { recursive: true });
    await writeFile(join(folder.path, name), text);
  }
  return folder.path;
}

const PROBE = { entryPoint: 'web', method: 'GET', target: '/', host: 'a.test', headers: [] } as const;

describeEngine('traefik', 'Traefik from labels', (engine) => {
  const entryPoints = [{ name: 'web' }];
  const container = (name: string, labels: Readonly<Record<string, string>>): Parameters<typeof traefikFromLabels>[0]['containers'][number] => {
    const [address = '', port = ''] = backends.address(name).split(':');
    return { name, labels, ports: [`${port}/tcp`], networks: { app: address } };
  };

  test('forwards to a container, and follows a swap', async () => {
    const traefik = stopping(await traefikFromLabels({ engine, backends, entryPoints, containers: [container('e1', { 'traefik.http.routers.r.rule': 'Host(`a.test`)' })] }));
    // Traefik itself writes bytes beyond ASCII as escapes.
    const first = await traefik.ask({ ...PROBE, method: 'POST', target: '/caf\u00c3\u00a9?x=%2f', headers: [['X-One', '1']], body: 'hello' });
    expect(first).toMatchObject({ status: 200, body: 'e1', backend: { name: 'e1', method: 'POST', target: '/caf%C3%A9?x=%2f', body: 'hello' } });
    expect(first.backend?.headers).toContainEqual(['X-One', '1']);
    expect(first.backend?.headers.map(([name]) => name.toLowerCase())).not.toContain('x-probe-id');

    await traefik.swap([container('e2', { 'traefik.http.routers.r.rule': 'Host(`b.test`)' })]);
    expect(await traefik.ask(PROBE)).toMatchObject({ status: 404, backend: null });
    expect(await traefik.ask({ ...PROBE, host: 'b.test' })).toMatchObject({ status: 200, backend: { name: 'e2' } });
  });

  test('shows every hop, and the address that a client came from', async () => {
    const labels = { 'traefik.http.routers.r.rule': 'Host(`a.test`)', 'traefik.http.routers.r.middlewares': 'm', 'traefik.http.middlewares.m.forwardauth.address': `${backends.url('auth')}/ok` };
    // The authentication server does not get the mark that finds a request again.
    const strict = { ...labels, 'traefik.http.middlewares.m.forwardauth.authrequestheaders': 'Accept' };
    const traefik = stopping(await traefikFromLabels({ engine, backends, entryPoints, containers: [container('e1', strict)] }));
    const seen = await traefik.ask({ ...PROBE, clientIp: '127.0.9.9' });
    expect(seen.hops.map(({ name, target }) => [name, target])).toEqual([['auth', '/ok'], ['e1', '/']]);
    expect(seen.backend?.headers).toContainEqual(['X-Real-Ip', '127.0.9.9']);
  });

  test('static flags count', async () => {
    const traefik = stopping(await traefikFromLabels({ engine, backends, entryPoints, containers: [container('e1', {})], staticFlags: ['--providers.docker.exposedbydefault=false'] }));
    expect(traefik.first).toMatchObject({ kind: 'applied', data: { routers: {} } });
  });
});

describeEngine('traefik', 'Traefik from files', (engine) => {
  test('runs traefik.yml from its folder; with and without a server name', async () => {
    const ports = await freePorts(['web', 'websecure']);
    const dir = await folderWith({
      'traefik.yml': `entryPoints:\n  web:\n    address: 127.0.0.1:${ports['web']}\n  websecure:\n    address: 127.0.0.1:${ports['websecure']}\nproviders:\n  file:\n    directory: dynamic\n`,
      'dynamic/app.yml': `http:\n  routers:\n    r: {rule: "Host(\`a.test\`)", service: s, entryPoints: [web]}\n    t: {rule: "PathPrefix(\`/\`)", service: s, entryPoints: [websecure], tls: {}}\n  services:\n    s: {loadBalancer: {servers: [{url: "${backends.url('e1')}"}]}}\n`,
    });
    const traefik = stopping(await traefikFromFiles({ engine, backends, dir }));
    expect(await traefik.ask(PROBE)).toMatchObject({ status: 200, backend: { name: 'e1' } });
    expect(await traefik.ask({ ...PROBE, host: null })).toMatchObject({ status: 400, backend: null });
    for (const sni of ['a.test', null]) expect(await traefik.ask({ ...PROBE, entryPoint: 'websecure', tls: { sni } })).toMatchObject({ status: 200, backend: { name: 'e1' } });
    expect(existsSync(join(dir, 'dynamic', 'zz-harness.yml'))).toBe(false);
  });

  test('a static file that Traefik refuses says why', async () => {
    const dir = await folderWith({ 'traefik.yml': 'entryPoint:\n  web:\n    address: 127.0.0.1:1\n' });
    await expect(traefikFromFiles({ engine, backends, dir })).rejects.toThrow(/no valid configuration found in file/);
  });
});

for (const name of ['nginx122', 'nginx131'] satisfies readonly EngineName[]) {
  describeEngine(name, 'nginx from a folder', (engine) => {
    const http = (port: number): string => `events {}\nhttp {\n  access_log off;\n  ${NGINX_TEMP_PATHS}\n  server {\n    listen 127.0.0.1:${port};\n    location / { proxy_pass ${backends.url('e1')}; }\n    location /gone { return 444; }\n  }\n}\n`;

    test('forwards, and a closed connection is status 0', async () => {
      const port = await freePort();
      const nginx = stopping(await nginxFromDir({ engine, backends, dir: await folderWith({ 'nginx.conf': http(port) }), ports: { web: port } }));
      expect(await nginx.ask({ ...PROBE, target: '/x//\u00c3\u00a9?z', httpVersion: '1.0' })).toMatchObject({ status: 200, backend: { name: 'e1', target: '/x//\u00c3\u00a9?z' } });
      const big = 'x'.repeat(100_000);
      expect(await nginx.ask({ ...PROBE, method: 'PUT', body: big })).toMatchObject({ status: 200, backend: { body: big } });
      expect(await nginx.ask({ ...PROBE, target: '/gone' })).toMatchObject({ status: 0, backend: null });
    });

    test('stream, wherever its module is', async () => {
      const port = await freePort();
      const dir = await folderWith({ 'nginx.conf': `events {}\nstream {\n  server {\n    listen 127.0.0.1:${port};\n    proxy_pass ${backends.address('e2')};\n  }\n}\n` });
      const nginx = stopping(await nginxFromDir({ engine, backends, dir }));
      expect(await nginx.ask({ ...PROBE, entryPoint: String(port) })).toMatchObject({ status: 200, backend: { name: 'e2' } });
    });

    test('says what is wrong with a configuration', async () => {
      expect(await configTest({ engine, folder: await folderWith({ 'nginx.conf': http(1) }) })).toMatchObject({ ok: true });
      const broken = await folderWith({ 'nginx.conf': 'events {}\nhttp { nonsense on; }\n' });
      expect(await configTest({ engine, folder: broken })).toMatchObject({ ok: false, output: expect.stringContaining('unknown directive "nonsense"') });
      await expect(nginxFromDir({ engine, backends, dir: broken, ports: { web: await freePort() } })).rejects.toThrow(/unknown directive "nonsense"/);
    });
  });
}
