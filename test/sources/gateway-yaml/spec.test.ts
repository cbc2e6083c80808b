import { expect, test } from 'vitest';
import { gatewayUnderTest, specTests } from '../../../src/index.ts';
import type { Loaded } from '../../../src/index.ts';
import type { Router, Service } from '../../../src/ir/index.ts';
import { buildSpec, findingsOf, loadSpecFiles, loadSpecText } from '../../support/gateway-yaml.ts';
import { failuresOf } from '../../../src/testing/index.ts';
import { desk } from '../../support/command.ts';

const said = (loaded: Loaded): readonly string[] => findingsOf(loaded).filter(({ severity }) => severity === 'error').map(({ file, line, column, message }) => `${file}:${String(line)}:${String(column)} ${message}`);
const routers = (loaded: Loaded): readonly Router[] => loaded.gateways[0]?.resolved[0]?.gateway.routers ?? [];
const services = (loaded: Loaded): readonly Service[] => loaded.gateways[0]?.resolved[0]?.gateway.services ?? [];
const rule = (loaded: Loaded, name: string): string | undefined => routers(loaded).find(({ ref }) => ref.name === name)?.ruleText.value.text;

test('short conditions make one rule in a fixed order', () => {
  const loaded = loadSpecText({ files: { 'gateway.yaml': `
entryPoints: { web: 80 }
routes:
  all:
    clientIp: 10.0.0.0/8
    query: { v: "1", w: "~^a" }
    headers: { x-api: "2", X-B: "~b" }
    methods: [GET, POST]
    path: [/a, /b*, /c/**]
    host: [a.example, "*.b.example"]
    to: a:80
  tick: { path: "/a\`b", to: a:80 }
` } });
  expect(said(loaded)).toEqual([]);
  expect(rule(loaded, 'all')).toBe('(Host(`a.example`) || Host(`*.b.example`)) && (Path(`/a`) || PathPrefix(`/b`) || Path(`/c`) || PathPrefix(`/c/`)) && (Method(`GET`) || Method(`POST`)) && Header(`x-api`, `2`) && HeaderRegexp(`X-B`, `b`) && Query(`v`, `1`) && QueryRegexp(`w`, `^a`) && ClientIP(`10.0.0.0/8`)');
  expect(rule(loaded, 'tick')).toBe('Path("/a`b")');
});

test('fields that begin with x- are the author\'s where the spec names the fields, and names elsewhere', () => {
  const loaded = loadSpecText({ files: { 'gateway.yaml': `
x-owner: us
entryPoints: { web: { address: 80, x-note: plain } }
routes:
  a: { x-note: mine, headers: { x-a: "1" }, to: a:80, use: { headers: { x-note: mine, customRequestHeaders: { x-from: edge } } } }
` } });
  expect(said(loaded)).toEqual([]);
  expect(rule(loaded, 'a')).toBe('Header(`x-a`, `1`)');
  expect(buildSpec(loaded, 'traefik').files?.map(({ text }) => text).join('')).toContain('x-from: edge');
});

test('what a route makes gets a name that nothing else in the file has', () => {
  const loaded = loadSpecText({ files: { 'gateway.yaml': `
entryPoints: { web: 80 }
routes:
  api: { path: /a, to: { api: 9, "next:80": 1 }, use: [{ stripPrefix: /a }, { stripPrefix: /b }] }
  web: { path: /b, to: web:80 }
services:
  api: { endpoints: a:80 }
  api-1: { endpoints: b:80 }
  api-2: { endpoints: c:80 }
middlewares: { api-strip-prefix: { stripPrefix: /c } }
` } });
  expect(said(loaded)).toEqual([]);
  expect(services(loaded).map(({ ref }) => ref.name).toSorted()).toEqual(['api', 'api-1', 'api-2', 'api-2-2', 'api-3', 'web']);
  const [api] = routers(loaded);
  expect([api?.service.value, api?.middlewares.map(({ value }) => value.name)]).toMatchObject([{ name: 'api-3' }, ['api-strip-prefix-2', 'api-strip-prefix-3']]);
});

test('a variable without a value is told once, with a note', () => {
  const loaded = loadSpecText({ files: { 'gateway.yaml': 'entryPoints: { web: 80 }\nroutes:\n  a: { host: "${DOMAIN}", to: a:80 }\n  b: { host: "b.${DOMAIN}", to: b:80 }\n' } });
  const notes = findingsOf(loaded).filter(({ rule: id }) => id === 'var-unset');
  expect(notes.map(({ severity, line, message }) => [severity, line, message])).toEqual([['note', 3, '1 variable of gateway.yaml has no value: "DOMAIN"']]);
});

test('a later file is laid over an earlier one by name', () => {
  const files = {
    'gateway.yaml': 'include: parts/limits.yaml\nentryPoints: { web: 80 }\nroutes:\n  a: { host: a.example, path: /x, to: a:80, use: limit }\n  b: { host: b.example, to: b:80 }\n',
    'parts/limits.yaml': 'middlewares: { limit: { rateLimit: { average: 1, burst: 2 } } }\n',
    'gateway.prod.yaml': 'routes:\n  a: { path: null, to: [a-1:80, a-2:80] }\n  b: null\nmiddlewares: { limit: { rateLimit: { average: 100 } } }\n',
  };
  const loaded = loadSpecText({ files, specs: ['gateway.yaml', 'gateway.prod.yaml'] });
  expect(said(loaded)).toEqual([]);
  expect(routers(loaded).map(({ ref }) => ref.name)).toEqual(['a']);
  expect(rule(loaded, 'a')).toBe('Host(`a.example`)');
  expect(services(loaded).map(({ spec }) => (spec.kind === 'loadBalancer' ? spec.endpoints.map(({ host }) => host) : []))).toEqual([['a-1', 'a-2']]);
  expect(loaded.gateways[0]?.resolved[0]?.gateway.middlewares[0]?.spec).toMatchObject({ average: 100, burst: 2 });
});

test('a mistake in an included or overlaid file is said where it stands', () => {
  const files = { 'gateway.yaml': 'include: parts/a.yaml\nentryPoints: { web: 80 }\n', 'parts/a.yaml': '# a\nroutes:\n  a: { hots: a.example, to: a:80 }\n', 'gateway.prod.yaml': '\nroutes: { b: { path: x, to: b:80 } }\n' };
  expect(said(loadSpecText({ files, specs: ['gateway.yaml', 'gateway.prod.yaml'] }))).toEqual([
    'gateway.prod.yaml:2:22 "path" takes a path that begins with /, got "x"',
    'parts/a.yaml:3:8 "hots" is no option of a route',
  ]);
});

test('variables come from .env and --var, and stay where they have no value', () => {
  const files = { 'gateway.yaml': 'entryPoints: { web: "${PORT:-81}" }\nroutes:\n  a: { host: "a.${DOMAIN}", to: "${TO}:80" }\n  b: { host: "${NOBODY}", to: b:80 }\n', '.env': 'DOMAIN=env.example\nTO=env\n' };
  const loaded = loadSpecText({ files, variables: { TO: 'flag' } });
  expect(said(loaded)).toEqual([]);
  expect([rule(loaded, 'a'), rule(loaded, 'b')]).toEqual(['Host(`a.env.example`)', 'Host(`${NOBODY}`)']);
  expect(services(loaded).flatMap(({ spec }) => (spec.kind === 'loadBalancer' ? spec.endpoints.map(({ host }) => host) : []))).toContain('flag');
});

test('a secret that is named is written nowhere', () => {
  const files = { 'gateway.yaml': 'entryPoints: { web: 80 }\nroutes: { a: { path: /, to: a:80, use: [one, two] } }\nmiddlewares:\n  one: { basicAuth: { users: { env: USERS } } }\n  two: { basicAuth: { users: { file: /run/users } } }\n', '.env': 'USERS=ann:$$apr1$$abcdefgh$$abcdefghijklmnopqrstuv\n' };
  const loaded = loadSpecText({ files });
  const text = buildSpec(loaded, 'traefik').files?.map((file) => file.text).join('') ?? '';
  expect(text).not.toContain('abcdefgh');
  expect(text).toContain('env "USERS"');
  expect(text).toContain('usersFile: /run/users');
});

const STACK = 'name: shop\nservices:\n  web:\n    image: example/web:1\n    expose: ["8080"]\n    labels:\n      - traefik.enable=true\n      - traefik.http.routers.web.rule=Host(`web.example`)\n      - traefik.http.routers.web.middlewares=secure\n  db:\n    image: example/db:1\n';

test('labels and gateway.yaml find each other by name', () => {
  const files = { 'compose.yml': STACK, 'gateway.yaml': 'entryPoints: { web: 80 }\nroutes: { api: { path: /api, to: shop/web:8080 } }\nmiddlewares: { secure: { headers: { frameDeny: true } } }\n' };
  const loaded = loadSpecText({ files, stacks: ['compose.yml'] });
  expect(said(loaded)).toEqual([]);
  expect(routers(loaded).map(({ ref }) => ref.name).sort()).toEqual(['api', 'web']);
  const [endpoint] = services(loaded).flatMap(({ ref, spec }) => (ref.name === 'api' && spec.kind === 'loadBalancer' ? spec.endpoints : []));
  expect(endpoint).toMatchObject({ host: 'web', port: 8080, container: { stack: expect.any(String) as string, service: 'web' } });
});

test('a service that the stack does not have is an error', () => {
  const files = { 'compose.yml': STACK, 'gateway.yaml': 'entryPoints: { web: 80 }\nroutes: { api: { path: /api, to: shop/wbe:8080 } }\nmiddlewares: { secure: { headers: { frameDeny: true } } }\n' };
  expect(said(loadSpecText({ files, stacks: ['compose.yml'] }))).toEqual(['gateway.yaml:2:34 the stack "shop" has no service "wbe"']);
});

test('a name that labels and gateway.yaml both define is said at both places', () => {
  const files = { 'compose.yml': STACK, 'gateway.yaml': 'entryPoints: { web: 80 }\nroutes: { web: { path: /api, to: other:8080 } }\nmiddlewares: { secure: { headers: { frameDeny: true } } }\n' };
  const found = findingsOf(loadSpecText({ files, stacks: ['compose.yml'] })).filter(({ severity }) => severity === 'error');
  expect(found.flatMap(({ file, related }) => [file, ...related.map((one) => one.file)])).toEqual(expect.arrayContaining(['compose.yml', 'gateway.yaml']));
});

test('the shop with its overlay for production builds', () => {
  const loaded = loadSpecFiles(['fixtures/gateway-yaml/shop/gateway.yaml', 'fixtures/gateway-yaml/shop/gateway.prod.yaml']);
  expect(said(loaded)).toEqual([]);
  const text = buildSpec(loaded, 'traefik').files?.map((file) => file.text).join('') ?? '';
  expect(text).toContain('stsSeconds: 31536000');
  expect(text).not.toContain('events-beta');
});

test('settings of a target are taken from the file', () => {
  const files = { 'gateway.yaml': 'entryPoints: { web: 80 }\nroutes: { a: { path: /, to: a:80 } }\ntargets: { nginx: { version: "1.28", resolver: 127.0.0.53 } }\n' };
  const built = buildSpec(loadSpecText({ files }), 'nginx');
  expect(built.version).toBe('1.28');
  expect(built.files?.map(({ text }) => text).join('')).toContain('resolver 127.0.0.53');
});

test('the commands find gateway.yaml by themselves, and print its schema', async () => {
  const folder = await desk({ 'gateway.yaml': 'entryPoints: { web: 80 }\nroutes:\n  a: { host: a.example, to: a:80 }\n', 'gateway.prod.yaml': 'routes: { b: { host: b.example, to: b:80 } }\n' });
  try {
    const explained = await folder.gateway('explain', 'GET', 'http://a.example/', '--json');
    expect(explained.code).toBe(0);
    expect(explained.out).toContain('"router": "a@docker"');
    const built = await folder.gateway('build', '-f', 'gateway.yaml', '-f', 'gateway.prod.yaml', '--to', 'traefik', '-o', 'out');
    expect({ code: built.code, err: built.err }).toMatchObject({ code: 0 });
    expect(folder.read('out/traefik/dynamic/gateway.yml')).toContain('b.example');
    const schema = await folder.gateway('schema', 'gateway');
    expect(JSON.parse(schema.out)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'gateway.yaml' });
  } finally {
    await folder.remove();
  }
});

const TESTED = `entryPoints: { web: 80 }
routes:
  a: { host: a.example, path: /x/**, to: a:80, use: [{ stripPrefix: /x }, { headers: { customRequestHeaders: { X-Secret: "" }, frameDeny: true } }] }
tests:
  - GET http://a.example/x -> a
  - GET http://b.example/ -> 404
  - name: the long form
    request: GET http://a.example/x/y?q=1
    headers: { X-Secret: s, X-Other: o }
    clientIp: 127.0.0.9
    entryPoint: web
    expect: { route: a, service: a, endpoint: "a:80", status: 200, target: /y?q=1, headers: { X-Secret: null, X-Other: o }, responseHeaders: { X-Frame-Options: DENY }, middlewares: [a-strip-prefix, a-headers] }
`;

test('the tests of a gateway.yaml are run, and a broken expectation is told at its line', async () => {
  const folder = await desk({ 'gateway.yaml': TESTED, 'gateway.bad.yaml': 'tests: [GET http://a.example/x -> 404]\n', 'routes.gateway-test.yaml': 'tests: [GET http://a.example/x/z -> a]\n' });
  try {
    const passed = await folder.gateway('test', '--json');
    expect({ code: passed.code, err: passed.err }).toMatchObject({ code: 0 });
    expect((JSON.parse(passed.out) as { tests: readonly { name: string; file: string; line: number }[] }).tests.map(({ name, file, line }) => `${file}:${String(line)} ${name}`)).toEqual([
      'gateway.yaml:5 GET http://a.example/x -> a', 'gateway.yaml:6 GET http://b.example/ -> 404', 'gateway.yaml:7 the long form', 'routes.gateway-test.yaml:1 GET http://a.example/x/z -> a',
    ]);
    const named = await folder.gateway('test', 'gateway.yaml');
    expect({ code: named.code, out: named.out }).toMatchObject({ code: 0, out: expect.stringContaining('3') as string });
    const wrong = await folder.gateway('test', '-f', 'gateway.yaml', '-f', 'gateway.bad.yaml', 'gateway.yaml');
    expect(wrong.code).toBe(1);
    expect(wrong.out).toContain('gateway.bad.yaml:1');
    expect(wrong.out).toContain('expected status 404, got 200');
  } finally {
    await folder.remove();
  }
});

test('every fixture passes its own tests', () => {
  for (const name of ['whoami', 'python-services', 'consolidation', 'httpbin', 'router', 'shop', 'platform']) {
    const loaded = loadSpecFiles([`fixtures/gateway-yaml/${name}/gateway.yaml`]);
    const [gateway] = loaded.gateways;
    if (gateway === undefined) throw new Error(`${name} was not read`);
    const { tests, problems } = specTests(loaded, gateway);
    expect([name, problems, tests.length > 1]).toEqual([name, [], true]);
    const under = gatewayUnderTest(loaded);
    for (const one of tests) {
      const seen = under.decide(one.request);
      expect([name, one.name, seen === undefined ? ['nobody'] : failuresOf(one.expect, seen)]).toEqual([name, one.name, []]);
    }
  }
});

const BOTH = `name: shop
services:
  web:
    image: example/web:1
    expose: ["8080"]
    labels:
      - traefik.enable=true
      - traefik.http.routers.web.rule=Host(\`web.example\`)
      - traefik.http.services.pool.loadbalancer.server.port=8080
      - traefik.http.middlewares.secure.headers.framedeny=true
      - traefik.tcp.routers.db.rule=HostSNI(\`*\`)
      - traefik.tcp.routers.db.entrypoints=db
      - traefik.tcp.services.db.loadbalancer.server.port=5432
`;

test.each([
  ['a route', 'routes: { web: { path: /api, to: other:8080 } }', 'routers.web'],
  ['a middleware', 'middlewares: { secure: { headers: { frameDeny: true } } }', 'middlewares.secure'],
  ['a service', 'services: { pool: { endpoints: other:80 } }', 'services.pool'],
  ['a TCP route', 'tcp: { routes: { db: { sni: "*", to: other:1, entryPoints: db } } }', 'tcp.routers.db'],
])('%s that labels and gateway.yaml both define is an error that shows both places', (_, section, label) => {
  const files = { 'compose.yml': BOTH, 'gateway.yaml': `entryPoints: { web: 80, db: 5432 }\n${section}\n` };
  const found = findingsOf(loadSpecText({ files, stacks: ['compose.yml'] })).filter(({ severity, blocking }) => severity === 'error' && blocking);
  const places = found.flatMap((one) => [one, ...one.related]);
  expect(found.length).toBeGreaterThan(0);
  expect(places.some(({ file, line }) => file === 'gateway.yaml' && line === 2)).toBe(true);
  expect(places.some(({ file, line }) => file === 'compose.yml' && BOTH.split('\n')[line - 1]?.includes(label) === true)).toBe(true);
});

test('addresses in a stack are checked wherever one may stand', () => {
  const files = { 'compose.yml': STACK, 'gateway.yaml': `entryPoints: { web: 80, db: 5432, dns: 53/udp }
routes:
  one: { path: /1, to: "https://shop/web:8443" }
  two: { path: /2, to: [shop/web:1, shop/wbe:2] }
  three: { path: /3, to: { "shop/web:80": 1, "shpo/web:80": 2 } }
services:
  four: { endpoints: [{ url: shop/wbe:80 }] }
tcp:
  routes: { db: { sni: "*", to: shop/bd:5432, entryPoints: db } }
udp:
  routes: { dns: { to: shop/dsn:53, entryPoints: dns } }
middlewares: { secure: { headers: { frameDeny: true } } }
` };
  expect(said(loadSpecText({ files, stacks: ['compose.yml'] }))).toEqual([
    'gateway.yaml:4:37 the stack "shop" has no service "wbe"', 'gateway.yaml:5:46 there is no stack "shpo"', 'gateway.yaml:7:30 the stack "shop" has no service "wbe"',
    'gateway.yaml:9:33 the stack "shop" has no service "bd"', 'gateway.yaml:11:24 the stack "shop" has no service "dsn"',
  ]);
});

test('a route of gateway.yaml takes middlewares of labels, and labels those of gateway.yaml', () => {
  const files = { 'compose.yml': BOTH.replace('rule=Host(`web.example`)', 'rule=Host(`web.example`)\n      - traefik.http.routers.web.middlewares=cut'), 'gateway.yaml': 'entryPoints: { web: 80, db: 5432 }\nroutes: { api: { path: /api, to: pool, use: secure } }\nmiddlewares: { cut: { stripPrefix: /x } }\n' };
  const loaded = loadSpecText({ files, stacks: ['compose.yml'] });
  expect(said(loaded)).toEqual([]);
  const [listener] = loaded.gateways[0]?.resolved[0]?.routing.listeners ?? [];
  expect(listener?.plain.map((route) => [route.router.name, route.chain.map(({ spec }) => spec.kind), route.service.service.ref.name]).toSorted()).toEqual([['api', ['headers'], 'pool'], ['web', ['stripPrefix'], 'pool']]);
});

test('a service that neither file has is told in the words of gateway.yaml', () => {
  const files = { 'compose.yml': BOTH, 'gateway.yaml': 'entryPoints: { web: 80, db: 5432 }\nroutes: { api: { path: /api, to: poll } }\n' };
  expect(said(loadSpecText({ files, stacks: ['compose.yml'] }))).toEqual(['gateway.yaml:2:34 service "poll" does not exist, did you mean "pool"?']);
});
