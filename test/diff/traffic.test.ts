import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diff, trafficReader } from '../../src/index.ts';
import type { DiffDocument, Loaded, TrafficFormat } from '../../src/index.ts';
import { createTrafficReader } from '../../src/diff/traffic-log.ts';
import { readLine } from '../../src/diff/traffic-line.ts';
import { composeOf, loadText } from './pair.ts';

/** The logs are what real engines wrote of the same requests; Kong's is written by hand after its documentation. */
const LOGS: Readonly<Record<TrafficFormat, string>> = {
  'traefik-json': readFileSync('fixtures/traffic/traefik.log', 'utf8'),
  'nginx-combined': readFileSync('fixtures/traffic/nginx.log', 'utf8'),
  'kong-json': `${[['GET', '/api/users?token=very-secret&page=2'], ['GET', '/api/users?token=other&page=3'], ['GET', '/']].map(([method, uri]) => JSON.stringify({ request: { method, uri, url: `http://a.test:80${uri ?? ''}`, headers: { host: 'a.test' } }, client_ip: '10.1.2.3', response: { status: 200 } })).join('\n')}\n`,
};

const site = (...labels: readonly string[]): Loaded => loadText(composeOf(['routers.web.rule=Host(`a.test`)', 'routers.web.entrypoints=web', ...labels]));

function compared(format: TrafficFormat, text: string, before: Loaded, after: Loaded): NonNullable<DiffDocument['traffic']> {
  const reader = trafficReader(format, before, after);
  for (const line of text.split('\n')) reader.add(line);
  const { traffic } = diff(before, after, { traffic: reader.log() });
  if (traffic === null) throw new Error('no traffic in the document');
  return traffic;
}

/** `/api` goes to another port. */
const MOVED = ['routers.api.rule=Host(`a.test`) && PathPrefix(`/api`)', 'routers.api.entrypoints=web', 'routers.api.service=api', 'routers.web.service=web', 'services.web.loadbalancer.server.port=8000', 'services.api.loadbalancer.server.port=9000'];

test('real requests of Traefik are counted by what changes for them', () => {
  const traffic = compared('traefik-json', LOGS['traefik-json'], site(), site(...MOVED));
  expect(traffic).toMatchObject({ lines: 9, unread: 0, requests: 9, shapes: 8, notAsked: 0, changedRequests: 3, changedShapes: 2, missing: [] });
  expect(traffic.top).toMatchObject([{ class: 'backend-changed', requests: 3, request: 'GET http://a.test/api/users?token=&page=', before: 'web:8000', after: 'web:9000' }]);
});

test('what somebody with a login sees is compared as with a login', () => {
  const guarded = (path: string): Loaded => site('routers.web.middlewares=auth,p', 'middlewares.auth.basicauth.users=u:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=', `middlewares.p.addprefix.prefix=${path}`);
  const traffic = compared('traefik-json', LOGS['traefik-json'], guarded('/a'), guarded('/b'));
  expect(traffic).toMatchObject({ changedRequests: 1 });
  expect(traffic.top).toMatchObject([{ class: 'path-rewrite-changed', request: 'GET http://a.test/admin/ with a valid login' }]);
});

test('the combined form of nginx has no host, no scheme and no entry point, which is said', () => {
  const traffic = compared('nginx-combined', LOGS['nginx-combined'], site(), site(...MOVED));
  expect(traffic).toMatchObject({ requests: 8, changedRequests: 3 });
  expect(traffic.missing.join('\n')).toMatch(/no host: asked for the 1 hosts[\s\S]*no entry point[\s\S]*no scheme/);
});

test("Kong's log names host, scheme and port", () => {
  const traffic = compared('kong-json', LOGS['kong-json'], site(), site(...MOVED));
  expect(traffic).toMatchObject({ requests: 3, shapes: 2, changedRequests: 2, missing: [] });
});

test('what rules look at and the log does not have is said', () => {
  const picky = site('routers.web.rule=Host(`a.test`) && Header(`X-Team`, `blue`) && Query(`page`, `2`)');
  expect(compared('traefik-json', LOGS['traefik-json'], site(), picky).missing).toEqual(['no headers: rules look at X-Team', 'no values of the query, they are dropped: rules look at some']);
});

test('values of the query and addresses of clients come into nothing', () => {
  const narrowed = site('routers.web.middlewares=ip', 'middlewares.ip.ipallowlist.sourcerange=10.0.0.0/8,10.1.2.0/24');
  for (const format of ['traefik-json', 'kong-json'] as const) {
    const text = JSON.stringify(compared(format, LOGS[format], narrowed, site()));
    expect(text).not.toMatch(/very-secret|10\.1\.2\.3|127\.0\.0\.9/);
  }
});

test('clients count by the networks that rules name', () => {
  const only = (range: string): Loaded => site('routers.web.middlewares=ip', `middlewares.ip.ipallowlist.sourcerange=${range}`);
  const lines = ['10.1.2.3', '10.9.9.9', '192.0.2.77'].map((client_ip) => JSON.stringify({ request: { method: 'GET', uri: '/', url: 'http://a.test:80/', headers: { host: 'a.test' } }, client_ip }));
  const traffic = compared('kong-json', lines.join('\n'), only('10.1.0.0/16'), only('10.0.0.0/8'));
  expect(traffic).toMatchObject({ requests: 3, shapes: 3, changedRequests: 1 });
  expect(traffic.top).toMatchObject([{ class: 'allowlist-widened' }]);
});

test('what changes in the log is asked among the made-up requests, too', () => {
  const before = site();
  const after = site(...MOVED);
  const reader = trafficReader('traefik-json', before, after);
  for (const line of LOGS['traefik-json'].split('\n')) reader.add(line);
  const log = reader.log();
  expect(diff(before, after, { traffic: log }).summary.requests).toBeGreaterThan(diff(before, after).summary.requests);
});

test('memory is bounded: shapes beyond the limit are counted and not asked', () => {
  const reader = createTrafficReader('traefik-json', () => '127.0.0.1', 10);
  for (let at = 0; at < 1000; at += 1) reader.add(JSON.stringify({ RequestMethod: 'GET', RequestPath: `/${String(at)}`, RequestHost: 'a.test', ClientHost: '10.0.0.1' }));
  const { shapes, requests, notAsked } = reader.log();
  expect([shapes.length, requests, notAsked]).toEqual([10, 1000, 990]);
});

test.each([
  ['no JSON', 'traefik-json', 'GET / HTTP/1.1'],
  ['a TLS greeting on a plain port', 'nginx-combined', '127.0.0.1 - - [21/Nov/2026:18:09:32 +0000] "\\x16\\x03\\x01" 400 0 "-" "-"'],
  ['no request at all', 'nginx-combined', '127.0.0.1 - - [21/Nov/2026:18:09:32 +0000] "-" 400 0 "-" "-"'],
  ['an absolute target', 'traefik-json', JSON.stringify({ RequestMethod: 'GET', RequestPath: 'http://x/' })],
  ['a target with a blank', 'kong-json', JSON.stringify({ request: { method: 'GET', uri: '/a b' } })],
  ['a method that is none', 'traefik-json', JSON.stringify({ RequestMethod: 'get\n', RequestPath: '/' })],
] as const)('%s is a line without a request', (_name, format, line) => {
  expect(readLine(format, line)).toBeUndefined();
});

test('the combined form behind the name of a server', () => {
  expect(readLine('nginx-combined', 'A.test:443 10.0.0.1 - u [21/Nov/2026:18:09:32 +0000] "GET /x?a=1&a=2&b HTTP/2.0" 200 0 "-" "-"')).toEqual({ method: 'GET', target: '/x?a=&b=', host: 'a.test', port: 443, clientIp: '10.0.0.1', loggedIn: true });
  expect(readLine('nginx-combined', '::1 - u [21/Nov/2026:18:09:32 +0000] "GET / HTTP/1.1" 401 0 "-" "-"')).toEqual({ method: 'GET', target: '/', clientIp: '::1', loggedIn: false });
});
