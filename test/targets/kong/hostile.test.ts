import fc from '../../support/fast-check.ts';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import type { HttpMatcher, RuleExpr, Routing } from '../../../src/ir/index.ts';
import { entriesOf } from '../../../src/models/kong/classic.ts';
import { answer } from '../../../src/models/kong/index.ts';
import { buildKong } from '../../support/kong-build.ts';
import type { Built } from '../../support/kong-build.ts';
import { atcMatcher, loadAtcRouter } from '../../support/atc-router.ts';
import { plainProbe } from '../../support/kong-recordings.ts';
import { listenerOf, middlewareOf, origins, routingOf, serviceOf } from '../../support/routing-builder.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Everything in a label is hostile: a value is refused with its reason, or it comes out as the same value and nothing else. */
const ORIGIN = origins.default('hostile');
const NASTY = [
  '"', '\\', '"#', 'r#"', '"# || http.path ^= "/', '" || http.path ^= "/', '\n- name: evil', '\r\nX-Evil: 1', '$(os.execute("id"))', '$(uri_captures.x)', '{vault://env/secret}', '${HOME}', '{{ .Env }}', '#', ': ', '- a', '&a', '*a', '!!js', '%', '%zz', '%00', '\0',
  '\u0085', '\u2028', '\u{1f600}', '\ud800', 'net.port == 1', 'é', '`', "'", ';', '|', '/../', '//', '~', 'no', '1e3', '0x1f', '1:30', '<<', '?', '\t', ' ', '', ',', '/', 'a'.repeat(5000), '\u200f', '\x7f', '\x1b[31m', ')', '(?i)', '\\E', '[', '(', '**', '{1,99999}',
];
const hostile = fc.oneof(fc.constantFrom(...NASTY), fc.array(fc.constantFrom(...NASTY, 'a', '/', '.'), { maxLength: 5 }).map((parts) => parts.join('')), fc.string({ unit: 'binary', maxLength: 12 }));

const arg = (value: string): { readonly value: string; readonly origin: typeof ORIGIN } => ({ value, origin: ORIGIN });

/** The builder's router with a rule that no text could hold. */
function withRule(matcher: HttpMatcher): Routing {
  const rule: RuleExpr = { kind: 'match', matcher, origin: ORIGIN };
  const listener = listenerOf({ name: 'web' }, [{ name: 'a', rule: 'PathPrefix(`/`)' }]);
  return routingOf({ ...listener, plain: listener.plain.map((route) => ({ ...route, rule })) });
}

let atc: Awaited<ReturnType<typeof loadAtcRouter>>;
beforeAll(async () => {
  atc = await loadAtcRouter();
});

/** What came out loads in the real router engine, has as many routes as were meant, and reads the same as YAML 1.1. */
function inert(built: Built, routes: number): void {
  for (const { node, yaml, conf } of built.nodes) {
    expect(node.file.routes.filter((route) => !route.name.startsWith('guard.'))).toHaveLength(routes);
    expect(parse(yaml, { version: '1.1', merge: true })).toEqual(parse(yaml));
    expect(yaml).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/);
    expect(conf.split('\n').every((line) => line === '' || line.startsWith('# ') || /^[a-z_]+ = [ -~]+$/.test(line))).toBe(true);
    const expressions = node.file.routes.flatMap((route) => entriesOf(route, 'expressions')).map((entry) => entry.expression);
    expect(atcMatcher(atc, expressions, node.router.fields).faults).toEqual([]);
  }
}

const MATCHERS: Readonly<Record<string, (value: string) => HttpMatcher>> = {
  path: (value) => ({ kind: 'path', path: arg(`/${value}`) }),
  pathPrefix: (value) => ({ kind: 'pathPrefix', prefix: arg(`/${value}`) }),
  pathRegexp: (value) => ({ kind: 'pathRegexp', pattern: arg(value) }),
  host: (value) => ({ kind: 'host', host: arg(value.toLowerCase()), wildcard: false }),
  wildcard: (value) => ({ kind: 'host', host: arg(`*.${value.toLowerCase()}`), wildcard: true }),
  hostRegexp: (value) => ({ kind: 'hostRegexp', pattern: arg(value) }),
  method: (value) => ({ kind: 'method', method: arg(value) }),
  'header value': (value) => ({ kind: 'header', name: arg('X-A'), value: arg(value) }),
  'header name': (value) => ({ kind: 'header', name: arg(value), value: arg('v') }),
  headerRegexp: (value) => ({ kind: 'headerRegexp', name: arg('X-A'), pattern: arg(value) }),
  'query value': (value) => ({ kind: 'query', name: arg('k'), value: arg(value) }),
  'query name': (value) => ({ kind: 'query', name: arg(value), value: arg('v') }),
  queryRegexp: (value) => ({ kind: 'queryRegexp', name: arg('k'), pattern: arg(value) }),
  clientIp: (value) => ({ kind: 'clientIp', range: arg(value) }),
};

describe('rule values', () => {
  it.each(Object.keys(MATCHERS))('%s', (name) => {
    fc.assert(fc.property(hostile, (value) => inert(buildKong(withRule(MATCHERS[name]?.(value) ?? MATCHERS['path']?.('') ?? fail())), 1)), { numRuns: 90, examples: NASTY.map((value) => [value]) });
  });

  it('a literal path matches itself and nothing else', () => {
    for (const value of NASTY.filter((text) => /^[ -"$&-.0-9A-Za-z:-~]+$/.test(text) && !/[%?#/]/.test(text))) {
      const built = buildKong(withRule({ kind: 'path', path: arg(`/${value}`) }));
      const node = built.nodes[0]?.node;
      if (node === undefined || value.length > 100) continue;
      const target = `/${encodeURIComponent(value)}`;
      const found = answer(node, plainProbe(target)).match?.route.name;
      // Reserved characters keep their escape in Kong's path, as in Traefik's.
      if (!/[!*'();:@&=+$,[\]]/.test(value) && value !== '.') expect([value, found]).toEqual([value, 'a.file']);
      expect([value, answer(node, plainProbe('/other')).match?.route.name]).toEqual([value, undefined]);
    }
  });
});

function fail(): never {
  throw new Error('no such matcher');
}

const MIDDLEWARES: Readonly<Record<string, (value: string) => Readonly<Record<string, unknown>>>> = {
  'request header value': (value) => ({ headers: { customRequestHeaders: { 'X-A': value } } }),
  'request header name': (value) => ({ headers: { customRequestHeaders: { [value]: 'v' } } }),
  'response header value': (value) => ({ headers: { customResponseHeaders: { 'X-A': value } } }),
  'response header name': (value) => ({ headers: { customResponseHeaders: { [value]: 'v' } } }),
  'security value': (value) => ({ headers: { contentSecurityPolicy: value, referrerPolicy: value } }),
  'cors origin': (value) => ({ headers: { accessControlAllowOriginList: [value] } }),
  'cors pattern': (value) => ({ headers: { accessControlAllowOriginListRegex: [`^${value}$`] } }),
  'cors method': (value) => ({ headers: { accessControlAllowMethods: [value] } }),
  'cors headers': (value) => ({ headers: { accessControlAllowHeaders: [value], accessControlExposeHeaders: [value] } }),
  stripPrefix: (value) => ({ stripPrefix: { prefixes: [`/${value}`] } }),
  stripPrefixRegex: (value) => ({ stripPrefixRegex: { regex: [value] } }),
  addPrefix: (value) => ({ addPrefix: { prefix: `/${value}` } }),
  replacePath: (value) => ({ replacePath: { path: `/${value}` } }),
  'replacePathRegex pattern': (value) => ({ replacePathRegex: { regex: `^/${value}(.*)`, replacement: '/x/$1' } }),
  'replacePathRegex replacement': (value) => ({ replacePathRegex: { regex: '^/a/(.*)', replacement: `/${value}$1` } }),
  'address list': (value) => ({ ipAllowList: { sourceRange: [value] } }),
  'rate limit header': (value) => ({ rateLimit: { average: 1, sourceCriterion: { requestHeaderName: value } } }),
};

describe('middleware values', () => {
  it.each(Object.keys(MIDDLEWARES))('%s', (name) => {
    fc.assert(fc.property(hostile, (value) => {
      const chain = [middlewareOf('m', MIDDLEWARES[name]?.(value) ?? fail())];
      const built = buildKong(routingOf(listenerOf({ name: 'web' }, [{ name: 'a', rule: 'PathPrefix(`/`)', middlewares: chain }])));
      const own = built.nodes[0]?.node.file.routes.filter((route) => !route.name.includes('guard.')).length ?? 1;
      expect(own).toBeLessThanOrEqual(3);
      for (const node of built.nodes) inert({ ...built, nodes: [node] }, node.node.file.routes.filter((route) => !route.name.startsWith('guard.')).length);
      // Templates of ours only: a capture of the path.
      const transformers = built.nodes.flatMap(({ node }) => node.file.routes).flatMap((route) => route.plugins).filter((plugin) => plugin.name === 'request-transformer');
      expect(JSON.stringify(transformers).replace(/\$\(uri_captures\.g\d\)/g, '')).not.toMatch(/\$\(/);
    }), { numRuns: 80, examples: NASTY.map((value) => [value]) });
  });
});

describe('names and addresses', () => {
  it('router, service, entry point and stack names', () => {
    fc.assert(fc.property(hostile, hostile, (one, two) => {
      const built = buildKong(routingOf(
        listenerOf({ name: one }, [{ name: one, rule: 'Path(`/a`)', service: serviceOf(two, 'http://10.0.0.1:80', 'http://10.0.0.2:80') }, { name: `${one} `, rule: 'Path(`/b`)' }, { name: two === one ? `${two}x` : two, rule: 'Path(`/c`)' }]),
        listenerOf({ name: two, port: 81 }, [{ name: 'other', rule: 'Path(`/a`)' }]),
      ));
      expect(built.nodes.map((node) => node.folder).every((folder) => /^[A-Za-z0-9_~-]+$/.test(folder))).toBe(true);
      expect(new Set(built.nodes.map((node) => node.folder)).size).toBe(2);
    }), { numRuns: 90, examples: NASTY.map((value) => [value, value]) });
  });

  it('server hosts, listen addresses and settings', () => {
    fc.assert(fc.property(hostile, (value) => {
      const service = serviceOf('s', 'http://10.0.0.1:80');
      const { spec } = service.service;
      if (spec.kind !== 'loadBalancer') return;
      const endpoints = spec.endpoints.map((endpoint) => ({ ...endpoint, host: value }));
      const routers = [{ name: 'a', rule: 'Path(`/a`)', service: { ...service, service: { ...service.service, spec: { ...spec, endpoints } } } }];
      inert(buildKong(routingOf(listenerOf({ name: 'web', host: value }, routers)), undefined, { directory: value }), 1);
    }), { numRuns: 90, examples: NASTY.map((value) => [value]) });
  });

  it('certificate paths, trusted addresses', () => {
    fc.assert(fc.property(hostile, (value) => {
      const routing = routingOf(listenerOf({ name: 'web', forwardedHeaders: { insecure: false, trustedIPs: [value], connection: [], notAppendXForwardedFor: false } }, [{ name: 'a', rule: 'Path(`/a`)', tls: true }]));
      inert(buildKong({ ...routing, certificates: [{ certFile: value, keyFile: value, stores: [], origin: ORIGIN }] }), 1);
    }), { numRuns: 90, examples: NASTY.map((value) => [value]) });
  });
});
