import { describe, expect, it } from 'vitest';
import type { Routing } from '../../../src/ir/index.ts';
import { decide } from '../../../src/models/kong/index.ts';
import { judge, refusals } from '../../../src/targets/judge.ts';
import { kong } from '../../../src/targets/kong/index.ts';
import { expressions } from '../../../src/targets/kong/capabilities.ts';
import { buildKong } from '../../support/kong-build.ts';
import { plainProbe } from '../../support/kong-recordings.ts';
import { listenerOf, middlewareOf as m, origins, routingOf, serviceOf, targetOptions } from '../../support/routing-builder.ts';
import { resolveService } from '../../runtime/routing-of.ts';

const ORIGIN = origins.default('build');

function refused(routing: Routing): readonly string[] {
  const version = '3.9';
  return refusals('kong', judge('kong', expressions, routing, version, new Map())).map((diagnostic) => `${diagnostic.rule.replace('target-', '')}: ${diagnostic.symbol.split(' ')[0] ?? ''}`);
}

function chained(...written: readonly Readonly<Record<string, unknown>>[]): Routing {
  return routingOf(listenerOf({ name: 'web' }, [{ name: 'a', rule: 'PathPrefix(`/api`)', middlewares: written.map((one, index) => m(`m${String(index)}`, one)) }]));
}
const ruled = (rule: string): Routing => routingOf(listenerOf({ name: 'web' }, [{ name: 'a', rule }]));

describe('capabilities', () => {
  it.each<[string, Routing, readonly string[]]>([
    ['plain', ruled('Host(`a.test`) && PathPrefix(`/x`)'), []],
    ['presence of a query', ruled('Query(`a`)'), ['unsupported: kong/rule.query']],
    ['a header name with a dot', ruled('Header(`X.A`, `b`)'), ['unsupported: kong/rule.header']],
    ['basicAuth', chained({ basicAuth: { users: ['u:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ='] } }), ['unsupported: kong/middleware.basicAuth.hash']],
    ['forwardAuth', chained({ forwardAuth: { address: 'http://a' } }), ['unsupported: kong/middleware.forwardAuth']],
    ['rateLimit', chained({ rateLimit: { average: 10 } }), ['approximate: kong/middleware.rateLimit']],
    ['order kept', chained({ ipAllowList: { sourceRange: ['10.0.0.0/8'] } }, { buffering: { maxRequestBodyBytes: 10 } }, { stripPrefix: { prefixes: ['/api'] } }), []],
    ['order lost', chained({ buffering: { maxRequestBodyBytes: 10 } }, { ipAllowList: { sourceRange: ['10.0.0.0/8'] } }), ['unsupported: kong/chain.order']],
    ['redirect behind a path change', chained({ stripPrefix: { prefixes: ['/api'] } }, { redirectScheme: { scheme: 'https' } }), ['unsupported: kong/chain.order']],
    ['two address lists', chained({ ipAllowList: { sourceRange: ['10.0.0.0/8'] } }, { ipAllowList: { sourceRange: ['10.1.0.0/16'] } }), ['unsupported: kong/chain.repeat']],
    ['headers twice', chained({ headers: { customRequestHeaders: { A: '1' } } }, { headers: { customRequestHeaders: { A: '2' } } }), []],
    ['a redirect to another port', chained({ redirectScheme: { scheme: 'https', port: '8443' } }), ['unsupported: kong/middleware.redirectScheme']],
    ['an unanchored replacePathRegex', chained({ replacePathRegex: { regex: '/a', replacement: '/b' } }), ['unsupported: kong/middleware.replacePathRegex']],
    ...['/[a-z]+$', '/a\\b', '^/a+?', '^/a[a-z/]*x', `/a{1,300}`].map((regex): [string, Routing, readonly string[]] => [`stripPrefixRegex ${regex}`, chained({ stripPrefixRegex: { regex: [regex] } }), ['unsupported: kong/middleware.stripPrefixRegex']]),
    ['replacePathRegex before replacePath', chained({ replacePathRegex: { regex: '^/api/(.*)', replacement: '/$1' } }, { replacePath: { path: '/x' } }), ['unsupported: kong/middleware.replacePathRegex', 'unsupported: kong/middleware.replacePath']],
    ['a Host that is none', chained({ headers: { customRequestHeaders: { Host: '"x' } } }), ['unsupported: kong/middleware.headers.customRequest']],
    ['response headers before a redirection', chained({ headers: { frameDeny: true } }, { redirectScheme: { scheme: 'https' } }), ['approximate: kong/chain.order']],
    ['request headers before a redirection', chained({ headers: { customRequestHeaders: { A: '1' } } }, { redirectScheme: { scheme: 'https' } }), []],
    ['a prefix with an escape', chained({ addPrefix: { prefix: '/a b' } }), ['unsupported: kong/middleware.addPrefix']],
    ['addPrefix before stripPrefix', chained({ addPrefix: { prefix: '/a' } }, { stripPrefix: { prefixes: ['/a'] } }), ['unsupported: kong/middleware.addPrefix', 'unsupported: kong/middleware.stripPrefix']],
  ])('%s', (_, routing, wanted) => {
    expect(refused(routing)).toEqual(wanted);
  });

  it('has both flavours', () => {
    expect(Object.keys(kong.flavours)).toEqual(['expressions', 'traditional_compatible']);
  });
});

describe('nodes', () => {
  const plain = listenerOf({ name: 'web' }, [{ name: 'r', rule: 'HostRegexp(`^.+$`)', middlewares: [m('https', { redirectScheme: { scheme: 'https', permanent: true } })] }]);
  const secure = listenerOf({ name: 'websecure', port: 443, host: '' }, [{ name: 'a', rule: 'Host(`a.test`)', tls: true, middlewares: [m('h', { headers: { stsSeconds: 10, stsIncludeSubdomains: true } })] }]);
  it('one folder for each set of routes', () => {
    const built = buildKong(routingOf(plain, secure));
    expect(built.nodes.map((node) => node.folder)).toEqual(['web', 'websecure']);
    expect(built.nodes.map((node) => node.node.conf.get('proxy_listen'))).toEqual(['127.0.0.1:80', '0.0.0.0:443 http2 ssl, [::]:443 http2 ssl']);
    const [web, websecure] = built.nodes;
    if (web === undefined || websecure === undefined) throw new Error('two nodes');
    expect(decide(web.node, plainProbe('/x?y', 'A.test:80'))).toMatchObject({ kind: 'respond', status: 301, headers: [['Location', 'https://a.test/x?y']] });
    expect(decide(web.node, { ...plainProbe('/x'), method: 'POST' })).toMatchObject({ kind: 'respond', status: 308 });
    expect(decide(websecure.node, { ...plainProbe('/x', 'a.test'), tls: { sni: 'a.test' } })).toMatchObject({ kind: 'forward', responseHeaders: { set: [['Strict-Transport-Security', 'max-age=10; includeSubDomains']] } });
  });
  it('one node for entry points with the same routes', () => {
    const again = { ...plain, entryPoint: { ...plain.entryPoint, name: 'alt', port: 8080 } };
    const built = buildKong(routingOf(plain, again));
    expect(built.nodes.map((node) => [node.folder, node.node.conf.get('proxy_listen')])).toEqual([['', '127.0.0.1:80, 127.0.0.1:8080']]);
  });
  it('refuses plain and TLS routers on one listener', () => {
    const built = buildKong(routingOf({ ...plain, tls: secure.tls }));
    expect(built.diagnostics.map((diagnostic) => [diagnostic.rule, diagnostic.blocking])).toEqual([['target-unsupported', true]]);
  });
  it('names one certificate', () => {
    const built = buildKong({ ...routingOf(secure), certificates: [{ certFile: '/c/a.pem', keyFile: '/c/a.key', stores: [], origin: ORIGIN }] });
    expect([built.nodes[0]?.node.conf.get('ssl_cert'), built.nodes[0]?.node.conf.get('ssl_cert_key')]).toEqual(['/c/a.pem', '/c/a.key']);
  });
});

describe('services', () => {
  const endpoints = (routing: Routing): unknown => {
    const found = decide(buildKong(routing).nodes[0]?.node ?? fail(), plainProbe('/x'));
    return found.kind === 'forward' ? [found.endpoints, found.host, found.target] : found;
  };
  const to = (service: ReturnType<typeof serviceOf>): Routing => routingOf(listenerOf({ name: 'web' }, [{ name: 'a', rule: 'PathPrefix(`/`)', service }]));

  it('one server directly, several through an upstream', () => {
    expect(endpoints(to(serviceOf('s', 'http://web:81')))).toEqual([[{ address: 'http://web:81', weight: 1 }], 'x.test', '/x']);
    expect(endpoints(to(serviceOf('s', 'http://web:81', 'http://10.0.0.2:82')))).toEqual([[{ address: 'http://web:81', weight: 1 }, { address: 'http://10.0.0.2:82', weight: 1 }], 'x.test', '/x']);
  });
  it('weights, the host of the server, an address of IPv6', () => {
    const service = resolveService('s', { s: { loadBalancer: { passHostHeader: false, servers: [{ url: 'http://[::1]:81', weight: 3 }, { url: 'http://10.0.0.2:82', weight: 0 }] } } });
    expect(endpoints(to(service))).toEqual([[{ address: 'http://[::1]:81', weight: 3 }], null, '/x']);
  });
  it('members of a weighted service, multiplied out', () => {
    const service = resolveService('w', {
      w: { weighted: { services: [{ name: 'one', weight: 3 }, { name: 'two', weight: 1 }] } },
      one: { loadBalancer: { servers: [{ url: 'http://10.0.0.1:81' }, { url: 'http://10.0.0.2:81' }] } },
      two: { loadBalancer: { servers: [{ url: 'http://10.0.0.3:81' }] } },
    });
    expect(endpoints(to(service))).toEqual([[{ address: 'http://10.0.0.1:81', weight: 3 }, { address: 'http://10.0.0.2:81', weight: 3 }, { address: 'http://10.0.0.3:81', weight: 2 }], 'x.test', '/x']);
  });
  it('no server: 503, as in Traefik', () => {
    expect(endpoints(to(serviceOf('s')))).toMatchObject({ kind: 'respond', status: 503 });
  });
  it('an upstream never takes the name of a server', () => {
    const built = buildKong(to(serviceOf('s', 'http://s.file.upstream:81', 'http://b:81')));
    expect([...(built.nodes[0]?.node.file.upstreams.keys() ?? [])]).toEqual(['s.file.upstream_2']);
  });
  it('what is Traefik itself keeps its place and answers 404', () => {
    const listener = listenerOf({ name: 'web' }, [{ name: 'dash', rule: 'PathPrefix(`/dashboard`)' }, { name: 'rest', rule: 'PathPrefix(`/`)' }]);
    const routing = routingOf({ ...listener, plain: listener.plain.map((route) => (route.router.name === 'dash' ? { ...route, service: { ...route.service, service: { ...route.service.service, spec: { kind: 'internal', name: 'api' } } } } : route)) });
    const built = buildKong(routing);
    expect(built.diagnostics.map((diagnostic) => [diagnostic.rule, diagnostic.severity, diagnostic.blocking])).toEqual([['internal-service', 'warning', false]]);
    expect(decide(built.nodes[0]?.node ?? fail(), plainProbe('/dashboard/'))).toMatchObject({ kind: 'respond', status: 404, router: { name: 'dash' } });
    expect(decide(built.nodes[0]?.node ?? fail(), plainProbe('/x'))).toMatchObject({ kind: 'forward', router: { name: 'rest' } });
  });
});

function fail(): never {
  throw new Error('nothing was built');
}

describe('the files', () => {
  it('are the same every time and hold no version or date', () => {
    const routing = routingOf(listenerOf({ name: 'web', sanitizePath: false, forwardedHeaders: { insecure: false, trustedIPs: ['10.0.0.0/8'], connection: [], notAppendXForwardedFor: false } }, [
      { name: 'shop', rule: 'Host(`shop.test`) && PathPrefix(`/api`)', middlewares: [m('in', { ipAllowList: { sourceRange: ['10.0.0.0/8'] } }), m('cut', { stripPrefix: { prefixes: ['/api'] } }), m('h', { headers: { customRequestHeaders: { 'X-A': 'no' } } })], service: serviceOf('shop', 'http://10.0.0.1:81', 'http://10.0.0.2:81') },
    ]));
    const lowered = kong.lower(routing, targetOptions('3.9'));
    expect(lowered.diagnostics).toEqual([]);
    expect(Object.fromEntries((lowered.plan === undefined ? [] : kong.render(lowered.plan)).map((file) => [file.path, file.text]))).toMatchSnapshot();
  });
});
