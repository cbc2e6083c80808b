import { beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { answer, readKongNode } from '../../../src/models/kong/index.ts';
import { entriesOf } from '../../../src/models/kong/classic.ts';
import { evaluate, fieldsOf } from '../../../src/models/kong/expression/evaluate.ts';
import { parseAtc } from '../../../src/models/kong/expression/parser.ts';
import { readTarget } from '../../../src/models/kong/front/request-line.ts';
import { rawField, routerRequest } from '../../../src/models/kong/request.ts';
import { decodeUtf8 } from '../../../src/models/kong/uri.ts';
import { isList, isObject, objectAt, objectsAt, stringAt } from '../../../src/models/kong/value.ts';
import type { JsonObject } from '../../../src/models/kong/value.ts';
import type { Probe } from '../../../src/ir/index.ts';
import { atcMatcher, loadAtcRouter } from '../../support/atc-router.ts';
import type { AtcValue } from '../../support/atc-router.ts';
import { plainProbe, recordedCases, recording } from '../../support/kong-recordings.ts';

vi.setConfig({ testTimeout: 60_000 });

let atc: Awaited<ReturnType<typeof loadAtcRouter>>;
beforeAll(async () => {
  atc = await loadAtcRouter();
});

/** Our router and Kong's engine on the same expressions, in the same order: the same first match for every request. */
function compare(config: JsonObject, flavor: 'expressions' | 'traditional_compatible', probes: readonly Probe[]): void {
  const node = readKongNode({ yaml: stringify(config), flavor });
  expect(node.router.faults).toEqual([]);
  const routes = node.file.routes.flatMap((route) => entriesOf(route, flavor)).sort((a, b) => (a.priority > b.priority ? -1 : a.priority < b.priority ? 1 : a.id > b.id ? -1 : 1));
  const engine = atcMatcher(atc, routes.map((route) => route.expression), node.router.fields);
  expect(engine.faults).toEqual([]);
  const differences = probes.flatMap((probe) => {
    const line = readTarget(probe.target);
    if (line === undefined) return [];
    const request = routerRequest(probe, line, 8000);
    if (node.router.fields.some((field) => rawField(request, field).some((value) => typeof value === 'string' && decodeUtf8(value) === undefined))) return [];
    const index = engine.first((field) => rawField(request, field).map((value) => toAtc(field, value)));
    const theirs = index === undefined ? undefined : routes[index]?.route.name;
    const got = answer(node, probe);
    if (got.match === undefined && got.status !== 404) return [];
    return got.match?.route.name === theirs ? [] : [{ target: probe.target, host: probe.host, mine: got.match?.route.name, theirs }];
  });
  expect(differences).toEqual([]);
}

function toAtc(field: string, value: string | bigint): AtcValue {
  if (typeof value === 'bigint') return { Int: Number(value) };
  return field.endsWith('.ip') ? { IpAddr: value } : { String: decodeUtf8(value) ?? '' };
}

describe.each(['route-expressions', 'route-paths-hosts-matching', 'route-upstreams', 'route-plugins'])('%s', (file) => {
  for (const recorded of recordedCases(file)) {
    const { flavor } = recorded;
    if (flavor !== 'traditional') it(recorded.name, () => compare(recorded.config, flavor, recorded.requests.map((request) => request.probe)));
  }
});

const paths = recording('kong/paths-expressions.json');
const root = isObject(paths) ? paths : {};
const targets = [...new Set(objectsAt(root, 'observations').map((entry) => stringAt(entry, 'target') ?? ''))];

describe.each(Object.keys(objectAt(root, 'sets')))('set %s', (set) => {
  const variants = objectAt(objectAt(root, 'sets'), set);
  it.each(['routes', 'cured', 'traditional_compatible'].filter((name) => name in variants))('%s', (variant) => {
    compare(objectAt(variants, variant), variant === 'traditional_compatible' ? variant : 'expressions', targets.map((target) => plainProbe(target)));
  });
});

const hosts = recording('kong/hosts-expressions.json');

describe.each(['literal', 'lower', 'regex'])('hosts %s', (variant) => {
  it('finds the same route', () => {
    const config = objectAt(objectAt(isObject(hosts) ? hosts : {}, 'configs'), variant);
    const probes = objectsAt(isObject(hosts) ? hosts : {}, 'observations').map((entry) => plainProbe(stringAt(entry, 'target') ?? '/', stringAt(entry, 'host')?.trim() ?? null));
    compare(config, 'expressions', probes);
  });
});

describe('the language', () => {
  it.each([
    'http.path == "/a"', 'http.path ^= r#"/a"b"#', 'any(lower(http.headers.x_a)) == "b"', '!(http.path == "/a") && (http.host == "a" || http.host == "b")',
    'net.src.ip in 10.0.0.0/8', 'net.src.ip not in fd00::/8', 'net.src.ip == ::1', 'http.path.segments.len >= 2', 'http.path contains "a"', 'http.path ~ r#"(?i)^/\\p{L}+$"#',
    // refused by the engine
    '!http.path == "/a"', 'http.path == /a', 'http.headers.x-a == "b"', 'http.path ~ "("', 'http.path ~ r#"a(?=b)"#', 'net.src.ip in 10.0.0.1/8', 'http.path == "a\\d"', 'http.path == "/a" http.host == "b"', 'upper(http.path) == "A"', '',
  ])('%s', (text) => {
    const parsed = parseAtc(text);
    const engine = atcMatcher(atc, [text], ['http.path', 'http.host', 'net.src.ip', 'http.path.segments.len', 'http.headers.x_a', ...(parsed.ok ? fieldsOf(parsed.atc) : [])].filter((name, index, all) => all.indexOf(name) === index));
    expect({ text, ok: parsed.ok }).toEqual({ text, ok: engine.faults.length === 0 });
  });
});

describe('patterns of the Rust engine', () => {
  const patterns = [
    '^/a$', '^/a(?:b|c)+$', '(?i)^/ÄB$', '(?i)k', '(?i)[a-f]+z', '(?i:a)B', 'a(?i)b', '\\d', '\\D', '\\w+', '\\W', '\\s', '\\bfoo\\b', '(?-u:\\b)é', '[[:alpha:]]', '[^[:digit:]/]', '[\\w-]+x', '[a\\-z]', '[]a]', '[^]a]', '\\p{L}', '\\p{Greek}', '\\PL', '\\x41', '\\x{1F600}', '\\u00e9',
    '.', '(?s:.)', '(?m)^b$', 'a{2}', 'a{2,}', 'a{1,3}?', '(?P<x>a)(?<y>b)', '\\Aa', 'a\\z', '\\$\\.', 'a|', '(|a)b', '(?:)', '[\\x00-\\x7F]', '[^\\x{0}-\\x{10FFFF}]', '(?x) a b', '(?U)a+', 'ß', '(?i)ſ', '\\n', '[.]', '#"', '~&&', 'a{,2}',
    // refused
    '(', 'a)', '[a', '*a', 'a**', '(?=a)', '\\1', '\\Q', '(?P<x>a)(?P<x>b)', '[b-a]', '\\xZZ', '(?z)a', 'a{2,1}', '\\p{Nope}', '(?-)a', '(?i-)a', '(?ii)a', '(?i-i)a', '(?i-:a)', '\\x4', '\\u004',
  ];
  const subjects = ['', '/a', '/abc', '/äb', 'K', '\u212a', 'fooz', 'FoO', ' foo ', 'xfoo', 'é', 'aé', '_', '-', ']', 'A', 'ab', 'aB', 'AB', '\u{1f600}', 'a\nb', 'b', 'aaa', 'a.', '$.', '٣', 'α', '\n', 'ſ', 's', 'S', 'ss', 'ß', '#"', '~&&', '\u00a0', '\u2028', 'z', '0', '/'];
  it.each(patterns)('%s', (pattern) => {
    const expression = `http.path ~ "${pattern.replace(/[\\"]/g, '\\$&')}"`;
    const engine = atcMatcher(atc, [expression], ['http.path']);
    const parsed = parseAtc(expression);
    expect({ pattern, ok: parsed.ok }).toEqual({ pattern, ok: engine.faults.length === 0 });
    if (!parsed.ok) return;
    const mine = subjects.filter((subject) => evaluate(parsed.atc, () => [subject], { texts: new Map(), captures: new Map() }));
    expect(mine).toEqual(subjects.filter((subject) => engine.first(() => [{ String: subject }]) !== undefined));
  });
});

it('counts what was compared', () => {
  const requests = ['route-expressions', 'route-paths-hosts-matching', 'route-upstreams', 'route-plugins'].flatMap(recordedCases).flatMap((entry) => entry.requests);
  expect([requests.length, targets.length, isList(root['observations']) ? root['observations'].length : 0]).toEqual([409, 241, 1446]);
});
