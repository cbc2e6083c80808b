import { describe, expect, it } from 'vitest';
import type { Decision, HeaderList, Probe } from '../../../src/ir/index.ts';
import { decide } from '../../../src/models/kong/index.ts';
import { createRuntime } from '../../../src/runtime/index.ts';
import { buildKong } from '../../support/kong-build.ts';
import { listenerOf, middlewareOf, routingOf, serviceOf } from '../../support/routing-builder.ts';
import type { RouterInput } from '../../support/routing-builder.ts';

/** The same requests to the runtime (proven against Traefik) and to a reader of the rendered files. */
interface Table {
  readonly title: string;
  readonly routers: readonly RouterInput[];
  readonly probes: readonly (Partial<Probe> & { readonly target: string })[];
  /** The pattern can be read in two ways: a request may be refused that Traefik forwards, never the other way round. */
  readonly failClosed?: true;
}

const m = middlewareOf;
const TARGETS = ['/', '/api', '/api/', '/api/u', '/api?x=1', '/api/u?x=1', '/apix', '/api//u', '/api/./u', '/api/../b', '/api%2Fu', '/api%2fu', '/api/%41', '/b', '/B', '/api/a%20b', '/api/..%2Fx', '/api..', '/api/v1/u', '/a%25b', '/api/[x]'];
const targets = TARGETS.map((target) => ({ target }));
/** Where the match of a pattern could end sooner or later. */
const CUT = [...targets, ...['/a', '/a.', '/a..', '/a../x', '/a./x', '/api.', '/api./x', '/api../x', '/apix', '/a/..x', '/a/x', '/ab/ab', '/ab/abc', '/api/v12/u', '/api/v1', '/a%2Fb', '/a%2Fb%2Fc', '/api%25/x', '/b..', '/%C3%A9/x'].map((target) => ({ target }))];

const TABLES: readonly Table[] = [
  { title: 'rules', routers: [{ name: 'a', rule: 'Host(`x.test`) && PathPrefix(`/api`)' }, { name: 'b', rule: 'Host(`x.test`) && !PathPrefix(`/b`)' }, { name: 'c', rule: 'Path(`/b`) || Path(`/B`)' }], probes: targets },
  { title: 'methods', routers: [{ name: 'get', rule: 'Method(`GET`)' }, { name: 'rest', rule: 'PathPrefix(`/`)', priority: 1 }], probes: ['GET', 'POST', 'HEAD', 'OPTIONS'].map((method) => ({ target: '/', method })) },
  {
    title: 'hosts', routers: [{ name: 'x', rule: 'Host(`x.test`)' }, { name: 'w', rule: 'Host(`*.w.test`)' }, { name: 'r', rule: 'HostRegexp(`^r[0-9]+\\.`)', priority: 90 }, { name: 'rest', rule: 'PathPrefix(`/`)', priority: 1 }],
    probes: ['x.test', 'X.Test', 'x.test.', 'x.test:80', 'x.test:8080', 'a.w.test', 'a.b.w.test', 'w.test', '.w.test', 'r1.test', 'R2.test', 'q.test', 'x.testy'].map((host) => ({ target: '/', host })),
  },
  {
    title: 'headers and queries', routers: [{ name: 'h', rule: 'Header(`X-Tenant`, `acme`)' }, { name: 'hr', rule: 'HeaderRegexp(`X-V`, `^v[0-9]+$`)' }, { name: 'q', rule: 'Query(`k`, `v w`)' }, { name: 'qr', rule: 'QueryRegexp(`r`, `^[a-c]+$`)' }, { name: 'rest', rule: 'PathPrefix(`/`)', priority: 1 }],
    probes: [{ target: '/', headers: [['X-Tenant', 'acme']] }, { target: '/', headers: [['x-tenant', 'acme']] }, { target: '/', headers: [['X-Tenant', 'ACME']] }, { target: '/', headers: [['X-Tenant', 'o'], ['X-Tenant', 'acme']] }, { target: '/', headers: [['X-V', 'v12']] }, { target: '/', headers: [['X-V', 'av12']] }, { target: '/?k=v%20w' }, { target: '/?k=v+w' }, { target: '/?k=1&k=v+w' }, { target: '/?K=v+w' }, { target: '/?r=abc' }, { target: '/?r=abd' }, { target: '/?r=' }, { target: '/' }],
  },
  { title: 'client address', routers: [{ name: 'in', rule: 'ClientIP(`10.1.2.3/8`)' }, { name: 'one', rule: 'ClientIP(`192.0.2.7`)' }, { name: 'six', rule: 'ClientIP(`2001:db8::/32`)' }, { name: 'rest', rule: 'PathPrefix(`/`)', priority: 1 }], probes: ['10.0.0.1', '11.0.0.1', '192.0.2.7', '192.0.2.8', '2001:db8::1', '2001:db9::1'].map((clientIp) => ({ target: '/', clientIp })) },
  { title: 'patterns', routers: [{ name: 'p', rule: 'PathRegexp(`^/api/[^/]+$`)' }, { name: 'w', rule: 'PathRegexp(`\\bB\\b`)' }, { name: 'rest', rule: 'PathPrefix(`/`)', priority: 1 }], probes: targets },
  { title: 'stripPrefix', routers: [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: [m('s', { stripPrefix: { prefixes: ['/api/v1', '/api'] } })] }], probes: targets },
  { title: 'stripPrefix before addPrefix', routers: [{ name: 'a', rule: 'PathPrefix(`/api`)', middlewares: [m('s', { stripPrefix: { prefixes: ['/api'] } }), m('p', { addPrefix: { prefix: '/v2' } })] }], probes: targets },
  { title: 'stripPrefixRegex', routers: [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: [m('s', { stripPrefixRegex: { regex: ['/api/v[0-9]+/', '/a[a-z]i'] } })] }], probes: targets },
  ...[['^/[^/]+'], ['^/[^/]+', '/a'], ['/a|/api'], ['^/a/?'], ['^/api(?:/v[0-9]+)?', '/b'], ['^/+'], ['^/[a-z]+$'], ['^/(?:api|a)/.'], ['(?:/a|/ab)(?:/x|b)'], ['^/a.*'], ['^/a[p%]*']].map((regex) => ({ title: `stripPrefixRegex ${regex.join(' ')}`, routers: [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: [m('s', { stripPrefixRegex: { regex } })] }], probes: CUT })),
  { title: 'stripPrefixRegex before addPrefix', routers: [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: [m('s', { stripPrefixRegex: { regex: ['^/[^/]+', '/b'] } }), m('p', { addPrefix: { prefix: '/v2' } })] }], probes: CUT },
  { title: 'stripPrefix before replacePath', routers: [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: [m('s', { stripPrefix: { prefixes: ['/api', '/b'] } }), m('r', { replacePath: { path: '/new' } })] }], probes: CUT },
  { title: 'replacePathRegex before addPrefix', routers: [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: [m('r', { replacePathRegex: { regex: '^/api/(.*)$', replacement: '/x/$1/y' } }), m('p', { addPrefix: { prefix: '/v2' } })] }], probes: CUT },
  { title: 'replacePath with other letters', routers: [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: [m('r', { replacePath: { path: '/é' } })] }], probes: targets },
  { title: 'addPrefix twice', routers: [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: [m('p', { addPrefix: { prefix: '/one' } }), m('q', { addPrefix: { prefix: 'two' } })] }], probes: targets },
  { title: 'replacePath', routers: [{ name: 'a', rule: 'PathPrefix(`/api`)', middlewares: [m('r', { replacePath: { path: '/new path' } })] }], probes: targets },
  { title: 'replacePathRegex', routers: [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: [m('r', { replacePathRegex: { regex: '^/api/(.*)', replacement: '/x/${1}/y' } })] }], probes: targets },
  ...[['^/api(.*)$', '/x/$1'], ['^/(a[a-z]+)/(.*)$', '/$2/y'], ['^/(?P<first>[^/]+)/(?P<rest>.*)$', '/r/${rest}/${first}']].map(([regex = '', replacement = '']) => ({ title: `replacePathRegex ${regex} ${replacement}`, routers: [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: [m('r', { replacePathRegex: { regex, replacement } })] }], probes: targets })),
  { title: 'an ambiguous replacePathRegex', failClosed: true, routers: [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: [m('r', { replacePathRegex: { regex: '^/(a[a-z]+)/?(.*)$', replacement: '/$2/y' } })] }], probes: targets },
  {
    title: 'request and response headers',
    routers: [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: [m('h', { headers: { customRequestHeaders: { 'X-A': 'new', 'X-Gone': '' }, customResponseHeaders: { 'X-R': 'yes', Server: '' } } }), m('i', { headers: { customRequestHeaders: { 'X-A': 'later', Host: 'other.test' } } })] }],
    probes: [{ target: '/' }, { target: '/', headers: [['X-A', 'old'], ['X-Gone', '1']] }],
  },
  { title: 'security headers', routers: [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: [m('h', { headers: { frameDeny: true, contentTypeNosniff: true, browserXssFilter: true, stsSeconds: 100, referrerPolicy: 'no-referrer', contentSecurityPolicy: "default-src 'self'; x" } })] }], probes: [{ target: '/' }] },
  { title: 'address list', routers: [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: [m('i', { ipAllowList: { sourceRange: ['10.0.0.0/8', '192.0.2.1'], rejectStatusCode: 404 } }), m('s', { stripPrefix: { prefixes: ['/api'] } })] }], probes: ['10.9.9.9', '192.0.2.1', '192.0.2.2'].flatMap((clientIp) => ['/api/u', '/api..', '/x'].map((target) => ({ target, clientIp }))) },
  { title: 'redirectScheme', routers: [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: [m('r', { redirectScheme: { scheme: 'https', permanent: true } })] }], probes: ['GET', 'HEAD', 'POST'].flatMap((method) => [{ target: '/a?b=c', method }, { target: '/', method, host: 'x.test:8080' }]) },
  { title: 'passHostHeader and weights', routers: [{ name: 'a', rule: 'PathPrefix(`/`)', service: { ...serviceOf('s', 'http://10.0.0.1:81', 'http://10.0.0.2:82') } }], probes: [{ target: '/' }] },
];

const CLASSES = { P: /^\/(?:(?!\.{1,2}(?:[/?]|$))[A-Za-z0-9._~!$&'()*+,;=:@[\]-]+(?:\/(?!\.{1,2}(?:[/?]|$))[A-Za-z0-9._~!$&'()*+,;=:@[\]-]+)*\/?)?(?:\?.*)?$/s };

describe.each(TABLES)('$title', ({ routers, probes, failClosed }) => {
  const routing = routingOf(listenerOf({ name: 'web' }, routers));
  const { nodes, diagnostics } = buildKong(routing);
  const runtime = createRuntime(routing, { clock: () => 0, random: () => 0 });
  it('was built', () => expect(diagnostics).toEqual([]));
  it.each(probes.map((probe) => [`${probe.method ?? 'GET'} ${probe.host ?? 'x.test'} ${probe.target} ${JSON.stringify(probe.headers ?? [])} ${probe.clientIp ?? ''}`, probe] as const))('%s', (_, given) => {
    const probe: Probe = { entryPoint: 'web', method: 'GET', host: 'x.test', headers: [], tls: false, clientIp: '127.0.0.1', ...given };
    const node = nodes[0]?.node;
    if (node === undefined) throw new Error('nothing was built');
    const mine = decide(node, probe);
    const theirs = runtime.decide(probe);
    // Outside class P a refusal is allowed, another answer is not.
    if ((failClosed === true || !CLASSES.P.test(probe.target)) && (mine.kind === 'refused' || (mine.kind === 'respond' && mine.status === 400))) return;
    expect(shown(mine, probe)).toEqual(shown(theirs, probe));
  });
});

it('sends on an escaped character behind a pattern that takes it', () => {
  const { nodes } = buildKong(routingOf(listenerOf({ name: 'web' }, [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: [m('s', { stripPrefixRegex: { regex: ['^/[^/]+', '/a'] } })] }])));
  const [{ node } = { node: undefined }] = nodes;
  if (node === undefined) throw new Error('nothing was built');
  const sent = ['/a%2Fb', '/a%25%3Bb/c', '/a%40/x'].map((target) => decide(node, { entryPoint: 'web', method: 'GET', host: 'x.test', headers: [], tls: false, clientIp: '127.0.0.1', target }));
  expect(sent).toMatchObject([{ target: '/b' }, { target: '/c' }, { target: '/x' }]);
});

/** Headers that each proxy adds on its own, and names' spelling, are no part of the comparison. */
const OWN = new Set(['x-forwarded-prefix', 'x-replaced-path', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-proto', 'x-forwarded-server', 'x-real-ip', 'content-type', 'x-content-type-options@respond', 'accept-encoding', 'user-agent']);

function shown(decision: Decision, probe: Probe): unknown {
  if (decision.kind === 'respond') return { kind: 'respond', status: decision.status, router: decision.router?.name ?? null, location: decision.headers.find(([name]) => name.toLowerCase() === 'location')?.[1] };
  if (decision.kind !== 'forward') return decision;
  const { requestHeaders, responseHeaders } = decision;
  return {
    kind: 'forward', router: decision.router.name, service: decision.service.name, target: decision.target, host: decision.host, endpoints: decision.endpoints,
    set: effective(requestHeaders.set, probe), remove: requestHeaders.remove.map((name) => name.toLowerCase()).filter((name) => !OWN.has(name) && probe.headers.some(([own]) => own.toLowerCase() === name)).sort(),
    answer: lower(responseHeaders.set), gone: responseHeaders.remove.map((name) => name.toLowerCase()).sort(),
  };
}

function lower(headers: HeaderList): readonly string[] {
  return headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`).filter((line) => !OWN.has(line.split(':')[0] ?? '')).sort();
}

function effective(headers: HeaderList, probe: Probe): readonly string[] {
  return lower(headers).filter((line) => !line.startsWith('host:') && !lower(probe.headers).includes(line));
}
