import { beforeAll, describe, expect, it } from 'vitest';
import type { Listener, TcpService } from '../../../src/ir/index.ts';
import { answerStream } from '../../../src/models/kong/index.ts';
import type { KongConnection } from '../../../src/models/kong/index.ts';
import { judge, refusals } from '../../../src/targets/judge.ts';
import { expressions, traditionalCompatible } from '../../../src/targets/kong/capabilities.ts';
import { atcMatcher, loadAtcRouter } from '../../support/atc-router.ts';
import type { AtcValue } from '../../support/atc-router.ts';
import { buildKong } from '../../support/kong-build.ts';
import type { Built } from '../../support/kong-build.ts';
import { tcpListener, tcpService, udpListener } from '../../support/kong-streams.ts';
import { listenerOf, routingOf } from '../../support/routing-builder.ts';

let atc: Awaited<ReturnType<typeof loadAtcRouter>>;
beforeAll(async () => {
  atc = await loadAtcRouter();
});

const from = (over: Partial<KongConnection>): KongConnection => ({ port: 5432, udp: false, clientIp: '127.0.0.1', tls: false, ...over });
const hello = (sni: string | null): KongConnection => from({ tls: { sni } });

function nodeOf(built: Built): Built['nodes'][number] {
  const [node] = built.nodes;
  if (node === undefined) throw new Error(`nothing was built: ${JSON.stringify(built.diagnostics)}`);
  return node;
}

/** Where a connection goes in the model; Kong's own engine must choose the same route. */
function reached(built: Built, connection: KongConnection): readonly string[] {
  const { node } = nodeOf(built);
  const seen = answerStream(node, connection);
  const sni = connection.tls === false ? null : connection.tls.sni;
  const values: Readonly<Record<string, readonly AtcValue[]>> = {
    'net.protocol': [{ String: connection.udp ? 'udp' : sni === null ? 'tcp' : 'tls' }], 'net.src.ip': [{ IpAddr: connection.clientIp }], 'net.dst.port': [{ Int: connection.port }], 'tls.sni': sni === null ? [] : [{ String: sni }],
  };
  const routes = node.file.routes.toSorted((a, b) => b.priority - a.priority);
  const engine = atcMatcher(atc, routes.map(({ expression = '' }) => expression), node.router.fields.concat('net.src.ip', 'net.dst.port', 'tls.sni').filter((field, index, all) => all.indexOf(field) === index));
  expect(engine.faults).toEqual([]);
  const chosen = engine.first((field) => values[field] ?? []);
  expect(seen.route?.name).toBe(chosen === undefined ? undefined : routes[chosen]?.name);
  return seen.endpoints.map(({ address, weight }) => `${address} ${String(weight)}`);
}

const refused = (...listeners: readonly Listener[]): readonly string[] => [...new Set(refusals('kong', judge('kong', expressions, routingOf(...listeners), '3.9', new Map())).map(({ symbol }) => symbol.split(' ')[0] ?? ''))];

describe('TCP', () => {
  it('takes every connection to its port, and no other port', () => {
    const built = buildKong(routingOf(tcpListener({ name: 'pg', port: 5432 }, { name: 'pg', rule: 'HostSNI(`*`)', to: ['db:5432'] }), tcpListener({ name: 'redis', port: 6379 }, { name: 'redis', rule: 'HostSNI(`*`)', to: ['10.0.0.2:6379'] })));
    expect(nodeOf(built).node.conf.get('stream_listen')).toBe('127.0.0.1:5432, 127.0.0.1:6379');
    expect(nodeOf(built).node.conf.get('proxy_listen')).toBe('off');
    expect([reached(built, from({})), reached(built, from({ port: 6379 })), reached(built, from({ port: 1 }))]).toEqual([['db:5432 1'], ['10.0.0.2:6379 1'], []]);
  });
  it('asks the routers in their order, by address', () => {
    const built = buildKong(routingOf(tcpListener({ name: 'pg', port: 5432 }, { name: 'near', rule: 'HostSNI(`*`) && (ClientIP(`10.0.0.0/8`) || ClientIP(`::1`))', to: ['a:1'] }, { name: 'rest', rule: 'HostSNI(`*`) && !ClientIP(`192.168.0.0/16`)', to: ['b:1'] })));
    expect(['10.1.1.1', '::1', '8.8.8.8', '192.168.3.4'].map((clientIp) => reached(built, from({ clientIp })))).toEqual([['a:1 1'], ['a:1 1'], ['b:1 1'], []]);
  });
  it('an address list closes what it does not name, and no later router takes it', () => {
    const built = buildKong(routingOf(tcpListener({ name: 'pg', port: 5432 }, { name: 'near', rule: 'HostSNI(`*`)', to: ['a:1'], allow: ['127.0.0.0/24', '::1'] }, { name: 'rest', rule: 'HostSNI(`*`)', to: ['b:1'] })));
    expect(['127.0.0.9', '::1', '127.0.1.1'].map((clientIp) => reached(built, from({ clientIp })))).toEqual([['a:1 1'], ['a:1 1'], []]);
  });
  it('weights are multiplied; no server closes', () => {
    const [one, two, none] = [tcpService('one', ['a:1', 'b:1']), tcpService('two', ['c:1']), tcpService('none', [])];
    const spec = { kind: 'weighted', services: [{ service: one.ref, weight: 3 }, { service: two.ref, weight: 1 }] } as const;
    const whole: TcpService = { ...tcpService('all', []), spec };
    expect(reached(buildKong(routingOf(tcpListener({ name: 'pg', port: 5432 }, { name: 'w', rule: 'HostSNI(`*`)', to: whole, members: [one, two] }))), from({}))).toEqual(['a:1 3', 'b:1 3', 'c:1 2']);
    expect(reached(buildKong(routingOf(tcpListener({ name: 'pg', port: 5432 }, { name: 'w', rule: 'HostSNI(`*`)', to: none }))), from({}))).toEqual([]);
  });
});

describe('TLS in streams', () => {
  it('chooses by name, without case; ends TLS or passes it on', () => {
    const built = buildKong(routingOf(tcpListener({ name: 'tls', port: 5432 }, { name: 'one', rule: 'HostSNI(`a.test`)', to: ['a:1'], tls: 'ends' }, { name: 'sub', rule: 'HostSNIRegexp(`^[a-z]+\\.b\\.test$`)', to: ['b:1'], tls: 'passes' }, { name: 'rest', rule: 'HostSNI(`*`)', to: ['c:1'], tls: 'ends' })));
    expect(nodeOf(built).node.conf.get('stream_listen')).toBe('127.0.0.1:5432 ssl');
    expect(['a.test', 'A.Test', 'x.b.test', '1.b.test', null].map((sni) => reached(built, hello(sni)))).toEqual([['a:1 1'], ['a:1 1'], ['b:1 1'], ['c:1 1'], ['c:1 1']]);
    expect([answerStream(nodeOf(built).node, hello('a.test')).terminated, answerStream(nodeOf(built).node, hello('x.b.test')).terminated]).toEqual([true, false]);
  });
  it('plain text on a TLS port reaches nobody', () => {
    const built = buildKong(routingOf(tcpListener({ name: 'tls', port: 5432 }, { name: 'pass', rule: 'HostSNI(`a.test`)', to: ['a:1'], tls: 'passes' }, { name: 'rest', rule: 'HostSNI(`*`)', to: ['c:1'], tls: 'ends' })));
    expect(reached(built, from({}))).toEqual([]);
  });
});

describe('UDP', () => {
  it('by its port, in a node of its own where TCP has the same port', () => {
    const built = buildKong(routingOf(tcpListener({ name: 'dns', port: 53 }, { name: 'dns', rule: 'HostSNI(`*`)', to: ['a:53'] }), udpListener({ name: 'dnsudp', port: 53 }, 'dns', ['b:53', 'c:53'])));
    expect(built.nodes.map(({ folder, node }) => [folder, node.conf.get('stream_listen')])).toEqual([['tcp', '127.0.0.1:53'], ['udp', '127.0.0.1:53 udp']]);
    const [tcp, udp] = built.nodes;
    if (tcp === undefined || udp === undefined) throw new Error('two nodes');
    expect(reached({ ...built, nodes: [udp] }, from({ port: 53, udp: true }))).toEqual(['b:53 1', 'c:53 1']);
    expect(reached({ ...built, nodes: [tcp] }, from({ port: 53 }))).toEqual(['a:53 1']);
  });
  it('stands beside nodes for HTTP', () => {
    const built = buildKong(routingOf(listenerOf({ name: 'web' }, [{ name: 'a', rule: 'PathPrefix(`/`)' }]), udpListener({ name: 'dns', port: 53 }, 'dns', ['b:53'])));
    expect(built.nodes.map(({ folder }) => folder)).toEqual(['', 'udp']);
  });
});

describe('verdicts', () => {
  const one = (over: Partial<Parameters<typeof tcpListener>[1]>): Listener => tcpListener({ name: 'x', port: 1 }, { name: 'a', rule: 'HostSNI(`*`)', to: ['a:1'], ...over });
  it.each<[string, Listener, readonly string[]]>([
    ['plain', one({}), []],
    ['TLS ends here', one({ tls: 'ends' }), []],
    ['passthrough by name', one({ tls: 'passes', rule: 'HostSNI(`a.test`)' }), []],
    ['passthrough of everything', one({ tls: 'passes' }), ['kong/tcp.passthrough']],
    ['passthrough of all but one', one({ tls: 'passes', rule: '!HostSNI(`a.test`)' }), ['kong/tcp.passthrough']],
    ['ALPN', one({ tls: 'ends', rule: 'HostSNI(`a.test`) && ALPN(`h2`)' }), ['kong/tcp.alpn']],
    ['a pattern for an empty name', one({ tls: 'ends', rule: 'HostSNIRegexp(`.*`)' }), ['kong/tcp.hostSniRegexp']],
    ['with and without TLS', tcpListener({ name: 'x', port: 1 }, { name: 'a', rule: 'HostSNI(`a.test`)', to: ['a:1'], tls: 'ends' }, { name: 'b', rule: 'HostSNI(`*`)', to: ['a:1'] }), ['kong/tcp.router']],
    ['a range that is none', one({ allow: ['10.0.0.0/99'] }), ['kong/tcp.middleware.ipAllowList']],
  ])('%s', (_, listener, wanted) => {
    expect(refused(listener)).toEqual(wanted);
  });
  it('the classic flavour has no streams', () => {
    expect(refusals('kong', judge('kong', traditionalCompatible, routingOf(one({})), '3.9', new Map())).length).toBeGreaterThan(0);
  });
});
