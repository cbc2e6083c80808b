import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { jsonSchema, SPEC } from '../../../src/sources/gateway-yaml/index.ts';
import type { Shape } from '../../../src/sources/gateway-yaml/index.ts';
import { targetNames } from '../../../src/index.ts';
import { findingsOf, loadSpecFiles, loadSpecText } from '../../support/gateway-yaml.ts';
import { stringify } from 'yaml';

const ajv = new Ajv2020({ strict: true, strictTypes: false, allowUnionTypes: true, strictRequired: false });
const validate = ajv.compile(jsonSchema(SPEC));
const FIXTURES = ['whoami', 'python-services', 'consolidation', 'httpbin', 'router', 'shop', 'platform'].map((name) => `fixtures/gateway-yaml/${name}/gateway.yaml`).concat('examples/gateway-yaml/gateway.yaml');

function errorsOf(text: string, variables: Readonly<Record<string, string>> = {}): readonly string[] {
  return findingsOf(loadSpecText({ files: { 'gateway.yaml': text }, variables })).filter(({ blocking }) => blocking).map(({ line, message }) => `${String(line)}: ${message}`);
}

test.each(FIXTURES)('%s fits the schema and has no finding that blocks', (path) => {
  expect(validate(parse(readFileSync(path, 'utf8'), { merge: true })) ? [] : validate.errors).toEqual([]);
  expect(findingsOf(loadSpecFiles([path])).filter(({ blocking }) => blocking)).toEqual([]);
});

test('the schema refuses what the reader refuses for its form', () => {
  const cases = readFileSync('fixtures/gateway-yaml/bad.txt', 'utf8').split(/^== /m).slice(1).map((part) => part.slice(part.indexOf('\n') + 1));
  const formal = cases.filter((part) => /is no option of|gateway-schema: .* takes (?!a port)|has no "(?!to")|needs one of|has both "(?!rule)|is no name/.test(part) && !/static|\$\{/.test(part));
  expect(formal.length).toBeGreaterThan(35);
  expect(formal.filter((part) => validate(parse(part)) === true)).toEqual([]);
});

/** What the kind of an option alone would say. */
function saysNothing(example: unknown): boolean {
  return JSON.stringify(example).includes('"text"') || JSON.stringify(example).includes('"value"}');
}

test('every property has a title, a description and an example', () => {
  const seen = new Set<Shape>();
  const lacking: string[] = [];
  const visit = (shape: Shape, path: string): void => {
    if (seen.has(shape)) return;
    seen.add(shape);
    if (shape.title === '' || shape.description === '' || shape.example === undefined || saysNothing(shape.example)) lacking.push(path);
    if (shape.kind === 'choice') for (const option of shape.options) visit(option, path);
    if (shape.kind === 'list') visit(shape.item, `${path}[]`);
    if (shape.kind === 'named') visit(shape.entry, `${path}.*`);
    if (shape.kind === 'object') for (const [name, field] of Object.entries(shape.fields)) visit(field, `${path}.${name}`);
  };
  visit(SPEC, '');
  expect(lacking).toEqual([]);
});

test('so has every property of the published schema', () => {
  const lacking: string[] = [];
  let count = 0;
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) return value.forEach((item, at) => visit(item, `${path}[${String(at)}]`));
    if (!isRecord(value)) return;
    for (const [name, property] of Object.entries(isRecord(value['properties']) ? value['properties'] : {})) {
      const { title, description, examples, default: standard } = isRecord(property) ? property : {};
      count += 1;
      if (typeof title !== 'string' || typeof description !== 'string' || (examples === undefined && standard === undefined)) lacking.push(`${path}.${name}`);
    }
    for (const [key, item] of Object.entries(value)) if (!['examples', 'default', 'enum'].includes(key)) visit(item, `${path}/${key}`);
  };
  visit(jsonSchema(SPEC), '');
  expect(count).toBeGreaterThan(400);
  expect(lacking).toEqual([]);
});

test('settings are taken for every target', () => {
  const { targets } = SPEC.fields;
  expect(targets?.kind === 'object' ? Object.keys(targets.fields).sort() : []).toEqual([...targetNames].sort());
});

const BASE = { entryPoints: { web: 80, websecure: 443, db: 5432, postgres: 5433, dns: '53/udp' } };
/** What examples refer to. */
const BESIDE = {
  routes: { front: { path: '/front', to: 'web:80' } },
  services: Object.fromEntries(['web', 'stable', 'canary', 'sorry', 'shadow', 'my-service', 'a'].map((name) => [name, { endpoints: 'a:80' }])),
  middlewares: { auth: { headers: { frameDeny: true } }, strip: { addPrefix: '/a' }, 'my-middleware': { headers: { frameDeny: true } } },
  resolvers: { letsencrypt: { acme: { email: 'ops@example.com', storage: 'acme.json', tlsChallenge: {} } } },
};

function merged(own: Readonly<Record<string, Readonly<Record<string, unknown>>>>): string {
  const keys = [...new Set([...Object.keys(BASE), ...Object.keys(BESIDE), ...Object.keys(own)])];
  const all: Readonly<Record<string, unknown>> = { ...BASE, ...BESIDE };
  return stringify(Object.fromEntries(keys.map((key) => [key, { ...(isRecord(all[key]) ? all[key] : {}), ...own[key] }])));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entryFields(section: string): readonly (readonly [string, Shape])[] {
  const field = SPEC.fields[section];
  const entry = field?.kind === 'named' ? field.entry : undefined;
  const object = entry?.kind === 'choice' ? entry.options.find((option) => option.kind === 'object') : entry;
  return object?.kind === 'object' ? Object.entries(object.fields) : [];
}

const ABOUT_RULE = ['rule', 'host', 'path', 'methods', 'headers', 'query', 'clientIp'];
const KINDS = ['weighted', 'highestRandomWeight', 'mirror', 'failover', 'endpoints'];
const examples = [
  ...entryFields('entryPoints').map(([name, { example }]) => [`entryPoints.${name}`, merged({ entryPoints: { one: { address: 8080, [name]: example } } })] as const),
  ...entryFields('routes').map(([name, { example }]) => [`routes.${name}`, merged({ routes: { ...(name === 'parents' ? { front: { path: '/front' } } : {}), one: { ...(ABOUT_RULE.includes(name) ? {} : { path: '/' }), to: 'web:80', [name]: example } } })] as const),
  ...entryFields('services').map(([name, { example }]) => [`services.${name}`, merged({ services: { one: { ...(KINDS.includes(name) ? {} : { endpoints: 'web:80' }), [name]: example } } })] as const),
  ...entryFields('middlewares').map(([name, { example }]) => [`middlewares.${name}`, merged({ middlewares: { one: { [name]: example } } })] as const),
] as const;

test.each(examples)('the example of %s can be read', (_, text) => {
  expect(errorsOf(text).map((error) => `${error}\n${text}`)).toEqual([]);
});

const blocks = [...readFileSync('docs/gateway-yaml.md', 'utf8').matchAll(/^```yaml\n(.*?)^```/gms)].map((match) => match[1] ?? '');

test('the page has examples', () => {
  expect(blocks.length).toBeGreaterThan(5);
});

test.each(blocks)('an example of the page compiles: %#', (text) => {
  expect(errorsOf(text)).toEqual([]);
});
