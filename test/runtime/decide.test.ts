import { describe, expect, it } from 'vitest';
import type { Decision, Probe } from '../../src/ir/index.ts';
import { compareDecision, createRuntime, resultKey, type Observation } from '../../src/runtime/index.ts';
import { configRouting, loadRecording, recordedOf, type Config, type Exchange } from './recording.ts';
import { entryPointOf, hostRoute, middlewareOf, resolveService, routingOf } from './routing-of.ts';
import { listenerOf, routingOf as sideRouting } from '../support/routing-builder.ts';
import { encodeUtf8 } from '../../src/rule-lang/index.ts';

const recording = loadRecording();
const OPTIONS = { clock: () => 0, random: () => 0 };

function probeOf(config: Config, sent: NonNullable<Exchange['request']>): Probe {
  const body = sent.body === undefined ? {} : { body: Buffer.from(sent.body) };
  return { entryPoint: config.entryPoint, method: sent.method, target: encodeUtf8(sent.target), host: sent.host ?? `${config.name}.test`, headers: sent.headers ?? [], tls: false, clientIp: '127.0.0.1', ...body };
}

/** Chains whose outcome hangs on what services say, on time, or on state before the request. */
const NEED_ANSWERS = /^(errors-|forward-|circuit-|rate-(?!zero)|inflight-(?!zero)|buffering-re(sp|try)|retry-|lb-|digest-|passtls-|compress-|chain-compress|contenttype|grpcweb)/;

describe('decisions on recorded requests', () => {
  it.each(recording.configs.filter(({ name }) => !NEED_ANSWERS.test(name)).map((config) => [config.name, config] as const))('%s', (_, config) => {
    const runtime = createRuntime(configRouting(recording, config), OPTIONS);
    for (const exchange of recordedOf(config)?.requests ?? []) {
      if (exchange.request === undefined || exchange.response === undefined) continue;
      const decision = runtime.decide(probeOf(config, exchange.request));
      const [backend] = exchange.backend ?? [];
      expect([exchange.request, decision.kind]).toEqual([exchange.request, backend === undefined ? 'respond' : 'forward']);
      if (decision.kind === 'respond') expect(decision.status).toBe(exchange.response.status);
      if (decision.kind === 'forward') expect(`${exchange.request.method} ${decision.target} HTTP/1.1`).toBe(backend?.line);
    }
  });
});

function decide(middlewares: readonly Record<string, Record<string, unknown>>[], probe: Partial<Probe> = {}, service = 'one1'): Decision {
  const chain = middlewares.map((written, index) => middlewareOf(`m${String(index)}`, written));
  const route = hostRoute('r', 'a.test', chain, resolveService(service, recording.serviceConfigs));
  const runtime = createRuntime(routingOf(entryPointOf('web'), [route]), OPTIONS);
  return runtime.decide({ entryPoint: 'web', method: 'GET', target: '/api/x', host: 'a.test', headers: [], tls: false, clientIp: '10.0.0.1', ...probe });
}

describe('what a decision tells', () => {
  it.each([['Header(`Cache-Control`, `no-cache`)', [['pragma', 'no-cache']], 'forward'], ['Header(`Cache-Control`, `no-cache`)', [['Pragma', 'no-cache'], ['Cache-Control', '']], 'respond']] as const)('a lone `Pragma: no-cache` counts as Cache-Control too, as in Go: %s, %j', (rule, headers, kind) => {
    const routing = sideRouting(listenerOf({ name: 'web', port: 80 }, [{ name: 'a', rule, service: 'http://127.0.0.1:9' }]));
    expect(createRuntime(routing, OPTIONS).decide({ entryPoint: 'web', method: 'GET', target: '/', host: 'a.test', headers, tls: false, clientIp: '10.0.0.1' }).kind).toBe(kind);
  });
  it('names what the chain did to the request and would do to the answer', () => {
    const headers = { customRequestHeaders: { 'X-Add': '1', 'X-Gone': '', Host: 'up.test' }, customResponseHeaders: { 'X-Res': 'r', Server: '' } };
    expect(decide([{ stripPrefix: { prefixes: ['/api'] } }, { headers }], { headers: [['X-Gone', 'x'], ['X-Kept', 'y']] })).toEqual({
      kind: 'forward',
      router: { protocol: 'http', kind: 'router', name: 'r', namespace: 'file' },
      service: { protocol: 'http', kind: 'service', name: 'one1', namespace: 'file' },
      endpoints: [{ address: 'http://127.0.3.1:27880', weight: 1 }],
      target: '/x',
      host: 'up.test',
      requestHeaders: { set: [['X-Add', '1'], ['X-Forwarded-Prefix', '/api']], remove: ['X-Gone'] },
      responseHeaders: { set: [['X-Res', 'r']], remove: ['Server'] },
    });
  });
  it('spends nothing: the same question has the same answer for ever', () => {
    const limited = { rateLimit: { average: 1, burst: 1 } };
    const chain = [middlewareOf('m', limited)];
    const runtime = createRuntime(routingOf(entryPointOf('web'), [hostRoute('r', 'a.test', chain, resolveService('rr2', recording.serviceConfigs))]), OPTIONS);
    const probe: Probe = { entryPoint: 'web', method: 'GET', target: '/', host: 'a.test', headers: [], tls: false, clientIp: '10.0.0.1' };
    const answers = new Set([1, 2, 3].map(() => resultKey(runtime.decide(probe))));
    expect(answers.size).toBe(1);
    expect([...answers][0]).toContain('forward');
  });
  it.each([
    ['w31', { 'http://127.0.3.1:27880': 3, 'http://127.0.3.2:27880': 1 }],
    ['w0', { 'http://127.0.3.2:27880': 1 }],
    ['sw', { 'http://127.0.3.1:27880': 2, 'http://127.0.3.2:27880': 1 }],
    ['mirror50', { 'http://127.0.3.1:27880': 1 }],
    ['fail', { 'http://127.0.3.6:27880': 1 }],
  ])('lists the endpoints of %s with their weights', (service, expected) => {
    const decision = decide([], {}, service);
    expect(decision.kind === 'forward' ? Object.fromEntries(decision.endpoints.map(({ address, weight }) => [address, weight])) : decision).toEqual(expected);
  });
  it('keeps a client at the endpoint of its cookie', () => {
    const decision = decide([], { headers: [['Cookie', 'lbc=ce8c82b8a31d78c7']] }, 'sticky');
    expect(decision.kind === 'forward' ? decision.endpoints : decision).toEqual([{ address: 'http://127.0.3.1:27880', weight: 1 }]);
  });
  it.each([
    ['a service without servers', decide([], {}, 'empty'), 503, 'no available server\n'],
    ['an unknown host', decide([], { host: 'b.test' }), 404, '404 page not found\n'],
    ['an unknown entry point', decide([], { entryPoint: 'other' }), 404, '404 page not found\n'],
    ['a target that is none', decide([], { target: 'x' }), 400, '400 Bad Request'],
    ['a plugin', decide([{ plugin: { name: 'geo' } }]), 501, 'the plugin "geo" runs only in Traefik\n'],
  ])('answers %s itself', (_, decision, status, body) => {
    expect(decision).toMatchObject({ kind: 'respond', status, body });
  });
});

describe('an engine held against a decision', () => {
  const probe: Probe = { entryPoint: 'web', method: 'GET', target: '/api/x', host: 'a.test', headers: [['X-Kept', 'y'], ['X-Gone', 'x']], tls: false, clientIp: '10.0.0.1' };
  const decision = decide([{ stripPrefix: { prefixes: ['/api'] } }, { headers: { customRequestHeaders: { 'X-Gone': '' }, customResponseHeaders: { 'X-Res': 'r' } } }], probe);
  const agrees: Observation = {
    status: 200,
    responseHeaders: [['X-Res', 'r'], ['Date', 'now'], ['Content-Length', '2']],
    backend: { address: '127.0.3.1:27880', method: 'GET', target: '/x', headers: [['Host', 'a.test'], ['x-kept', 'y'], ['X-Forwarded-Prefix', '/api'], ['X-Forwarded-For', '10.0.0.1'], ['Accept-Encoding', 'gzip']] },
  };
  const backend = agrees.backend;
  const cases: readonly (readonly [string, Observation, string | undefined])[] = [
    ['the same', agrees, undefined],
    ['an answer of its own', { ...agrees, backend: null }, 'answered by'],
    ['another server', { ...agrees, backend: backend && { ...backend, address: '127.0.3.2:27880' } }, 'endpoint'],
    ['another path', { ...agrees, backend: backend && { ...backend, target: '/api/x' } }, 'target'],
    ['another host', { ...agrees, backend: backend && { ...backend, headers: [['Host', 'up'], ...backend.headers.slice(1)] } }, 'host'],
    ['a field kept that must go', { ...agrees, backend: backend && { ...backend, headers: [...backend.headers, ['X-Gone', 'x']] } }, 'request header x-gone'],
    ['a field missing', { ...agrees, backend: backend && { ...backend, headers: backend.headers.filter(([name]) => name !== 'x-kept') } }, 'request header x-kept'],
    ['an answer without its field', { ...agrees, responseHeaders: [] }, 'response header x-res'],
    ['another status', { ...agrees, status: 204 }, 'status'],
  ];
  it.each(cases)('%s', (_, seen, what) => {
    expect(compareDecision(decision, seen, { engine: 'traefik', probe })?.what).toBe(what);
  });
});
