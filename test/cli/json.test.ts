import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { inspection } from '../support/docker-container.ts';
import { isJsonObject } from '../support/json.ts';
import { gateway, project } from './gateway.ts';
import { BROKEN, CLEAN, LIMITED, VARIABLE, WARNED } from './stacks.ts';

const NAMES = ['build', 'config', 'demo', 'diff', 'discover', 'drift', 'error', 'explain', 'gateway', 'lint', 'manifest', 'report', 'rules', 'targets', 'test', 'tests'];
const TWO = { 'a/compose.yml': CLEAN, 'b/compose.yml': BROKEN, 'gateway.config.yaml': 'gateways:\n  a: { stacks: [a] }\n  b: { stacks: [b] }\n' };

const CASES: readonly { readonly schema: string; readonly name: string; readonly files?: Readonly<Record<string, string>>; readonly args: readonly string[]; readonly status: number }[] = [
  { schema: 'lint', name: 'nothing found', files: { 'compose.yml': CLEAN }, args: ['lint', '--json'], status: 0 },
  { schema: 'lint', name: 'findings with fixes', files: { 'compose.yml': BROKEN }, args: ['lint', '--json'], status: 1 },
  { schema: 'lint', name: 'a finding with a related place', files: { 'compose.yml': WARNED.replace('    ports:', '    deploy: {}\n    ports:') }, args: ['lint', '--format', 'json'], status: 0 },
  { schema: 'lint', name: 'skipped checks', files: { 'compose.yml': VARIABLE, 'other.yml': 'services:\n  x:\n    image: x:1\n    labels: [traefik.enable=true]\n' }, args: ['lint', 'compose.yml', 'other.yml', '--format=json'], status: 0 },
  { schema: 'lint', name: 'a broken file', files: { 'compose.yml': 'services: [' }, args: ['lint', '--json'], status: 1 },
  { schema: 'lint', name: 'blocking findings only', files: { 'compose.yml': BROKEN }, args: ['validate', '--json'], status: 1 },
  { schema: 'build', name: 'written', files: { 'compose.yml': CLEAN }, args: ['build', '--json', '--to', 'traefik,nginx,kong'], status: 0 },
  { schema: 'build', name: 'refused', files: { 'compose.yml': LIMITED }, args: ['build', '--json', '--to', 'traefik,nginx'], status: 1 },
  { schema: 'build', name: 'stale', files: { 'compose.yml': CLEAN }, args: ['build', '--json', '--check'], status: 1 },
  { schema: 'build', name: 'two gateways', files: TWO, args: ['build', '--json'], status: 1 },
  { schema: 'report', name: 'features', files: { 'compose.yml': LIMITED }, args: ['build', '--report', 'json', '--to', 'traefik,kong'], status: 1 },
  { schema: 'explain', name: 'forwarded', files: { 'compose.yml': LIMITED }, args: ['explain', 'http://a.example.com/x?y=1', '--json'], status: 0 },
  { schema: 'explain', name: 'no router', files: { 'compose.yml': CLEAN }, args: ['explain', 'http://x.example.com/', '--json'], status: 0 },
  { schema: 'explain', name: 'not the one that was expected', files: { 'compose.yml': CLEAN }, args: ['explain', 'http://a.example.com/', '--json', '--expect', 'b'], status: 1 },
  { schema: 'explain', name: 'several gateways', files: TWO, args: ['explain', 'http://a.example.com/', '--json'], status: 0 },
  { schema: 'demo', name: 'answers', args: ['demo', '--json', '--down', 'site'], status: 0 },
  { schema: 'demo', name: 'not served', files: { 'compose.yml': BROKEN }, args: ['demo', '--format', 'json', '--example', '.'], status: 1 },
  { schema: 'targets', name: 'all', args: ['targets', '--json'], status: 0 },
  { schema: 'targets', name: 'one', args: ['targets', 'nginx', '--format', 'json'], status: 0 },
  { schema: 'rules', name: 'all', args: ['rules', '--format', 'json'], status: 0 },
  { schema: 'rules', name: 'one', args: ['rules', 'label-unknown', '--json'], status: 0 },
  { schema: 'rules', name: 'by way of lint', args: ['lint', '--list-rules', '--format', 'json'], status: 0 },
  { schema: 'test', name: 'passed and failed', files: { 'compose.yml': CLEAN, 'a.gateway-test.yaml': '- GET http://a.example.com/ -> web\n- GET http://a.example.com/ -> 404\n' }, args: ['test', '--json', '--mutate'], status: 1 },
  { schema: 'test', name: 'stacks that are refused', files: { 'compose.yml': BROKEN, 'a.gateway-test.yaml': '- GET http://a.example.com/ -> web\n' }, args: ['test', '--json'], status: 1 },
  { schema: 'test', name: 'tests that cannot be read', files: { 'compose.yml': CLEAN, 'a.gateway-test.yaml': '- GET\n' }, args: ['test', '--format', 'json'], status: 1 },
  { schema: 'diff', name: 'nothing changed', files: { 'a.yml': CLEAN, 'b.yml': CLEAN }, args: ['diff', 'a.yml', 'b.yml', '--json'], status: 0 },
  { schema: 'diff', name: 'a security change, with files', files: { 'a.yml': LIMITED, 'b.yml': CLEAN }, args: ['diff', 'a.yml', 'b.yml', '--json', '--level', 'text', '--level', 'behaviour'], status: 1 },
  { schema: 'diff', name: 'a side that does not build', files: { 'a.yml': CLEAN, 'b.yml': BROKEN }, args: ['diff', 'a.yml', 'b.yml', '--format', 'json'], status: 1 },
  { schema: 'discover', name: 'containers of a file', files: { 'inspect.json': JSON.stringify([inspection({ name: 'a', labels: { 'traefik.http.routers.a.rule': 'Host(`a.test`)' }, ports: ['80/tcp'], networks: { n: '10.0.0.2' } })]) }, args: ['discover', '--from', 'docker-inspect', 'inspect.json', '--json'], status: 0 },
  { schema: 'error', name: 'nothing to compare', args: ['diff', 'a.yml', 'b.yml', '--json'], status: 3 },
  { schema: 'error', name: 'nothing to test', files: { 'compose.yml': CLEAN }, args: ['test', '--json'], status: 3 },
  { schema: 'error', name: 'an unknown flag', args: ['lint', '--json', '--bogus'], status: 2 },
  { schema: 'error', name: 'an unknown target', files: { 'compose.yml': CLEAN }, args: ['build', '--json', '--to', 'apache'], status: 2 },
  { schema: 'error', name: 'an unknown rule', args: ['rules', 'nope', '--json'], status: 2 },
  { schema: 'error', name: 'a broken configuration', files: { 'gateway.config.yaml': 'a: 1' }, args: ['lint', '--format', 'json'], status: 2 },
  { schema: 'error', name: 'nothing to read', args: ['lint', '--format=json'], status: 3 },
  { schema: 'error', name: 'nothing to build', args: ['build', '--report', 'json'], status: 3 },
  { schema: 'error', name: 'nothing to explain', args: ['explain', 'http://a/', '--json'], status: 3 },
  { schema: 'error', name: 'no place to write', files: { 'compose.yml': CLEAN }, args: ['build', '--json', '-o', 'compose.yml/x'], status: 3 },
];

describe('JSON on stdout', () => {
  for (const { schema, name, files, args, status } of CASES) {
    it(`${schema}: ${name} (${String(status)}) is one document of its published schema`, () => {
      const outcome = gateway(args, { cwd: project(files) });
      expect(outcome.status).toBe(status);
      expectValid(schema, JSON.parse(outcome.stdout));
    });
  }

  it('manifest: what stands beside the files', () => {
    const cwd = project({ 'compose.yml': LIMITED });
    gateway(['build', '--to', 'kong', '--allow-approximate', 'kong/middleware.rateLimit=windows are fine'], { cwd });
    const manifest: unknown = JSON.parse(readFileSync(path.join(cwd, 'dist/manifest.json'), 'utf8'));
    expectValid('manifest', manifest);
    expect(manifest).toMatchObject({ targets: [{ approximate: { 'middleware.rateLimit': 'windows are fine' } }] });
  });

  it('no absolute path and no time is in a document', () => {
    const cwd = project({ 'compose.yml': BROKEN });
    for (const args of [['lint', '--json'], ['build', '--json']]) {
      const { stdout } = gateway(args, { cwd });
      expect(stdout).not.toContain(cwd);
      expect(gateway(args, { cwd }).stdout).toBe(stdout);
    }
  });
});

describe('gateway schema', () => {
  it('lists the schemas', () => {
    expect(gateway(['schema']).stdout.split('\n').filter(Boolean).map((line) => line.split(' ')[0])).toEqual(NAMES);
  });

  for (const name of NAMES) {
    it(`${name}: prints what is published, a schema of 2020-12`, () => {
      const { status, stdout } = gateway(['schema', name]);
      const printed: unknown = JSON.parse(stdout);
      expect({ status, printed }).toEqual({ status: 0, printed: published(name) });
      expect(printed).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', $id: fileOf(name) });
      expect(new Ajv2020({ strict: true, allowUnionTypes: true }).validateSchema(published(name))).toBe(true);
    });
  }

  it('config: takes a whole configuration, and no unknown key', () => {
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(published('config'));
    expect(validate({ gateways: { edge: { engine: 'traefik=3.7', stacks: ['a'], dynamic: 'd', env: ['x.env'] } }, build: { to: ['nginx'], out: 'o' }, rules: { 'bypass-port': 'off' } })).toBe(true);
    expect(validate({ gateways: { edge: { stakcs: [] } } })).toBe(false);
  });
});

/** The schema of gateway.yaml itself is `gateway.schema.json`. */
function fileOf(name: string): string {
  return name === 'gateway' ? 'gateway.schema.json' : `gateway.${name}.schema.json`;
}

function published(name: string): Readonly<Record<string, unknown>> {
  const schema: unknown = JSON.parse(readFileSync(`schemas/${fileOf(name)}`, 'utf8'));
  if (!isJsonObject(schema)) throw new Error(`no schema ${name}`);
  return schema;
}

/** Held against the schema with every object closed: a field that nobody wrote down fails. */
function expectValid(name: string, value: unknown): void {
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(closedObject(published(name)));
  validate(value);
  expect(validate.errors ?? []).toEqual([]);
}

function closedObject(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return isJsonObject(schema['properties']) && schema['type'] === 'object' ? { unevaluatedProperties: false, ...inner } : inner;
}

function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  return isJsonObject(value) ? closedObject(value) : value;
}
