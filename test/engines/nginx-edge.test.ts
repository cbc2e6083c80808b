import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { freePorts } from '../../src/engines/free-port.ts';
import type { EntryPoint, HeaderList } from '../../src/ir/index.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends, type BackendPool } from '../support/echo-backend.ts';
import type { Observation, RunningEngine } from '../support/engine-ask.ts';
import { traefikFromFiles } from '../support/engine-traefik.ts';
import { emit, nginxOn } from '../support/nginx-emitted.ts';
import { listenerOf, middlewareOf, routingOf, targetOptions, type RouterInput } from '../support/routing-builder.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** What an entry point does with the fields of a request, on real Traefik and on emitted nginx. */
const TRUSTED = { insecure: false, trustedIPs: ['127.0.0.7'], connection: [], notAppendXForwardedFor: false };
const ENTRY_POINTS: Readonly<Record<string, { readonly written: object; readonly read: Partial<EntryPoint> }>> = {
  web: { written: {}, read: {} },
  semi: { written: { http: { encodeQuerySemicolons: true } }, read: { encodeQuerySemicolons: true } },
  told: { written: { proxyProtocol: { trustedIPs: ['127.0.0.9'] }, forwardedHeaders: { trustedIPs: ['127.0.0.7'] } }, read: { proxyProtocol: { insecure: false, trustedIPs: ['127.0.0.9'] }, forwardedHeaders: TRUSTED } },
};

const FIELDS: readonly HeaderList[] = [
  [], [['Te', 'trailers']], [['Te', 'gzip, TRAILERS']], [['Te', 'trailers;q=0.5']], [['Te', 'gzip']], [['Te', 'trailers'], ['Connection', 'TE']], [['Te', 'trailers'], ['Connection', 'close, te']],
  [['Trailer', 'X-T']], [['Keep-Alive', '5']], [['Proxy-Connection', 'keep-alive']], [['Proxy-Authorization', 'x']], [['Proxy-Authenticate', 'x']], [['HTTP2-Settings', 'AAMAAABkAAQAAP__']], [['Trailers', 'x']],
  [['Connection', 'Upgrade, HTTP2-Settings'], ['Upgrade', 'h2c'], ['HTTP2-Settings', 'AAMAAABkAAQAAP__']], [['Connection', 'Upgrade'], ['Upgrade', 'H2C, websocket']], [['Connection', 'Upgrade'], ['Upgrade', 'other']], [['Connection', ' , close,']], [['Connection', '']],
  [['X-Empty', '']], [['X-A', '1'], ['X-A', '2']], [['_x', '1']], [['X_Forwarded_For', '1']], [['X-Real_Ip', '1']], [['X_Forwarded-Tls_Client-Cert', '1']],
];
/** These pass where nothing decides by a header with a hyphen. */
const ODD_FIELDS: readonly HeaderList[] = [[['X_A', '1']], [['X-Dots.In', 'v']], [['X_A', '1'], ['X-A', '2']], [['X.Forwarded.For', '1']], [['X!#$%&*+^`|~', '1']]];
const NAMING: readonly HeaderList[] = [[['Connection', 'X-A'], ['X-A', '1']], [['Connection', 'close, x-a'], ['X-A', '1']], [['Connection', 'Cookie'], ['Cookie', 'a=b']], [['Connection', 'Authorization'], ['Authorization', 'x']]];
const TARGETS = ['/?a=1;b=2', '/?k=a;b', '/?k=a%3Bb', '/a%2Fb?;', '/x/y?k=a;b', '/x/y?a=1'];
/** From where, and what comes before the request. */
const PROXIED = [['127.0.0.9', 'TCP4 9.9.9.9 127.0.0.1 1234 80'], ['127.0.0.1', 'TCP4 9.9.9.9 127.0.0.1 1234 80'], ['127.0.0.9', 'UNKNOWN'], ['127.0.0.9', 'TCP4 127.0.0.7 127.0.0.1 1234 80']] as const;

function routers(url: string): readonly RouterInput[] {
  return [
    { name: 'told', rule: 'Host(`x.test`) && ClientIP(`9.9.9.9`)', service: url, middlewares: [middlewareOf('told', { headers: { customRequestHeaders: { 'X-Told': 'yes' } } })] },
    { name: 'query', rule: 'Host(`x.test`) && Query(`k`, `a;b`)', service: url, middlewares: [middlewareOf('query', { headers: { customRequestHeaders: { 'X-Query': 'yes' } } })] },
    { name: 'all', rule: 'Host(`x.test`)', service: url },
    { name: 'away', rule: 'Host(`Shop.test`)', service: url, middlewares: [middlewareOf('away', { redirectScheme: { scheme: 'https', permanent: true } })] },
    { name: 'far', rule: 'Host(`far.test`)', service: url, middlewares: [middlewareOf('far', { redirectScheme: { scheme: 'https', port: '8443' } })] },
  ];
}

function traefikTree(url: string): object {
  const headers = (name: string): object => ({ headers: { customRequestHeaders: { [name]: 'yes' } } });
  return { http: {
    routers: Object.fromEntries(routers(url).map(({ name, rule, middlewares = [] }) => [name, { rule, service: 's', middlewares: middlewares.map(({ ref }) => ref.name) }])),
    services: { s: { loadBalancer: { servers: [{ url }] } } },
    middlewares: { told: headers('X-Told'), query: headers('X-Query'), away: { redirectScheme: { scheme: 'https', permanent: true } }, far: { redirectScheme: { scheme: 'https', port: '8443' } } },
  } };
}

for (const engineName of ['nginx122', 'nginx131'] as const) {
  describeEngine('traefik', `edges beside ${engineName}`, (traefik) => {
    describeEngine(engineName, 'treats fields of a request as Traefik does', (engine) => {
      let backends: BackendPool;
      let wanted: RunningEngine;
      let nginx: RunningEngine;
      beforeAll(async () => {
        backends = await startBackends([{ name: 'b1' }]);
        const names = Object.keys(ENTRY_POINTS);
        const [first, second] = [await freePorts(names), await freePorts(names)];
        const place = await tempFolder();
        await mkdir(join(place.path, 'dynamic'));
        await writeFile(join(place.path, 'dynamic', 'all.yml'), stringify(traefikTree(backends.url('b1'))));
        await writeFile(join(place.path, 'traefik.yml'), stringify({ entryPoints: Object.fromEntries(Object.entries(ENTRY_POINTS).map(([name, { written }]) => [name, { address: `127.0.0.1:${String(first[name])}`, ...written }])), providers: { file: { directory: 'dynamic' } } }));
        wanted = await traefikFromFiles({ engine: traefik, backends, dir: place.path });
        await place.remove();
        // The one that believes peers reads headers: it has an nginx of its own, or none would pass odd names on.
        const listen = (name: string): ReturnType<typeof listenerOf> => listenerOf({ name, port: second[name] ?? 0, ...ENTRY_POINTS[name]?.read }, routers(backends.url('b1')));
        const [plain, told] = [await nginxOn(engine, backends, routingOf(listen('web'), listen('semi')), targetOptions(engine.version)), await nginxOn(engine, backends, routingOf(listen('told')), targetOptions(engine.version))];
        nginx = { ...plain, ports: second, ask: (probe) => (probe.entryPoint === 'told' ? told : plain).ask(probe), stop: async () => { await plain.stop(); await told.stop(); } };
      });
      afterAll(async () => {
        await wanted?.stop();
        await nginx?.stop();
        await backends.stop();
      });
      const ask = async (engines: RunningEngine, entryPoint: string, host: string, target: string, headers: HeaderList): Promise<string> => told(await engines.ask({ entryPoint, method: 'GET', target, host, headers }));

      test('fields of one hop, and names with underscores and dots', async () => {
        for (const headers of [...FIELDS, ...ODD_FIELDS]) expect([headers, await ask(nginx, 'web', 'x.test', '/', headers)]).toEqual([headers, await ask(wanted, 'web', 'x.test', '/', headers)]);
      });

      test('a request whose Connection names other fields is refused', async () => {
        for (const headers of NAMING) {
          expect(await ask(wanted, 'web', 'x.test', '/', headers)).toBe(await ask(wanted, 'web', 'x.test', '/', []));
          expect(await ask(nginx, 'web', 'x.test', '/', headers)).toBe('400');
        }
      });

      test('names that nginx could take for others are dropped, and that is said', async () => {
        const routing = routingOf(listenerOf({ name: 'web', port: 1 }, [{ name: 'r', rule: 'Host(`x.test`) && Header(`X-Tenant`, `1`)', service: backends.url('b1') }]));
        expect(emit(routing, targetOptions(engine.version)).warned).toContainEqual(expect.stringContaining('x-tenant'));
        const dotted = routingOf(listenerOf({ name: 'web', port: 1 }, [{ name: 'r', rule: 'Host(`x.test`)', service: backends.url('b1'), middlewares: [middlewareOf('m', { headers: { customRequestHeaders: { 'X-A.B': '1' } } })] }]));
        expect(emit(dotted, targetOptions(engine.version)).warned).toContainEqual(expect.stringContaining('X-A.B'));
        expect(emit(routingOf(listenerOf({ name: 'web', port: 1 }, routers(backends.url('b1')))), targetOptions(engine.version)).warned).toEqual([]);
        for (const headers of ODD_FIELDS.slice(0, 2)) expect(await proxied(nginx, 'UNKNOWN', '127.0.0.9', headers)).toEqual(await proxied(nginx, 'UNKNOWN', '127.0.0.9', []));
      });

      test('semicolons of a query', async () => {
        for (const entryPoint of ['web', 'semi']) for (const target of TARGETS) for (const host of ['x.test', 'shop.test']) expect([entryPoint, host, target, await ask(nginx, entryPoint, host, target, [])]).toEqual([entryPoint, host, target, await ask(wanted, entryPoint, host, target, [])]);
      });

      test('redirects of a host with a colon and no port', async () => {
        for (const host of ['Shop.test:', 'Shop.test', 'shop.test:80', 'far.test:', 'far.test']) expect([host, await ask(nginx, 'web', host, '/a?b', [])]).toEqual([host, await ask(wanted, 'web', host, '/a?b', [])]);
      });

      test('the PROXY protocol', async () => {
        const seen: (string | undefined)[] = [];
        for (const [from, line] of PROXIED) {
          const headers = [['X-Forwarded-For', '1.1.1.1']] as const;
          const answer = await proxied(wanted, line, from, headers);
          expect([from, line, await proxied(nginx, line, from, headers)]).toEqual([from, line, answer]);
          seen.push(answer);
        }
        expect(new Set(seen).size).toBe(4);
        expect(await proxied(nginx, undefined, '127.0.0.9', [])).toBe('closed');
      });

      /** One request behind a PROXY line, as the backend saw it. */
      async function proxied(running: RunningEngine, line: string | undefined, from: string, headers: HeaderList): Promise<string> {
        const fields = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
        const status = await send(running.ports['told'] ?? 0, from, `${line === undefined ? '' : `PROXY ${line}\r\n`}GET / HTTP/1.1\r\nHost: x.test\r\nConnection: close\r\n${fields}\r\n`);
        const [record] = backends.take('');
        return record === undefined ? status : visible(record.headers);
      }
    });
  });
}

function told({ status, backend, responseHeaders }: Observation): string {
  if (backend !== null) return `${backend.target} ${visible(backend.headers)}`;
  return [String(status), ...responseHeaders.filter(([name]) => name === 'Location').map(([, value]) => value)].join(' ');
}

/** Both proxies write names and lists in their own order and letters; what belongs to the connection is left out. */
function visible(headers: HeaderList): string {
  return headers.filter(([name, value]) => !/^(?:accept-encoding|x-forwarded-(?:server|port))$/i.test(name) && !(name.toLowerCase() === 'connection' && value.toLowerCase() === 'close')).map(([name, value]) => `${name.toLowerCase()}: ${name.toLowerCase() === 'connection' ? value.toLowerCase() : value}`).sort().join(' | ');
}

function send(port: number, from: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ port, host: '127.0.0.1', localAddress: from }, () => socket.write(text, 'latin1'));
    const end = (): void => resolve(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'closed');
    socket.on('data', (chunk: Buffer) => { answer += chunk.toString('latin1'); });
    socket.on('error', end);
    socket.on('close', end);
  });
}
