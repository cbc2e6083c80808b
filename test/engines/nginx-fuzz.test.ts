import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../../src/engines/free-port.ts';
import { requestClass } from '../../src/ir/request-class.ts';
import { compareDecision, createRuntime } from '../../src/runtime/index.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends, type BackendPool } from '../support/echo-backend.ts';
import type { RunningEngine } from '../support/engine-ask.ts';
import { nginxOn } from '../support/nginx-emitted.ts';
import { listenerOf, middlewareOf, routingOf, targetOptions, type RouterInput } from '../support/routing-builder.ts';
import type { Middleware, Probe, Routing } from '../../src/ir/index.ts';

/** Random rule trees over atoms that overlap, and requests at their boundaries: the runtime decides, nginx must decide the same. */
const ATOMS = [
  'Host(`x.test`)', 'Host(`y.test`)', 'Host(`*.w.test`)', 'HostRegexp(`^[a-z]+\\.test$`)', 'HostRegexp(`w`)', 'PathPrefix(`/`)', 'PathPrefix(`/a`)', 'PathPrefix(`/a/`)', 'PathPrefix(`/a/b`)', 'PathPrefix(`/api`)', 'PathPrefix(`/a%2F`)',
  'PathPrefix(`/foo bar`)', 'PathPrefix(`/caf`)', 'PathPrefix(`/café`)', 'Path(`/a`)', 'Path(`/a/`)', 'Path(`/a/b`)', 'Path(`/a/b/`)', 'Path(`/`)', 'Path(`/api/v1`)', 'PathRegexp(`^/a/[^/]+$`)', 'PathRegexp(`(?i)B$`)', 'PathRegexp(`\\.(png|css)$`)', 'Method(`GET`)',
  'Method(`POST`)', 'Header(`X-A`, `1`)', 'HeaderRegexp(`X-A`, `^[0-9]+$`)', 'Query(`k`, `v`)', 'Query(`k`)', 'Query(`k`, `a b`)', 'ClientIP(`127.0.0.0/8`)', 'ClientIP(`127.0.0.9`)', 'Header(`X-Forwarded-Proto`, `http`)',
];
const HOSTS = ['x.test', 'y.test', 'X.TEST:80', 'a.w.test', 'a.b.w.test', 'other.test', 'x.test.', 'deep.x.test'];
const TARGETS: readonly string[] = [
  '/', '/a', '/a/', '/a/b', '/a/b/', '/a/B', '/ab', '/api', '/api/v1', '/apix', '/a%2Fb', '/a%2f', '/foo%20bar', '/foo%20bar/x', '/caf%C3%A9', '/café', '/a//b', '/a/./b', '/a/../api', '/x.png', '/a/x.css?k=v', '/?k=v', '/a?k', '/a?k=', '/a?k=a+b',
  '/a?k=a%20b', '/a?k=x&k=v', '/a?x;k=v', '/a?', '/a?k=%76', '/a%3Ab', '/a%25', '/%61', '/a/%2e%2e/b', '/a"b', '/a?q=1;2;3',
];
const CHAINS: readonly (readonly Middleware[])[] = [
  [], [], [],
  [middlewareOf('strip', { stripPrefix: { prefixes: ['/a', '/api/'] } })],
  [middlewareOf('add', { addPrefix: { prefix: '/p' } })],
  [middlewareOf('strip2', { stripPrefix: { prefixes: ['/a'] } }), middlewareOf('add2', { addPrefix: { prefix: '/p' } })],
  [middlewareOf('headers', { headers: { customRequestHeaders: { 'X-B': 'b', 'X-A': '' }, customResponseHeaders: { 'X-R': 'r' } } })],
  [middlewareOf('auth', { basicAuth: { users: ['sh:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ='], removeHeader: true, headerField: 'X-User' } }), middlewareOf('redirect', { redirectScheme: { scheme: 'https', port: '8443', permanent: true } })],
  [middlewareOf('allow', { ipAllowList: { sourceRange: ['127.0.0.9'] } }), middlewareOf('after', { headers: { customResponseHeaders: { 'X-R': 'later' } } }), middlewareOf('auth2', { basicAuth: { users: ['sh:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ='] } })],
  [middlewareOf('regex', { redirectRegex: { regex: '^http://([^/]+)/a/(.*)', replacement: 'https://${1}/moved/$2' } })],
  [middlewareOf('path', { replacePathRegex: { regex: '^/a/(.*)', replacement: '/n/$1' } })],
  [middlewareOf('teapot', { ipAllowList: { sourceRange: ['127.0.0.9'], rejectStatusCode: 418 } }), middlewareOf('whole', { replacePath: { path: '/whole%2Fpath' } })],
];

type Random = () => number;

/** A small generator with a seed, so that a failure can be run again. */
function generator(seed: number): Random {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function pick<T>(random: Random, list: readonly T[]): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error('an empty list');
  return found;
}

function rule(random: Random, depth: number): string {
  const kind = depth === 0 ? 1 : random();
  if (kind > 0.7) return pick(random, ATOMS);
  if (kind > 0.6) return `!(${rule(random, depth - 1)})`;
  return `(${rule(random, depth - 1)} ${kind > 0.25 ? '&&' : '||'} ${rule(random, depth - 1)})`;
}

function routers(random: Random, urls: readonly string[]): readonly RouterInput[] {
  return Array.from({ length: 6 }, (_, index) => ({ name: `r${String(index)}`, rule: rule(random, 3), priority: 1000 - index * 7, service: urls[index] ?? '', middlewares: pick(random, CHAINS) }));
}

function probeOf(random: Random, entryPoint: string): Probe {
  const headers: [string, string][] = [];
  if (random() < 0.4) headers.push(['X-A', pick(random, ['1', '22', 'x'])]);
  if (random() < 0.3) headers.push(['X-Forwarded-Proto', 'https']);
  if (random() < 0.5) headers.push(['Authorization', 'Basic c2g6c2VjcmV0']);
  const target = Buffer.from(pick(random, TARGETS), 'utf8').toString('latin1');
  return { entryPoint, method: pick(random, ['GET', 'GET', 'POST', 'HEAD', 'OPTIONS']), target, host: pick(random, HOSTS), headers, tls: false, clientIp: pick(random, ['127.0.0.1', '127.0.0.9']) };
}

/** Another seed for a longer hunt: FUZZ_SEED=5. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 0);
const SETS = 40;
const REQUESTS = 60;

for (const engineName of ['nginx122', 'nginx131'] as const) {
  describeEngine(engineName, 'emitted nginx decides as the runtime does', (engine) => {
    let backends: BackendPool;
    let running: RunningEngine;
    let routing: Routing;
    beforeAll(async () => {
      backends = await startBackends(Array.from({ length: 6 }, (_, index) => ({ name: `b${String(index)}` })));
      const random = generator((engineName === 'nginx122' ? 20_261_121 : 7) + SEED);
      const names = Array.from({ length: SETS }, (_, index) => `set${String(index)}`);
      const ports = await freePorts(names);
      const urls = Array.from({ length: 6 }, (_, index) => backends.url(`b${String(index)}`));
      routing = routingOf(...names.map((name) => listenerOf({ name, port: ports[name] ?? 0 }, routers(random, urls))));
      running = await nginxOn(engine, backends, routing, targetOptions(engine.version));
    });
    afterAll(async () => {
      await running?.stop();
      await backends.stop();
    });

    test('random rules, chains and requests', async () => {
      const runtime = createRuntime(routing, { clock: () => 0, random: () => 0 });
      const random = generator(99 + SEED);
      const wrong: string[] = [];
      let refused = 0;
      for (const { entryPoint, plain } of routing.listeners) {
        for (let count = 0; count < REQUESTS; count += 1) {
          const probe = probeOf(random, entryPoint.name);
          const { method, target, host, headers, clientIp } = probe;
          const seen = await running.ask({ entryPoint: entryPoint.name, method, target, host, headers, clientIp });
          const decision = runtime.decide(probe);
          if (seen.status === 400 && seen.backend === null && requestClass(probe.target) !== 'P') {
            refused += 1;
            continue;
          }
          const backend = seen.backend === null ? null : { ...seen.backend, address: backends.address(seen.backend.name) };
          const difference = compareDecision(decision, { status: seen.status, responseHeaders: seen.responseHeaders, backend }, { engine: 'nginx', probe });
          if (difference !== undefined) wrong.push(`${probe.method} ${String(probe.host)} ${probe.target} ${JSON.stringify(probe.headers)} from ${probe.clientIp}: ${JSON.stringify(difference)} in ${entryPoint.name}: ${plain.map(({ ruleText, chain }) => `${ruleText} [${chain.map(({ ref }) => ref.name).join()}]`).join('  >  ')}`);
        }
      }
      expect(wrong.slice(0, 5)).toEqual([]);
      expect(refused).toBeLessThan(SETS * REQUESTS * 0.2);
    });
  });
}

