import { readFileSync } from 'node:fs';
import fc from '../../support/fast-check.ts';
import { expect, test } from 'vitest';
import { load, toGatewayYaml } from '../../../src/index.ts';
import type { Loaded } from '../../../src/index.ts';
import type { Routing } from '../../../src/ir/index.ts';
import { readCases } from '../../support/cases.ts';
import { loadCase } from '../../support/emitted.ts';
import { composeText } from '../../support/gen/compose.ts';
import { drawn } from '../../support/gen/draw.ts';
import { drawGateway } from '../../support/gen/gateway.ts';
import { loadSpecText } from '../../support/gateway-yaml.ts';
import { memoryHost } from '../../support/lint.ts';
import { stringify } from 'yaml';

const NOTHING = { endpoints: [], entryPoints: new Map<string, { host: string; port: number }>() };

function resolved(loaded: Loaded): NonNullable<Loaded['gateways'][number]['resolved'][number]> {
  const found = loaded.gateways[0]?.resolved[0];
  if (found === undefined) throw new Error(`nothing was resolved: ${loaded.diagnostics.map(({ message }) => message).join('; ')}`);
  return found;
}

function printed(loaded: Loaded): string | undefined {
  return toGatewayYaml(loaded)[0]?.text;
}

/** Where things came from, under which provider, in which syntax the rule was written; what a container knew of itself. */
const WHENCE = new Set(['origin', 'places', 'variables', 'symbol', 'container', 'namespace', 'raw', 'holes', 'from', 'defaultRule', 'syntax', 'v2', 'ruleText', 'writtenAs', 'stacks']);

/** The order of consumers means nothing. */
function byName(consumers: Routing['consumers'] = []): unknown {
  return consumers.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ origin: _, symbol: __, ...one }) => one);
}

/** What decides, without where it was written; of two names in two namespaces one had to change. */
function meaning(routing: Routing): unknown {
  return JSON.parse(JSON.stringify({ listeners: routing.listeners, certificates: routing.certificates, consumers: byName(routing.consumers) }, (key: string, value: unknown) => (WHENCE.has(key) ? undefined : typeof value === 'bigint' ? String(value) : typeof value === 'string' ? value.replace(/@(?:docker|file)$|-docker$/, '') : value))) as unknown;
}

/** Reads what was printed and compares both sides; false when the gateway cannot be said at all. */
function survives(loaded: Loaded): boolean {
  const text = printed(loaded);
  if (text === undefined) return false;
  const again = loadSpecText({ files: { 'gateway.yaml': text } });
  expect({ text, said: again.diagnostics.map(({ message }) => message) }).toEqual({ text, said: [] });
  expect(meaning(resolved(again).routing)).toEqual(meaning(resolved(loaded).routing));
  expect(printed(again)).toBe(text);
  return true;
}

const cases = readCases();

test.each(cases.map((one) => [one.name, one] as const))('case %s is the same after it was printed and read', (_, one) => {
  survives(loadCase(one, NOTHING));
});

test('a generated gateway is the same after it was printed and read', () => {
  let printedOnes = 0;
  const statics = new Map(cases.map((one) => [one.staticPath, readFileSync(one.staticPath, 'utf8')]));
  fc.assert(fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seed) => {
    const spec = drawn(seed, drawGateway);
    const [, text] = [...statics].find(([name]) => name.endsWith(`/${spec.profile}.yml`)) ?? [];
    if (text === undefined) throw new Error(`no static configuration ${spec.profile}`);
    const files = { 'compose.yml': composeText(spec), 'traefik.yml': text };
    const variables = new Map([['AUTH_IP', '127.0.0.1']]);
    const loaded = load({ gateways: [{ name: 'default', stacks: [{ files: ['compose.yml'], variables }], static: 'traefik.yml', dynamic: [], versions: ['3.7'] }], declared: true, host: memoryHost(files), overrides: NOTHING });
    if (survives(loaded)) printedOnes += 1;
  }), { numRuns: 60, seed: 20_261 });
  expect(printedOnes).toBeGreaterThan(50);
}, 120_000);

const word = fc.constantFrom('a', 'b-1', 'gold', 'true', '12', 'x.y', 'ü', '$HOME', '${A}', 'a$$b', "it's", '"q"', '# no', 'k: v');
const dollars = (text: string): string => text.replaceAll('$', '$$$$');
const value = word.map(dollars);
const reference = fc.oneof(fc.record({ env: fc.constantFrom('A', 'B_2') }), fc.record({ file: fc.constantFrom('keys/a', 'b.pem') }));
const limit = fc.tuple(fc.integer({ min: 1, max: 100_000 }), fc.constantFrom('second', 'minute', 'hour', 'day', 'month', 'year')).map(([amount, window]) => `${String(amount)}/${window}`);
const listed = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T | readonly T[]> => fc.oneof(item, fc.uniqueArray(item, { minLength: 1, maxLength: 3, selector: (one) => JSON.stringify(one) }));
/** Issuers and users belong to one consumer: its number is in them. */
const consumerOf = (at: number): fc.Arbitrary<unknown> => fc.record({
  id: fc.constantFrom('id', 'c$$1').map((text) => `${text}${String(at)}`),
  groups: listed(value), keys: listed(reference), limit,
  tokens: fc.oneof(fc.record({ issuer: value.map((text) => `${text} ${String(at)}`), secret: reference, algorithm: fc.constantFrom('HS256', 'HS512') }), fc.record({ issuer: value.map((text) => `${text} ${String(at)}`), publicKey: reference })),
  logins: fc.record({ user: value.map((text) => `${text} ${String(at)}`), password: reference }),
}, { requiredKeys: [] });
const asking = fc.oneof(
  fc.record({ apiKey: fc.oneof(fc.constant(true), fc.constant('X-Key'), fc.record({ names: listed(value), in: listed(fc.constantFrom('header', 'query')), keep: fc.boolean() }, { requiredKeys: [] })) }),
  fc.record({ jwt: fc.oneof(fc.constant(true), fc.record({ claim: value, verify: listed(fc.constantFrom('exp', 'nbf')) }, { requiredKeys: ['claim'] })) }),
  fc.record({ login: fc.oneof(fc.constant(true), fc.record({ realm: value, keep: fc.boolean() }, { requiredKeys: ['realm'] })) }),
  fc.record({ groups: listed(value) }),
  fc.record({ consumerLimit: fc.oneof(limit, fc.record({ amount: fc.integer({ min: 1, max: 9 }), window: fc.constantFrom('hour', 'year') })) }),
);
const platform = fc.record({
  names: fc.uniqueArray(word.filter((text) => !/[\s@]/.test(text)), { minLength: 1, maxLength: 4 }),
  consumers: fc.tuple(consumerOf(0), consumerOf(1), consumerOf(2), consumerOf(3)),
  routes: fc.array(fc.record({ host: fc.constant('a.example'), headers: fc.dictionary(fc.constantFrom('X-A', 'X-$B'), value, { maxKeys: 2 }), to: fc.constant('a:80'), use: fc.array(asking, { maxLength: 3 }) }), { minLength: 1, maxLength: 3 }),
});

test('a generated API platform is the same after it was printed and read', () => {
  fc.assert(fc.property(platform, ({ names, consumers, routes }) => {
    const text = stringify({ entryPoints: { web: 80 }, routes: Object.fromEntries(routes.map((route, at) => [`r${String(at)}$`, { ...route, priority: at + 1 }])), consumers: Object.fromEntries(names.map((name, at) => [name, consumers[at]])) });
    const loaded = loadSpecText({ files: { 'gateway.yaml': text } });
    expect({ text, said: loaded.diagnostics.map(({ message }) => message) }).toEqual({ text, said: [] });
    expect(survives(loaded)).toBe(true);
  }), { numRuns: 150, seed: 8 });
});

test('a variable without a value stays one, and a dollar stays a dollar', () => {
  const files = { 'gateway.yaml': 'entryPoints: { web: 80 }\nroutes:\n  a: { host: "${NOBODY}", headers: { X-$A: "$$5 ${NOBODY} $${OTHER}" }, to: a:80 }\n' };
  const text = printed(loadSpecText({ files })) ?? '';
  expect(text).toContain('Host(`${NOBODY}`) && Header(`X-$$A`, `$$5 ${NOBODY} $${OTHER}`)');
  expect(survives(loadSpecText({ files }))).toBe(true);
  const [router] = resolved(loadSpecText({ files: { 'gateway.yaml': text } })).gateway.routers;
  expect([...new Set(router?.ruleText.value.holes)]).toEqual(['NOBODY']);
});
