import { readFileSync } from 'node:fs';
import fc from 'fast-check';
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

/** What decides, without where it was written. */
function meaning(routing: Routing): unknown {
  return JSON.parse(JSON.stringify({ listeners: routing.listeners, certificates: routing.certificates }, (key: string, value: unknown) => (WHENCE.has(key) ? undefined : typeof value === 'bigint' ? String(value) : typeof value === 'string' ? value.replace(/@(?:docker|file)$/, '') : value))) as unknown;
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
