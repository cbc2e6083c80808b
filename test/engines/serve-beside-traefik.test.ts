import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { fileHost } from '../../src/cli/host.ts';
import { load } from '../../src/compile/load.ts';
import { freePorts } from '../../src/engines/free-port.ts';
import { sendRaw, type RawRequest } from '../../src/engines/raw-client.ts';
import { fetchRawData, startTraefikFolder } from '../../src/engines/traefik.ts';
import type { HeaderList } from '../../src/ir/index.ts';
import { serve, type Served } from '../../src/server/index.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { PROBE_ID_HEADER, startBackends, type BackendPool } from '../support/echo-backend.ts';
import { started } from '../support/started.ts';
import { greet, namedServer, type Greeting } from '../support/tcp-client.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';

/** One file, two proxies side by side: real Traefik on one set of ports, ours on another, and every byte of both compared. */
type Tree = Readonly<Record<string, unknown>>;
const passthrough = { passthrough: true };

const TCP_ROUTERS: Readonly<Record<string, Tree>> = {
  'plain-all': { rule: 'HostSNI(`*`)', service: 's1' },
  'sni-named': { rule: 'HostSNI(`a.test`) || HostSNI(`b.test`)', service: 's2', tls: passthrough },
  'sni-rest': { rule: 'HostSNI(`*`)', service: 's1' },
  'all-named': { rule: 'HostSNI(`a.test`)', service: 's2', tls: passthrough },
  'all-rest': { rule: 'HostSNI(`*`)', service: 's1', tls: passthrough },
  'patterns-wild': { rule: 'HostSNI(`*.w.test`)', service: 's1', tls: passthrough },
  'patterns-pattern': { rule: 'HostSNIRegexp(`^[a-z]+[.]r[.]test$`)', service: 's2', tls: passthrough },
  'client-one': { rule: 'HostSNI(`*`) && ClientIP(`127.0.0.9`)', service: 's2' },
  'client-rest': { rule: 'HostSNI(`*`)', service: 's1' },
  'allow-all': { rule: 'HostSNI(`*`)', service: 's1', middlewares: ['inside'] },
  'alpn-h2': { rule: 'HostSNI(`*`) && ALPN(`h2`)', service: 's2', tls: passthrough },
  'alpn-rest': { rule: 'HostSNI(`*`)', service: 's1', tls: passthrough },
  'priority-low': { rule: 'HostSNI(`a.test`)', service: 's1', priority: 1, tls: passthrough },
  'priority-high': { rule: 'HostSNIRegexp(`^.*[.]test$`)', service: 's2', priority: 9, tls: passthrough },
  'ends-a': { rule: 'HostSNI(`a.test`)', service: 's1', tls: {} },
  'ends-b': { rule: 'HostSNI(`b.test`)', service: 's2', tls: {} },
  'proxied-all': { rule: 'HostSNI(`*`)', service: 'told' },
  'shared-rest': { rule: 'HostSNI(`*`)', service: 's1', tls: passthrough },
  'shared-named': { rule: 'HostSNI(`b.test`)', service: 's2', tls: passthrough },
  'catch-named': { rule: 'HostSNI(`b.test`)', service: 's2', tls: passthrough },
  'catch-rest': { rule: 'HostSNI(`*`)', service: 's1', tls: passthrough },
};
/** HTTP routers on entry points that TCP routers share, and a whole entry point of their own. */
const HTTP_ROUTERS: Readonly<Record<string, Tree>> = {
  'shared-web': { rule: 'Host(`a.test`)', service: 'e1', tls: {} },
  'catch-web': { rule: 'PathPrefix(`/`)', service: 'e1', tls: {} },
  'web-host': { rule: 'Host(`a.test`)', service: 'e1' },
  'web-api': { rule: 'Host(`a.test`) && PathPrefix(`/api`)', service: 'e2', middlewares: ['strip', 'fields'] },
  'web-auth': { rule: 'Host(`a.test`) && Path(`/secret`)', service: 'e2', middlewares: ['auth'] },
  'web-old': { rule: 'Host(`old.test`)', service: 'e1', middlewares: ['moved'] },
  'web-post': { rule: 'Host(`a.test`) && Method(`POST`)', service: 'e2' },
  'web-query': { rule: 'Host(`a.test`) && Query(`v`, `2`)', service: 'e2' },
  'web-named': { rule: 'Host(`a.test`) && Path(`/named`)', service: 'e1', middlewares: ['named'] },
  'web-counted': { rule: 'Host(`a.test`) && Path(`/counted`)', service: 'e1', middlewares: ['counted', 'closed'] },
  'web-abroad': { rule: 'Host(`abroad.test`)', service: 'e1', middlewares: ['abroad'] },
  'web-noop': { rule: 'Host(`noop.test`)', service: 'noop@internal' },
  'web-dead': { rule: 'Host(`dead.test`)', service: 'dead' },
};
const MIDDLEWARES: Tree = {
  strip: { stripPrefix: { prefixes: ['/api'] } },
  fields: { headers: { customRequestHeaders: { 'X-Added': 'yes', 'X-Gone': '' }, customResponseHeaders: { 'X-Answer': 'from the proxy' }, frameDeny: true } },
  auth: { basicAuth: { users: ['u:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g='] } },
  named: { basicAuth: { users: ['u:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g='], headerField: 'Host' } },
  counted: { buffering: { maxResponseBodyBytes: 5 } },
  closed: { ipAllowList: { sourceRange: ['10.0.0.1'] } },
  abroad: { redirectRegex: { regex: '^http://abroad.test/(.*)', replacement: 'https://münchen.test/${1}#é x' } },
  moved: { redirectRegex: { regex: '^http://old.test/(.*)', replacement: 'https://new.test/${1}', permanent: true } },
};

const HELLOS: readonly Greeting[] = [
  {}, { from: '127.0.0.9' }, { sni: 'a.test' }, { sni: 'A.Test' }, { sni: 'b.test' }, { sni: 'c.test' }, { sni: 'x.w.test' }, { sni: 'x.y.w.test' }, { sni: 'abc.r.test' }, { sni: 'a.test', from: '127.0.0.9' },
  { sni: 'a.test', alpn: ['http/1.1', 'h2'] }, { sni: 'a.test', handshake: true }, { sni: 'b.test', handshake: true }, { sni: 'a.test', handshake: true, alpn: ['foo'] }, { sni: 'a.test', handshake: true, alpn: ['http/1.1'] },
];

type Asked = Omit<RawRequest, 'port'>;
const get = (target: string, more: Partial<Asked> = {}): Asked => ({ method: 'GET', target, host: 'a.test', ...more });
const REQUESTS: readonly Asked[] = [
  get('/'), get('/api'), get('/api/x?y=1'), get('/apix'), get('/api/../x'), get('/%2e%2e/api/a%20b'), get('/api/%2Fslash'), get('//double'), get('/x;y=1?a;b'), get('/?v=2'), get('/?v=3&v=2'),
  get('/secret'), get('/secret', { headers: [['Authorization', 'Basic dTpwYXNzd29yZA==']] }), get('/secret', { headers: [['Authorization', 'Basic dTp3cm9uZw==']] }),
  get('/y?z', { host: 'old.test' }), get('/', { host: 'none.test' }), get('/', { host: 'A.TEST' }), get('/', { host: 'a.test:8080' }), get('/', { host: 'a.test.' }), get('/', { host: null }), get('/', { host: 'dead.test' }),
  get('http://a.test/absolute'), get('*', { method: 'OPTIONS' }), get('/h', { method: 'HEAD' }), get('/post', { method: 'POST', body: 'a body' }), get('/p', { method: 'POST', headers: [['Transfer-Encoding', 'chunked']], body: '5\r\nhello\r\n0\r\n\r\n' }),
  get('/api', { headers: [['X-Gone', 'now'], ['x-lower', 'case'], ['X-Two', '1'], ['X-Two', '2'], ['X-Forwarded-For', '1.2.3.4'], ['X-Real-Ip', '1.2.3.4']] }), get('/', { headers: [['Connection', 'close, X-Hop'], ['X-Hop', '1']] }),
  get('/named', { headers: [['Authorization', 'Basic dTpwYXNzd29yZA==']] }), get('/counted'), get('/counted', { method: 'HEAD' }), get('/y', { host: 'abroad.test' }), get('/ws', { headers: [['Connection', 'Upgrade'], ['Upgrade', 'websocket']] }),
  get('/old-client', { httpVersion: '1.0' }), get('/bad%zz'), get('/sp ace'), get('/', { headers: [['X Bad', '1']] }), get('/', { headers: [['X-Bad', 'a\0b']] }), get('/', { headers: [['X-Bad', 'a\x01b']] }), get('/', { method: 'POST', headers: [['Transfer-Encoding', 'identity'], ['Transfer-Encoding', 'chunked']], body: '0\r\n\r\n' }), get('/', { method: 'POST', headers: [['Transfer-Encoding', 'chunked, identity']], body: '0\r\n\r\n' }), get('/', { headers: [['X-High', 'caf\xe9']] }), get('/', { headers: [['X-Big', 'x'.repeat(60_000)]] }), get('/', { headers: [['Content-Length', '1, 2']], body: 'x' }), get('/', { headers: [['Content-Length', 'x']] }),
  ...['x', 'x, 100-continue', '100-Continue;q=1', '100-continue', ''].map((value) => get('/expects', { headers: [['Expect', value]] })), get('/', { host: 'none.test', headers: [['Expect', 'x']] }), get('/#x', { headers: [['Expect', 'x']] }), get('/first', { headers: [['Expect', 'x'], ['Expect', '100-continue']] }),
  get('/', { method: 'POST', headers: [['Expect', '100-continue']], body: 'after it' }), get('/', { headers: [['Expect', 'x']], httpVersion: '1.0' }), get('*', { method: 'OPTIONS', headers: [['Expect', 'x']] }),
  get('a.test:443', { method: 'CONNECT' }), get('b.test:443', { method: 'CONNECT', host: 'b.test' }), get('/', { method: 'CONNECT' }), get('*', { method: 'CONNECT' }), get('a.test:443', { method: 'CONNECT', headers: [['Expect', 'x']] }),
  ...[['Connection', 'X-A'], ['TE', 'trailers'], ['Proxy-Connection', 'keep-alive'], ['Keep-Alive', 'timeout=5'], ['Upgrade', 'h2c'], ['Proxy-Authorization', 'Basic x'], ['Trailer', 'X-T'], ['Connection', 'X-Forwarded-For']].map(([name = '', value = '']) => get('/hop', { headers: [[name, value], ['X-A', '1']] })),
  get('/?h=Connection:X-B&h=X-B:1'), get('/?h=Proxy-Authenticate:x'), get('/?h=Keep-Alive:timeout=1'), get('/', { host: 'noop.test' }), get('/', { host: 'noop.test', method: 'HEAD' }),
];

describeEngine('traefik', 'the server beside real Traefik', (engine) => {
  let folder: TempFolder;
  let backends: BackendPool;
  let served: Served;
  let stop: () => Promise<void>;
  let ports: Readonly<Record<string, number>>;
  const closing: (() => void)[] = [];
  const sets = [...new Set([...Object.keys(TCP_ROUTERS), ...Object.keys(HTTP_ROUTERS)].map(setOf))];

  beforeAll(async () => {
    folder = await tempFolder();
    backends = await startBackends([{ name: 'e1' }, { name: 'e2' }]);
    const [one, two] = [await namedServer('one'), await namedServer('two')];
    closing.push(one.close, two.close);
    ports = await freePorts([...sets, 'api']);
    await writeTree(folder.path, { one: one.port, two: two.port, e1: backends.url('e1'), e2: backends.url('e2') }, ports);
    const loaded = load({ gateways: [{ name: 'default', stacks: [], static: join(folder.path, 'traefik.yml'), dynamic: [join(folder.path, 'dynamic', 'all.yml')], versions: ['3.7'] }], declared: true, host: fileHost(process.cwd()), overrides: { endpoints: [], entryPoints: new Map() } });
    const routing = loaded.gateways[0]?.resolved[0]?.routing;
    if (routing === undefined) throw new Error('nothing was resolved');
    served = await serve({ ...routing, listeners: routing.listeners.filter(({ entryPoint }) => sets.includes(entryPoint.name)) }, { entryPoint: () => ({ host: '127.0.0.1', port: 0 }) });
    const traefik = started(await startTraefikFolder({ engine, folder: folder.path, logFile: join(folder.path, 'log'), ready: async () => JSON.stringify((await fetchRawData(ports['api'] ?? 0)) ?? '').includes('web-host@file') }));
    stop = traefik.stop;
  });
  afterAll(async () => {
    await stop();
    await served.close();
    for (const close of closing) close();
    await backends.stop();
    await folder.remove();
  });

  test('every TCP connection reaches the same server', async () => {
    // A set at a time: a hundred and eighty handshakes at once take longer than a client waits.
    const greetAll = async (at: (set: string) => number): Promise<Readonly<Record<string, string>>> => {
      const out: Record<string, string> = {};
      for (const set of sets.filter((name) => name !== 'web')) Object.assign(out, Object.fromEntries(await Promise.all(HELLOS.map(async (hello) => [`${set} ${JSON.stringify(hello)}`, await greet(at(set), hello)] as const))));
      return out;
    };
    const wanted = await greetAll((set) => ports[set] ?? 0);
    expect(await greetAll((set) => served.ports.get(set) ?? 0)).toEqual(wanted);
    expect(new Set(Object.values(wanted))).toEqual(new Set(['one', 'two', 'nobody', 'one PROXY TCP4 127.0.0.1', 'one PROXY TCP4 127.0.0.9']));
  });

  for (const request of REQUESTS) {
    test(`${request.method} ${request.target} ${request.host ?? 'without a host'} ${JSON.stringify(request.headers ?? []).slice(0, 60)}`, async () => {
      const wanted = await ask(ports['web'] ?? 0, request, backends);
      expect(await ask(served.ports.get('web') ?? 0, request, backends)).toEqual(wanted);
    });
  }
});

function setOf(router: string): string {
  return router.slice(0, router.indexOf('-'));
}

interface Seen {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: string;
  readonly received: readonly unknown[];
}

/** What came back and what arrived. The host's own name and the time are no part of the comparison. */
async function ask(port: number, request: Asked, backends: BackendPool): Promise<Seen> {
  const id = backends.open();
  const { status, headers, body } = await sendRaw({ ...request, port, headers: [...(request.headers ?? []), [PROBE_ID_HEADER, id]] });
  const received = backends.take(id).map(({ method, target, headers: arrived, body: content, backend }) => ({ backend, method, target, content, fields: comparable(arrived) }));
  return { status, headers: comparable(headers), body: received.length > 0 ? '' : body, received };
}

function comparable(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => !['date', 'x-probe-id', 'content-length', 'transfer-encoding', 'connection'].includes(name.toLowerCase())).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

async function writeTree(folder: string, to: Readonly<Record<'one' | 'two', number>> & Readonly<Record<'e1' | 'e2', string>>, ports: Readonly<Record<string, number>>): Promise<void> {
  const placed = (routers: Readonly<Record<string, Tree>>): Tree => Object.fromEntries(Object.entries(routers).map(([name, router]) => [name, { entryPoints: [setOf(name)], ...router }]));
  const tcp = (port: number, more: Tree = {}): Tree => ({ loadBalancer: { servers: [{ address: `127.0.0.1:${String(port)}` }], ...more } });
  const http = (url: string): Tree => ({ loadBalancer: { servers: [{ url }] } });
  const dynamic = {
    tcp: { routers: placed(TCP_ROUTERS), services: { s1: tcp(to.one), s2: tcp(to.two), told: tcp(to.one, { proxyProtocol: { version: 1 } }) }, middlewares: { inside: { ipAllowList: { sourceRange: ['127.0.0.9/32'] } } } },
    http: { routers: placed(HTTP_ROUTERS), services: { e1: http(to.e1), e2: http(to.e2), dead: http('http://127.0.0.1:1') }, middlewares: MIDDLEWARES },
  };
  const { api, ...entry } = ports;
  const entryPoints = Object.fromEntries([...Object.entries(entry), ['traefik', api] as const].map(([name, port]) => [name, { address: `127.0.0.1:${String(port)}` }]));
  await mkdir(join(folder, 'dynamic'));
  await writeFile(join(folder, 'dynamic', 'all.yml'), stringify(dynamic));
  await writeFile(join(folder, 'traefik.yml'), stringify({ entryPoints, api: { insecure: true }, providers: { file: { directory: join(folder, 'dynamic') } } }));
}
