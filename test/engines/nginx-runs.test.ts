import { execFileSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { createServer, connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, freePorts } from '../../src/engines/free-port.ts';
import { headerValue } from '../../src/engines/http-message.ts';
import type { Listener, Routing, TcpRoute } from '../../src/ir/index.ts';
import { parseTcpRule } from '../../src/rule-lang/index.ts';
import { known } from '../../src/text/index.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends, type BackendPool } from '../support/echo-backend.ts';
import { emit, nginxOn, writeFiles } from '../support/nginx-emitted.ts';
import { listenerOf, middlewareOf, origins, routingOf, serviceOf, targetOptions } from '../support/routing-builder.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';

const ORIGIN = origins.default('test');

function tcpListener(name: string, port: number, routes: readonly { readonly name: string; readonly rule: string; readonly to: number; readonly passthrough?: boolean }[]): Listener {
  const tcp = routes.map(({ name: router, rule, to, passthrough }, rank): TcpRoute => {
    const parsed = parseTcpRule({ value: known(rule), origin: ORIGIN }, 'v3', '3.7', origins).rule;
    if (parsed === undefined) throw new Error(`bad rule ${rule}`);
    const ref = (kind: 'router' | 'service') => ({ protocol: 'tcp', kind, name: router, namespace: 'file' }) as const;
    const service = { ref: ref('service'), spec: { kind: 'loadBalancer', endpoints: [{ host: '127.0.0.1', port: to, tls: false, origin: ORIGIN }] }, origin: ORIGIN, places: new Map(), variables: new Map(), symbol: router } as const;
    return { router: ref('router'), rule: parsed, ruleText: rule, rank, priority: 0n, tiedWith: [], chain: [], service, members: [], ...(passthrough === true ? { tls: { domains: [], passthrough: true, origin: ORIGIN } } : {}), origin: ORIGIN, symbol: router };
  });
  return { ...listenerOf({ name, port }, []), tcp };
}

for (const engineName of ['nginx122', 'nginx131'] as const) {
  describeEngine(engineName, 'emitted nginx', (engine) => {
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

    test('carries TCP, and TLS by server name', async () => {
      const one = await echoServer('one');
      const two = await echoServer('two');
      const ports = await freePorts(['db', 'sni']);
      const routing = routingOf(
        tcpListener('db', ports['db'] ?? 0, [{ name: 'db', rule: 'HostSNI(`*`)', to: one.port }]),
        tcpListener('sni', ports['sni'] ?? 0, [{ name: 'a', rule: 'HostSNI(`a.test`) || HostSNI(`b.test`)', to: two.port, passthrough: true }, { name: 'rest', rule: 'HostSNI(`*`)', to: one.port }]),
      );
      const running = await nginxOn(engine, backends, routing);
      expect(await greeting(ports['db'] ?? 0)).toBe('one');
      expect(await greeting(ports['sni'] ?? 0)).toBe('one');
      expect(await greeting(ports['sni'] ?? 0, 'A.test')).toBe('two');
      expect(await greeting(ports['sni'] ?? 0, 'c.test')).toBe('one');
      await running.stop();
      one.close();
      two.close();
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
  });
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

/** Says its name to whoever sends something. */
async function echoServer(name: string): Promise<{ readonly port: number; readonly close: () => void }> {
  const port = await freePort();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(name));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { port, close: () => server.close() };
}

/** Sends a line, or the beginning of a TLS handshake for a server name. */
function greeting(port: number, sni?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(sni === undefined ? Buffer.from('hello\n') : clientHello(sni)));
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}

function clientHello(name: string): Buffer {
  const host = Buffer.from(name, 'latin1');
  const entry = Buffer.concat([Buffer.from([0]), uint16(host.length), host]);
  const list = Buffer.concat([uint16(entry.length), entry]);
  const extension = Buffer.concat([uint16(0), uint16(list.length), list]);
  const extensions = Buffer.concat([uint16(extension.length), extension]);
  const body = Buffer.concat([Buffer.from([3, 3]), Buffer.alloc(32, 1), Buffer.from([0]), uint16(2), Buffer.from([0x13, 0x01]), Buffer.from([1, 0]), extensions]);
  const handshake = Buffer.concat([Buffer.from([1, 0]), uint16(body.length), body]);
  return Buffer.concat([Buffer.from([22, 3, 1]), uint16(handshake.length), handshake]);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255]);
}
