import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readLine, type LoggedRequest, type TrafficFormat } from '../../src/diff/traffic-line.ts';
import { freePort } from '../../src/engines/free-port.ts';
import { startNginx } from '../../src/engines/nginx.ts';
import { sendRaw, type RawRequest } from '../../src/engines/raw-client.ts';
import { startTraefik } from '../../src/engines/traefik.ts';
import { waitFor } from '../../src/engines/wait.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { started } from '../support/started.ts';
import { tempFolder } from '../support/temp-folder.ts';

/**
 * Access logs as real engines write them, about two seconds. RECORD=1 writes them into fixtures/traffic, where the tests
 * of `gateway diff --traffic` read them; else what is read of the recorded ones is held against a fresh log.
 */
const ASKED: readonly Pick<RawRequest, 'method' | 'target' | 'host' | 'headers' | 'localAddress'>[] = [
  { method: 'GET', target: '/', host: 'a.test' },
  { method: 'GET', target: '/api/users?token=very-secret&page=2', host: 'a.test' },
  { method: 'GET', target: '/api/users?token=other&page=3', host: 'a.test' },
  { method: 'POST', target: '/api/orders', host: 'a.test' },
  { method: 'GET', target: '/admin/', host: 'a.test', headers: [['Authorization', `Basic ${Buffer.from('u:test').toString('base64')}`]] },
  { method: 'GET', target: '/admin/', host: 'a.test' },
  { method: 'GET', target: '/', host: 'b.test:8080', localAddress: '127.0.0.9' },
  { method: 'GET', target: '/caf%C3%A9/%22x', host: 'b.test' },
];

const DYNAMIC = `http:
  routers:
    web: { rule: "Host(\`a.test\`)", entryPoints: [web], service: none }
    admin: { rule: "Host(\`a.test\`) && PathPrefix(\`/admin\`)", entryPoints: [web], service: none, middlewares: [auth] }
    secure: { rule: "Host(\`s.test\`)", entryPoints: [websecure], service: none, tls: {} }
  middlewares:
    auth: { basicAuth: { users: ["u:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M="] } }
  services:
    none: { loadBalancer: { servers: [] } }
`;

/** What is read of a log; ports are those of the day. */
function readAll(format: TrafficFormat, text: string): readonly (Omit<LoggedRequest, 'port'> | undefined)[] {
  return text.trimEnd().split('\n').map((line) => {
    const read = readLine(format, line);
    if (read === undefined) return undefined;
    const { port: _port, ...rest } = read;
    return rest;
  });
}

function compare(name: string, format: TrafficFormat, fresh: string): void {
  const file = `fixtures/traffic/${name}`;
  mkdirSync('fixtures/traffic', { recursive: true });
  if (process.env['RECORD'] === '1') writeFileSync(file, fresh);
  expect(readAll(format, fresh)).toEqual(readAll(format, readFileSync(file, 'utf8')));
}

/** Lines are there when as many are written as requests were sent. */
async function logged(file: string, count: number): Promise<string> {
  const text = await waitFor(() => Promise.resolve(linesOf(file).length >= count ? linesOf(file).join('\n') : null), { timeoutMs: 10_000 });
  if (text === null) throw new Error(`only ${String(linesOf(file).length)} lines in the log`);
  return `${text}\n`;
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter((line) => line !== '' && !line.includes('/api/rawdata'));
  } catch {
    return [];
  }
}

describeEngine('traefik', 'access log of Traefik', (engine) => {
  test('its JSON form', async () => {
    const folder = await tempFolder();
    onTestFinished(folder.remove);
    await writeFile(join(folder.path, 'dynamic.yml'), DYNAMIC);
    const traefik = started(await startTraefik({ engine, workDir: folder.path, entryPoints: [{ name: 'web' }, { name: 'websecure' }], provider: { kind: 'directory', path: folder.path }, flags: ['--accesslog=true', '--accesslog.format=json', '--accesslog.filepath=access.log'] }));
    onTestFinished(() => traefik.stop());
    const [web = 0, websecure = 0] = [traefik.ports['web'], traefik.ports['websecure']];
    const ready = await waitFor(async () => ((await sendRaw({ port: web, method: 'GET', target: '/ready', host: 'a.test' })).status === 503 ? true : null), { timeoutMs: 10_000 });
    expect(ready).toBe(true);
    for (const request of ASKED) await sendRaw({ port: web, ...request });
    await sendRaw({ port: websecure, method: 'GET', target: '/', host: 's.test', tls: { sni: 's.test' } });
    const text = await logged(join(folder.path, 'access.log'), ASKED.length + 2);
    const lines = text.trimEnd().split('\n').filter((line) => !line.includes('"/ready"'));
    compare('traefik.log', 'traefik-json', `${lines.join('\n')}\n`);
    expect(readAll('traefik-json', lines.join('\n'))).toMatchObject([
      ...ASKED.map(({ method, target, host, headers }) => ({ method, target: target.replace('token=very-secret&page=2', 'token=&page=').replace('token=other&page=3', 'token=&page='), host: host?.replace(':8080', ''), tls: false, entryPoint: 'web', loggedIn: headers !== undefined })),
      { method: 'GET', target: '/', host: 's.test', tls: true, entryPoint: 'websecure' },
    ]);
  });
});

describeEngine('nginx122', 'access log of nginx', (engine) => {
  test('its combined form', async () => {
    const folder = await tempFolder();
    onTestFinished(folder.remove);
    const port = await freePort();
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path temp_${kind};`).join(' ');
    await writeFile(join(folder.path, 'nginx.conf'), `events {}\nhttp { ${temporary} access_log access.log combined; server { listen 127.0.0.1:${String(port)}; location / { return 200; } } }\n`);
    const nginx = started(await startNginx({ engine, folder: folder.path, ports: [port], logFile: join(folder.path, 'harness.log') }));
    onTestFinished(() => nginx.stop());
    for (const request of ASKED) await sendRaw({ port, ...request });
    const text = await logged(join(folder.path, 'access.log'), ASKED.length);
    compare('nginx.log', 'nginx-combined', text);
    expect(readAll('nginx-combined', text)).toMatchObject(ASKED.map(({ method, localAddress = '127.0.0.1', headers }) => ({ method, clientIp: localAddress, loggedIn: headers !== undefined })));
  });
});
