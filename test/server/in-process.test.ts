import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGateway, load } from '../../src/index.ts';
import { routingFrom } from './routing-from.ts';

/** A gateway inside the process: Request in, Response out. Below 1 s. */
const COMPOSE = `name: shop
services:
  app:
    image: example/app:1
    expose: ["3000"]
    labels:
      - traefik.enable=true
      - traefik.http.routers.app.rule=Host(\`app.example.com\`)
      - traefik.http.routers.app.middlewares=api,fields
      - traefik.http.middlewares.api.stripprefix.prefixes=/api
      - traefik.http.middlewares.fields.headers.customresponseheaders.X-Frame=none
  old:
    image: example/old:1
    expose: ["80"]
    labels:
      - traefik.enable=true
      - traefik.http.routers.old.rule=Host(\`old.example.com\`)
      - traefik.http.routers.old.middlewares=moved
      - traefik.http.middlewares.moved.redirectregex.regex=^http://old.example.com/(.*)
      - traefik.http.middlewares.moved.redirectregex.replacement=https://app.example.com/$\${1}
`;

function shop(): ReturnType<typeof load> {
  const host = { readFile: (path: string) => (path === 'compose.yml' ? COMPOSE : undefined), listFolder: () => ['compose.yml'] };
  return load({ gateways: [{ name: 'default', stacks: [{ files: ['compose.yml'], variables: new Map() }], dynamic: [] }], declared: false, host, overrides: { endpoints: [], entryPoints: new Map([['web', { host: '', port: 80 }]]) } });
}

let backend: Server;
let port = 0;
beforeAll(async () => {
  backend = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => response.writeHead(201, { 'Set-Cookie': ['a=1', 'b=2'] }).end(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.host ?? ''} ${request.headers['x-forwarded-for'] as string} ${Buffer.concat(chunks).toString()}`));
  });
  await new Promise<void>((resolve) => void backend.listen(0, '127.0.0.1', resolve));
  port = (backend.address() as AddressInfo).port;
});
afterAll(() => new Promise<void>((resolve) => {
  backend.closeAllConnections();
  backend.close(() => resolve());
}));

test('the example: backends are functions, named for their Compose services', async () => {
  const seen: Request[] = [];
  const gateway = createGateway({ loaded: shop(), backends: { app: (request) => {
    seen.push(request);
    return new Response(`app got ${new URL(request.url).pathname}`);
  } } });
  const response = await gateway.fetch(new Request('http://app.example.com/api/users?all', { headers: { 'X-Mine': 'yes' } }));
  expect([response.status, response.headers.get('x-frame'), await response.text()]).toEqual([200, 'none', 'app got /users']);
  expect(seen.map(({ url, headers }) => [url, headers.get('x-mine'), headers.get('x-forwarded-prefix'), headers.get('x-forwarded-host')])).toEqual([['http://app.example.com/users?all', 'yes', '/api', 'app.example.com']]);
  const moved = await gateway.fetch(new Request('http://old.example.com/x'));
  expect([moved.status, moved.headers.get('location')]).toEqual([302, 'https://app.example.com/x']);
  expect((await gateway.fetch(new Request('http://none.example.com/'))).status).toBe(404);
  gateway.close();
});

test('a body goes to a backend and another comes back, as streams', async () => {
  const gateway = createGateway({ loaded: shop(), backends: { app: async (request) => new Response(`${request.method} ${request.headers.get('content-length') ?? 'open'} ${await request.text()}`, { status: 202 }) } });
  const whole = await gateway.fetch(new Request('http://app.example.com/api', { method: 'POST', body: 'some body' }));
  expect([whole.status, await whole.text()]).toEqual([202, 'POST open some body']);
});

test('servers that are not here are asked over the network, and may not be there', async () => {
  const overrides = { endpoints: [{ service: 'app', host: '127.0.0.1', toPort: port }], entryPoints: new Map() };
  const gateway = createGateway({ loaded: shop(), overrides, clientIp: '192.0.2.7' });
  const response = await gateway.fetch(new Request('http://app.example.com/api/x', { method: 'PUT', body: 'b' }));
  expect([response.status, response.headers.getSetCookie(), await response.text()]).toEqual([201, ['a=1', 'b=2'], 'PUT /x app.example.com 192.0.2.7 b']);
  gateway.close();
  const dead = createGateway({ loaded: shop(), overrides: { ...overrides, endpoints: [{ service: 'app', host: '127.0.0.1', toPort: 1 }] } });
  expect((await dead.fetch(new Request('http://app.example.com/api/x'))).status).toBe(502);
});

test('a routing will do, and the entry point is chosen by port, by scheme, or by name', async () => {
  const router = (entryPoint: string, more: object = {}): object => ({ rule: 'Host(`a.test`)', entryPoints: [entryPoint], service: 's', middlewares: [entryPoint], ...more });
  const header = (value: string): object => ({ headers: { customResponseHeaders: { 'X-Entry': value } } });
  const routing = routingFrom(
    { http: { routers: { one: router('one'), two: router('two'), tls: router('tls', { tls: {} }) }, middlewares: { one: header('one'), two: header('two'), tls: header('tls') }, services: { s: { loadBalancer: { servers: [{ url: 'http://s.test:81' }] } } } } },
    { one: { address: ':8081' }, two: { address: ':8082' }, tls: { address: ':8443' } },
  );
  const backends = { 's.test:81': () => new Response('ok') };
  const entry = async (url: string, entryPoint?: string): Promise<unknown> => (await createGateway({ routing, backends, ...(entryPoint === undefined ? {} : { entryPoint }) }).fetch(new Request(url))).headers.get('x-entry');
  expect([await entry('http://a.test:8082/'), await entry('http://a.test/'), await entry('https://a.test/'), await entry('http://a.test/', 'two')]).toEqual(['two', 'one', 'tls', 'two']);
});
