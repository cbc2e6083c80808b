import { execFileSync } from 'node:child_process';
import { chmod, stat, writeFile } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replaceFolder } from '../../src/cli/write.ts';
import { freePort, freePorts } from '../../src/engines/free-port.ts';
import { headerValue } from '../../src/engines/http-message.ts';
import type { Routing } from '../../src/ir/index.ts';
import { createRuntime } from '../../src/runtime/index.ts';
import { resolveService } from '../runtime/routing-of.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends, type BackendPool } from '../support/echo-backend.ts';
import { askThrough } from '../support/engine-ask.ts';
import { nginxFromDir } from '../support/engine-nginx.ts';
import { traefikFromFiles } from '../support/engine-traefik.ts';
import type { JsonObject } from '../support/json.ts';
import { emit, nginxOn, writeFiles } from '../support/nginx-emitted.ts';
import { listenerOf, middlewareOf, origins, routingOf, serviceOf, targetOptions } from '../support/routing-builder.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';

const ORIGIN = origins.default('test');

for (const engineName of ['nginx122', 'nginx131'] as const) {
  describeEngine('traefik', `beside ${engineName}`, (traefik) => describeEngine(engineName, 'emitted nginx', (engine) => {
    let backends: BackendPool;
    let folder: TempFolder;
    beforeAll(async () => {
      backends = await startBackends([{ name: 'b1' }, { name: 'b2' }]);
      folder = await tempFolder();
      execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', join(folder.path, 'key.pem'), '-out', join(folder.path, 'cert.pem'), '-days', '30', '-subj', '/CN=test'], { stdio: 'ignore' });
    });
    afterAll(async () => {
      await backends.stop();
      await folder.remove();
    });
    const withCertificate = (routing: Routing): Routing => ({ ...routing, certificates: [{ certFile: join(folder.path, 'cert.pem'), keyFile: join(folder.path, 'key.pem'), stores: [], origin: ORIGIN }] });

    test('believes forwarded headers of trusted peers only', async () => {
      const port = await freePort();
      const forwardedHeaders = { insecure: false, trustedIPs: ['127.0.0.9', '10.1.2.3/8'], connection: [], notAppendXForwardedFor: false };
      const running = await nginxOn(engine, backends, routingOf(listenerOf({ name: 'web', port, forwardedHeaders }, [{ name: 'r', rule: 'PathPrefix(`/`)', service: backends.url('b1') }])));
      const sent = [['X-Forwarded-For', '9.9.9.9'], ['X-Forwarded-Proto', 'https'], ['X-Forwarded-Host', 'front.test'], ['X-Forwarded-Port', '8443'], ['X-Real-Ip', '8.8.8.8'], ['X-Forwarded-Prefix', '/pre'], ['X-Forwarded-Uri', '/uri'], ['X_Forwarded_For', '7.7.7.7']] as const;
      const ask = async (clientIp: string, headers: readonly (readonly [string, string])[]) => {
        const seen = await running.ask({ entryPoint: 'web', method: 'GET', target: '/', host: 'x.test:81', headers, clientIp });
        return ['For', 'Proto', 'Host', 'Port', 'Prefix', 'Uri'].map((name) => headerValue(seen.backend?.headers ?? [], `X-Forwarded-${name}`)).concat(headerValue(seen.backend?.headers ?? [], 'X-Real-Ip'), headerValue(seen.backend?.headers ?? [], 'X_Forwarded_For'));
      };
      expect(await ask('127.0.0.1', sent)).toEqual(['127.0.0.1', 'http', 'x.test:81', '81', undefined, undefined, '127.0.0.1', undefined]);
      expect(await ask('127.0.0.9', sent)).toEqual(['9.9.9.9, 127.0.0.9', 'https', 'front.test', '8443', '/pre', '/uri', '8.8.8.8', undefined]);
      expect(await ask('127.0.0.9', [])).toEqual(['127.0.0.9', 'http', 'x.test:81', '81', undefined, undefined, '127.0.0.9', undefined]);
      await running.stop();
    });

    test('passes an upgrade on where Connection asks for it', async () => {
      const port = await freePort();
      const running = await nginxOn(engine, backends, routingOf(listenerOf({ name: 'web', port }, [{ name: 'r', rule: 'PathPrefix(`/`)', service: backends.url('b1') }])));
      const ask = async (headers: readonly (readonly [string, string])[]) => {
        const seen = await running.ask({ entryPoint: 'web', method: 'GET', target: '/', host: 'x.test', headers });
        return ['Upgrade', 'Connection', 'X-Forwarded-Proto'].map((name) => headerValue(seen.backend?.headers ?? [], name));
      };
      expect(await ask([['Connection', 'keep-alive, Upgrade'], ['Upgrade', 'websocket']])).toEqual(['websocket', 'upgrade', 'ws']);
      expect(await ask([['Connection', 'close'], ['Upgrade', 'websocket']])).toEqual([undefined, undefined, 'http']);
      await running.stop();
    });

    test('starts although a name is unknown, and serves the others', async () => {
      const port = await freePort();
      const routing = routingOf(listenerOf({ name: 'web', port }, [
        { name: 'gone', rule: 'Path(`/gone`)', service: 'http://gone.invalid:8000' },
        { name: 'two', rule: 'Path(`/two`)', service: serviceOf('two', 'http://gone.invalid:8000', 'http://also.invalid:8000') },
        { name: 'here', rule: 'Path(`/here`)', service: backends.url('b1') },
        { name: 'empty', rule: 'Path(`/empty`)', service: serviceOf('empty') },
      ]));
      const running = await nginxOn(engine, backends, routing, targetOptions(engine.version, { resolver: '127.0.0.1:1' }));
      const ask = (target: string) => running.ask({ entryPoint: 'web', method: 'GET', target, host: 'x.test', headers: [], timeoutMs: 40_000 });
      expect((await ask('/here')).backend?.name).toBe('b1');
      expect(await ask('/empty').then(({ status, body }) => [status, body])).toEqual([503, 'no available server\n']);
      expect(await ask('/nothing').then(({ status, body, responseHeaders }) => [status, body, headerValue(responseHeaders, 'Content-Type'), headerValue(responseHeaders, 'X-Content-Type-Options')])).toEqual([404, '404 page not found\n', 'text/plain; charset=utf-8', 'nosniff']);
      await running.stop();
    });

    test('serves TLS without a server name, and HTTP/2', async () => {
      const port = await freePort();
      const routing = withCertificate(routingOf(listenerOf({ name: 'websecure', port }, [{ name: 'r', rule: 'Host(`x.test`)', service: backends.url('b1'), tls: true, middlewares: [middlewareOf('sts', { headers: { stsSeconds: 9 } })] }])));
      const running = await nginxOn(engine, backends, routing);
      const seen = await running.ask({ entryPoint: 'websecure', method: 'GET', target: '/', host: 'x.test', headers: [], tls: { sni: null } });
      expect([seen.status, headerValue(seen.responseHeaders, 'Strict-Transport-Security'), headerValue(seen.backend?.headers ?? [], 'X-Forwarded-Proto'), headerValue(seen.backend?.headers ?? [], 'X-Forwarded-Port')]).toEqual([200, 'max-age=9', 'https', '443']);
      expect(await http2Status(port, 'x.test')).toBe(200);
      expect(await http2Status(port, 'y.test')).toBe(404);
      await running.stop();
    });

    test('keeps the place and the middlewares of an internal service', async () => {
      const port = await freePort();
      const api = serviceOf('api');
      const internal = { ...api, service: { ...api.service, ref: { ...api.service.ref, name: 'api', namespace: 'internal' }, spec: { kind: 'internal', name: 'api' } as const } };
      const auth = middlewareOf('auth', { basicAuth: { users: ['sh:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ='] } });
      const running = await nginxOn(engine, backends, routingOf(listenerOf({ name: 'web', port }, [{ name: 'api', rule: 'PathPrefix(`/api`)', service: internal, middlewares: [auth] }, { name: 'all', rule: 'PathPrefix(`/`)', service: backends.url('b1') }])));
      const ask = (headers: readonly (readonly [string, string])[]) => running.ask({ entryPoint: 'web', method: 'GET', target: '/api/rawdata', host: 'x.test', headers });
      expect((await ask([])).status).toBe(401);
      expect(await ask([['Authorization', 'Basic c2g6c2VjcmV0']]).then(({ status, body }) => [status, body])).toEqual([404, '404 page not found\n']);
      await running.stop();
    });

    test('keeps a client at the endpoint that its cookie names', async () => {
      const port = await freePort();
      const sticky = resolveService('app', { app: { loadBalancer: { servers: [{ url: backends.url('b1') }, { url: backends.url('b2') }], sticky: { cookie: { name: 'lbc', httpOnly: true, sameSite: 'lax' } } } } });
      const routing = routingOf(listenerOf({ name: 'web', port }, [{ name: 'r', rule: 'PathPrefix(`/`)', service: sticky }]));
      const running = await nginxOn(engine, backends, routing);
      const ask = async (cookie: string) => {
        const seen = await running.ask({ entryPoint: 'web', method: 'GET', target: '/', host: 'x.test', headers: cookie === '' ? [] : [['Cookie', cookie]] });
        return { backend: seen.backend?.name, cookie: headerValue(seen.responseHeaders, 'Set-Cookie') };
      };
      const first = await ask('');
      expect(first.cookie).toMatch(/^lbc=[0-9a-f]{16}; Path=\/; HttpOnly; SameSite=Lax$/);
      for (let count = 0; count < 6; count += 1) expect(await ask(first.cookie?.split(';')[0] ?? '')).toEqual({ backend: first.backend, cookie: undefined });
      expect((await ask('lbc=unknown')).cookie).toMatch(/^lbc=/);
      // The runtime reads Traefik's own values: both must name the same endpoint.
      const decided = createRuntime(routing, { clock: () => 0, random: () => 0 }).decide({ entryPoint: 'web', method: 'GET', target: '/', host: 'x.test', headers: [['Cookie', first.cookie?.split(';')[0] ?? '']], tls: false, clientIp: '127.0.0.1' });
      expect(decided.kind === 'forward' ? decided.endpoints.map(({ address }) => address) : []).toEqual([backends.url(first.backend ?? '')]);
      await running.stop();
    });

    test('passes over what cannot be reached, as Traefik does once its health check has failed', async () => {
      const [here, there, gone] = [{ url: backends.url('b1') }, { url: backends.url('b2') }, { url: `http://127.0.0.1:${String(await freePort())}` }];
      const healthCheck = { path: '/up', interval: '1s', timeout: '1s' };
      const services: Readonly<Record<string, JsonObject>> = {
        several: { loadBalancer: { healthCheck, servers: [gone, here] } },
        lost: { loadBalancer: { healthCheck, servers: [gone] } },
        other: { loadBalancer: { servers: [there] } },
        safe: { failover: { service: 'lost', fallback: 'other' } },
      };
      const names = ['several', 'safe'];
      const ports = await freePorts(['traefik', 'nginx']);
      const place = await tempFolder();
      await writeFile(join(place.path, 'traefik.yml'), JSON.stringify({ entryPoints: { web: { address: `127.0.0.1:${String(ports['traefik'])}` } }, providers: { file: { filename: 'dynamic.json.yml' } } }));
      await writeFile(join(place.path, 'dynamic.json.yml'), JSON.stringify({ http: { services, routers: Object.fromEntries(names.map((name) => [name, { rule: `Path(\`/${name}\`)`, service: name }])) } }));
      const nginx = await nginxOn(engine, backends, routingOf(listenerOf({ name: 'nginx', port: ports['nginx'] ?? 0 }, names.map((name) => ({ name, rule: `Path(\`/${name}\`)`, service: resolveService(name, services) })))));
      const running = await traefikFromFiles({ engine: traefik, backends, dir: place.path });
      const ask = (entryPoint: string, name: string, method: string): Promise<string> => askThrough(() => ({ web: ports[entryPoint] ?? 0 }), backends)({ entryPoint: 'web', method, target: `/${name}`, host: 'x.test', headers: [], body: 'b' }).then(({ status, backend }) => `${name} ${String(status)} ${backend?.name ?? ''}`);
      const rounds = async (entryPoint: string): Promise<readonly string[]> => {
        const out: string[] = [];
        for (const name of names) for (let count = 0; count < 4; count += 1) out.push(await ask(entryPoint, name, count === 3 ? 'POST' : 'GET'));
        return out;
      };
      // Its checks take a moment to begin.
      while ((await ask('traefik', 'safe', 'GET')) !== 'safe 200 b2' || (await ask('traefik', 'several', 'GET')) !== (await ask('traefik', 'several', 'GET'))) await sleep(50);
      const [wanted, seen] = [await rounds('traefik'), await rounds('nginx')];
      await Promise.all([running.stop(), nginx.stop(), place.remove()]);
      expect(seen).toEqual(wanted);
      expect(new Set(wanted)).toEqual(new Set(['several 200 b1', 'safe 200 b2']));
    });

    test('opens an entry point without routers', async () => {
      const ports = await freePorts(['web', 'empty']);
      const running = await nginxOn(engine, backends, routingOf(listenerOf({ name: 'web', port: ports['web'] ?? 0 }, [{ name: 'r', rule: 'PathPrefix(`/`)', service: backends.url('b1') }]), listenerOf({ name: 'empty', port: ports['empty'] ?? 0 }, [])));
      const seen = await running.ask({ entryPoint: 'empty', method: 'GET', target: '/', host: 'x.test', headers: [] });
      expect([seen.status, seen.body]).toEqual([404, '404 page not found\n']);
      await running.stop();
    });

    test('cuts a prefix off a path with escaped slashes', async () => {
      const port = await freePort();
      const strip = middlewareOf('strip', { stripPrefix: { prefixes: ['/api'] } });
      const running = await nginxOn(engine, backends, routingOf(listenerOf({ name: 'web', port }, [{ name: 'r', rule: 'PathPrefix(`/api`)', service: backends.url('b1'), middlewares: [strip] }])));
      const ask = async (target: string) => {
        const seen = await running.ask({ entryPoint: 'web', method: 'GET', target, host: 'x.test', headers: [] });
        return seen.backend?.target ?? seen.status;
      };
      expect(await ask('/api/a%2F%2Fb')).toBe('/a%2F%2Fb');
      expect(await ask('/api/@scope%2fname?x=1;y')).toBe('/@scope%2Fname?x=1&y');
      expect(await ask('/api%2F%2Fb')).toBe(400);
      await running.stop();
    });

    test('a file with secrets is for its owner, and the workers must be let in', async () => {
      const port = await freePort();
      const auth = { ...middlewareOf('auth', { basicAuth: { users: ['sh:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ='] } }), variables: new Map([['basicAuth.users[0]', { unset: [], filled: ['SHOP_USERS'] }]]) };
      const routing = routingOf(listenerOf({ name: 'web', port }, [{ name: 'r', rule: 'PathPrefix(`/`)', service: backends.url('b1'), middlewares: [auth] }]));
      const { files, warned } = emit(routing, { ...targetOptions(engine.version), inlineSecrets: true });
      const place = await tempFolder();
      const written = join(place.path, 'nginx');
      replaceFolder(place.path, written, files);
      const secret = join(written, files.find((file) => file.secret === true)?.path ?? '');
      expect((await stat(secret)).mode & 0o777).toBe(0o600);
      expect(warned).toContainEqual(expect.stringContaining('.htpasswd'));
      const ask = async (): Promise<number> => {
        const running = await nginxFromDir({ engine, backends, dir: written, ports: { web: port } });
        const { status } = await running.ask({ entryPoint: 'web', method: 'GET', target: '/', host: 'x.test', headers: [['Authorization', 'Basic c2g6c2VjcmV0']] });
        await running.stop();
        return status;
      };
      // Only root's workers are another user's.
      expect(await ask()).toBe(process.getuid?.() === 0 ? 500 : 200);
      await chmod(secret, 0o644);
      expect(await ask()).toBe(200);
      await place.remove();
    });

    test.skipIf(process.getuid?.() !== 0)('any user can start it', async () => {
      const place = await tempFolder();
      const { files } = emit(routingOf(listenerOf({ name: 'web', port: await freePort() }, [{ name: 'r', rule: 'Host(`x.test`)', service: backends.url('b1') }])), targetOptions('1.22'));
      await writeFiles(place.path, files);
      await chmod(place.path, 0o777);
      const output = execFileSync('/bin/sh', ['-c', '"$0" -t -p "$1" -c nginx.conf -e stderr 2>&1', engine.path, place.path], { uid: 65534, gid: 65534, encoding: 'utf8' });
      expect(output).toContain('test is successful');
      expect(output).not.toMatch(/\[(?:warn|emerg|alert)\]/);
      await place.remove();
    });
  }));
}

function http2Status(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(`https://127.0.0.1:${String(port)}`, { rejectUnauthorized: false });
    session.on('error', reject);
    const stream = session.request({ ':path': '/', ':authority': host });
    stream.on('response', (headers) => {
      session.close();
      resolve(Number(headers[':status']));
    });
    stream.on('error', reject);
    stream.resume();
  });
}
