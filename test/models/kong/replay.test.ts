import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { HeaderList, HeaderOps } from '../../../src/ir/index.ts';
import { answer, readKongNode } from '../../../src/models/kong/index.ts';
import type { KongNode } from '../../../src/models/kong/index.ts';
import { isList, isObject, objectAt, objectsAt, stringAt } from '../../../src/models/kong/value.ts';
import type { JsonObject } from '../../../src/models/kong/value.ts';
import { plainProbe, recordedCases, recording } from '../../support/kong-recordings.ts';
import type { RecordedCase } from '../../support/kong-recordings.ts';

/** Plugins whose answer depends on counters, caches or Lua: their other requests are compared all the same. */
const NOT_MODELLED = new Set(['rate-limiting', 'proxy-cache', 'pre-function']);

/** Tokens were made for about this time. */
const RECORDED_AT = 1_780_000_000;

/** What came before decides here: `net.protocol` is not in the router's cache key, so plain HTTP gets the answer that TLS without SNI got. */
const CACHED = new Set(['ex-http-only-tls-first@ex', 'ex-http-only-tls-first@tc', 'snis']);

describe.each(['route-expressions', 'route-paths-hosts-matching', 'route-upstreams', 'route-plugins'])('%s', (file) => {
  for (const recorded of recordedCases(file)) it(recorded.name, () => replay(recorded, file));
});

function replay(recorded: RecordedCase, file: string): void {
  const node = nodeOf(recorded.config, recorded.flavor);
  const cache = new Map();
  for (const { probe, expect: wanted } of recorded.requests) {
    const got = answer(node, probe, { now: RECORDED_AT, ...(CACHED.has(recorded.name) ? { cache } : {}) });
    if ('distribution' in wanted) {
      // Hashing and the exact sequence are not decided here, only who may get a request.
      const possible = (got.forward?.endpoints ?? []).map((endpoint) => endpoint.address.replace(/^\w+:\/\//, ''));
      expect(possible).toEqual(expect.arrayContaining(Object.keys(objectAt(wanted, 'distribution'))));
      continue;
    }
    const stateful = got.unmodelled.some((name) => NOT_MODELLED.has(name));
    const summary = { route: got.match?.route.name ?? null, ...(stateful ? {} : { status: got.status ?? statusOf(wanted) }) };
    expect(summary, probe.target).toEqual({ route: wanted['route'] ?? null, ...(stateful ? {} : { status: wanted['status'] }) });
    if (got.forward !== undefined && typeof wanted['upstream_path'] === 'string' && !stateful) compareUpstream(got.forward, wanted);
    if (got.forward !== undefined && file === 'route-plugins' && !stateful) compareCaller(got.forward.requestHeaders, probe.headers, wanted);
    if (got.forward === undefined && !stateful) compareHeaders(got.headers, wanted);
  }
}

/** A forwarded request has the upstream's status, which the echo chooses: only that it was forwarded counts. */
function statusOf(wanted: JsonObject): unknown {
  return 'upstream' in wanted ? wanted['status'] : 'forwarded';
}

function compareUpstream(forward: { readonly target: string; readonly host: string | null; readonly endpoints: readonly { readonly address: string }[] }, wanted: JsonObject): void {
  const host = forward.host === null ? stringAt(wanted, 'upstream') : forward.host;
  const wantedHost = stringAt(wanted, 'upstream_host');
  expect(forward.target).toBe(stringAt(wanted, 'upstream_path'));
  expect(forward.endpoints.map((endpoint) => endpoint.address)).toContain(`http://${endpointName(forward, wanted)}`);
  expect([host, `${host ?? ''}:${(stringAt(wanted, 'upstream') ?? '').split(':')[1] ?? ''}`, forward.endpoints[0]?.address.replace('http://', '')]).toContain(wantedHost);
}

/** Fields that authentication adds or takes out; ids are random. */
const OF_CALLERS = /^(?:x-consumer-(?:username|custom-id)|x-credential-identifier|authorization|proxy-authorization|apikey|x-api-key)$/;

function compareCaller({ set, remove }: HeaderOps, sent: HeaderList, wanted: JsonObject): void {
  const gone = new Set([...remove, ...set.map(([name]) => name)].map((name) => name.toLowerCase()));
  const mine = [...sent.filter(([name]) => !gone.has(name.toLowerCase())), ...set].map(([name, value]) => [name.toLowerCase(), value === '<id>' ? '<uuid>' : value]).filter(([name = '']) => OF_CALLERS.test(name));
  const list = wanted['upstream_headers'];
  const theirs = (isList(list) ? list : []).flatMap((pair) => (isList(pair) ? [[String(pair[0]).toLowerCase(), String(pair[1])]] : [])).filter(([name = '']) => OF_CALLERS.test(name));
  expect(Object.fromEntries(mine)).toEqual(Object.fromEntries(theirs));
}

/** Recorded addresses are numbers, one configuration names localhost. */
function endpointName(forward: { readonly endpoints: readonly { readonly address: string }[] }, wanted: JsonObject): string {
  const upstream = stringAt(wanted, 'upstream') ?? '';
  return forward.endpoints[0]?.address.includes('localhost') === true ? upstream.replace('127.0.0.1', 'localhost') : upstream;
}

const COMPARED = new Set(['location', 'www-authenticate', 'access-control-allow-origin', 'access-control-allow-methods', 'access-control-allow-headers', 'access-control-max-age', 'access-control-allow-credentials', 'upgrade']);

function compareHeaders(headers: readonly (readonly [string, string])[], wanted: JsonObject): void {
  const list = wanted['response_headers'];
  const recorded = (isList(list) ? list : []).flatMap((pair) => (isList(pair) ? [[String(pair[0]).toLowerCase(), String(pair[1])]] : [])).filter(([name]) => COMPARED.has(name ?? ''));
  const mine = headers.map(([name, value]) => [name.toLowerCase(), value]).filter(([name]) => COMPARED.has(name ?? ''));
  expect(Object.fromEntries(mine)).toEqual(Object.fromEntries(recorded));
}

function nodeOf(config: JsonObject, flavor: RecordedCase['flavor'], include?: JsonObject): KongNode {
  return readKongNode({
    yaml: stringify(config),
    flavor,
    conf: 'proxy_listen = 0.0.0.0:18000, 0.0.0.0:18443 ssl\n' + (include === undefined ? '' : `nginx_http_large_client_header_buffers = ${stringAt(include, 'KONG_NGINX_HTTP_LARGE_CLIENT_HEADER_BUFFERS') ?? ''}\n`),
    ...(include === undefined ? {} : { httpInclude: stringAt(include, 'KONG_NGINX_HTTP_INCLUDE') ?? '', proxyInclude: stringAt(include, 'KONG_NGINX_PROXY_INCLUDE') ?? '' }),
  });
}

const paths = recording('kong/paths-expressions.json');
const recordedPaths = isObject(paths) ? paths : {};

/** The decision recorded for a set and target: a later list holds only what differs from an earlier one. */
function recordedPath(lists: readonly string[]): ReadonlyMap<string, JsonObject> {
  const out = new Map<string, JsonObject>();
  for (const list of lists) for (const entry of objectsAt(recordedPaths, list)) out.set(`${stringAt(entry, 'set') ?? ''} ${stringAt(entry, 'target') ?? ''}`, entry);
  return out;
}

const VARIANTS = [
  { name: 'straight', lists: ['observations'], config: 'routes', node: false, flavor: 'expressions' },
  { name: 'cured', lists: ['observations', 'cured_vs_observations'], config: 'cured', node: false, flavor: 'expressions' },
  { name: 'node', lists: ['observations', 'cured_vs_observations', 'node_vs_cured'], config: 'cured', node: true, flavor: 'expressions' },
  { name: 'traditional_compatible', lists: ['observations', 'cured_vs_observations', 'traditional_compatible_vs_cured'], config: 'traditional_compatible', node: false, flavor: 'traditional_compatible' },
] as const;

describe.each(VARIANTS)('paths, $name', (variant) => {
  const wanted = recordedPath(variant.lists);
  const sets = objectAt(recordedPaths, 'sets');
  const targets = [...new Set(objectsAt(recordedPaths, 'observations').map((entry) => stringAt(entry, 'target') ?? ''))];
  it.each(Object.keys(sets).filter((set) => variant.config in objectAt(sets, set)))('%s', (set) => {
    const node = nodeOf(objectAt(objectAt(sets, set), variant.config), variant.flavor, variant.node ? objectAt(recordedPaths, 'node') : undefined);
    expect(node.router.faults).toEqual([]);
    const differences = targets.flatMap((target) => {
      const entry = wanted.get(`${set} ${target}`) ?? {};
      const got = answer(node, plainProbe(target));
      const mine = got.forward === undefined ? { status: got.status } : { status: 200, router: got.match?.route.service?.name, upstream: got.forward.target, host: got.forward.host };
      const theirs = entry['status'] === 200 ? { status: 200, router: stringAt(entry, 'router')?.replace('foo bar', 'foo_bar').replace('a%2F', 'a_2F'), upstream: entry['upstream'], host: entry['host'] } : { status: entry['status'] };
      return JSON.stringify(mine) === JSON.stringify(theirs) ? [] : [{ target: target.slice(0, 80), mine, theirs }];
    });
    expect(differences).toEqual([]);
  });
});

const hosts = recording('kong/hosts-expressions.json');
const recordedHosts = isObject(hosts) ? hosts : {};

describe.each(['literal', 'lower', 'regex', 'regexNode'])('hosts, %s', (variant) => {
  const config = objectAt(objectAt(recordedHosts, 'configs'), variant === 'regexNode' ? 'regex' : variant);
  const node = nodeOf(config, 'expressions', variant === 'regexNode' ? objectAt(recordedPaths, 'node') : undefined);
  it('decides as recorded', () => {
    const differences = objectsAt(recordedHosts, 'observations').flatMap((entry) => {
      const wanted = objectAt(entry, variant);
      const extra = Array.isArray(entry['extraHeaders']) ? entry['extraHeaders'] : [];
      const headers = extra.flatMap((pair) => (isList(pair) ? [[String(pair[0]), String(pair[1])] as const] : []));
      const got = answer(node, { ...plainProbe(stringAt(entry, 'target') ?? '/', stringAt(entry, 'host') ?? null), headers }, { http10: entry['version'] === '1.0' });
      const mine = got.forward === undefined ? { status: got.status } : { status: 200, router: got.match?.route.name };
      const theirs = wanted['status'] === 200 ? { status: 200, router: wanted['router'] } : { status: wanted['status'] };
      return JSON.stringify(mine) === JSON.stringify(theirs) ? [] : [{ host: entry['host'], target: entry['target'], extra: entry['extraHeaders'], version: entry['version'], mine, theirs }];
    });
    expect(differences).toEqual([]);
  });
});
