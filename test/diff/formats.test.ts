import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { diff, diffClasses, diffTargets, printReport, shownBy, trafficReader } from '../../src/index.ts';
import type { Ack, DiffDocument } from '../../src/index.ts';
import { isJsonObject } from '../support/json.ts';
import { parseXml, type XmlElement } from '../support/xml.ts';
import { composeOf, loadText } from './pair.ts';

/** Every object closed: a field that nobody wrote down fails. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (!isJsonObject(schema)) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return isJsonObject(schema['properties']) ? { additionalProperties: false, ...inner } : inner;
}

const published: unknown = JSON.parse(readFileSync('schemas/gateway.diff.schema.json', 'utf8'));
const isDocument = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(closed(published) as object);
const isSarif = new Ajv({ allErrors: true, strict: false }).compile(JSON.parse(readFileSync('fixtures/formats/sarif.schema.json', 'utf8')) as object);

const RULE = 'routers.web.rule=Host(`a.test`)';
const BEFORE = loadText(composeOf([RULE, 'routers.web.middlewares=auth', 'middlewares.auth.basicauth.users=u:$$apr1$$H6uskkkW$$IgXLP6ewTrSuBkTrqE8wj/', 'routers.old.rule=Host(`b.test`)']));
const AFTER = loadText(composeOf([`${RULE} || Host(\`[x](y) <b> "&"\`)`, 'routers.new.rule=Host(`b.test`)']).replace('a.test', 'a.test'));
const BROKEN = loadText(composeOf(['rotuers.web.rule=Host(`a.test`)']));

function rich(): DiffDocument {
  const [first] = diff(BEFORE, AFTER).changes;
  if (first === undefined) throw new Error('nothing changed');
  const ack: Ack = { fingerprint: first.fingerprint, class: first.class, shows: shownBy(first), reason: 'for the sample', expires: '2027-01-01', at: '.gateway/acks.yaml:2' };
  const reader = trafficReader('traefik-json', BEFORE, AFTER);
  for (const line of readFileSync('fixtures/traffic/traefik.log', 'utf8').split('\n')) reader.add(line);
  return diff(BEFORE, AFTER, { acks: { before: [], after: [ack, { ...ack, fingerprint: 'f', expires: '2020-01-01' }], today: '2026-11-21', forbidNew: false }, traffic: reader.log(), files: BUILD, replay: ['--stack', 'a b'] });
}

const BUILD = { targets: ['traefik'], versions: new Map<string, string>(), allowances: new Map<string, string>(), inlineSecrets: false, settings: {}, overrides: { endpoints: [], entryPoints: new Map() } };

const DOCUMENTS: readonly (readonly [string, DiffDocument])[] = [
  ['nothing changed', diff(BEFORE, BEFORE)],
  ['changes, acknowledgements, files and traffic', rich()],
  ['a side that does not build', diff(BROKEN, AFTER)],
  ['two versions', diff(BEFORE, BROKEN, { versions: { old: 'traefik 2.11', new: 'traefik 3.7' } })],
  ['two targets', diffTargets(BEFORE, ['traefik', 'nginx'], BUILD)],
];

describe.each(DOCUMENTS)('%s', (_name, document) => {
  test('json is of the published schema', () => {
    isDocument(JSON.parse(printReport('json', document, 'security')));
    expect(isDocument.errors ?? []).toEqual([]);
  });

  test('sarif is of its schema', () => {
    isSarif(JSON.parse(printReport('sarif', document, 'security')));
    expect(isSarif.errors ?? []).toEqual([]);
  });

  test('junit is well formed, its counts are true and its cases differ', () => {
    const root = parseXml(printReport('junit', document, 'security'));
    const cases = root.children.flatMap((suite) => suite.children);
    expect(root.attributes).toMatchObject({ tests: String(cases.length), failures: String(cases.filter(fails).length) });
    const names = cases.map(({ attributes }) => `${attributes['classname'] ?? ''} ${attributes['name'] ?? ''}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

function fails(one: XmlElement): boolean {
  return one.children.some(({ name }) => name === 'failure');
}

test('junit fails what --fail-on speaks of', () => {
  const document = diff(BEFORE, AFTER);
  const failures = (['none', 'security', 'breaking', 'any'] as const).map((threshold) => parseXml(printReport('junit', document, threshold)).attributes['failures']);
  const { security, breaking, info } = document.summary;
  expect(security).toBeGreaterThan(0);
  expect(failures).toEqual([0, security, security + breaking, security + breaking + info].map(String));
});

test('sarif places a change on the new side, and names the old place beside it', () => {
  const { runs } = JSON.parse(printReport('sarif', diff(BEFORE, AFTER), 'security')) as { runs: { results: { ruleId: string; level: string; locations: unknown[]; relatedLocations?: unknown[] }[] }[] };
  const removed = runs[0]?.results.find(({ ruleId }) => ruleId === 'auth-removed');
  expect(removed).toMatchObject({ level: 'error', locations: [{ physicalLocation: { artifactLocation: { uri: 'app/compose.yml' }, region: { startLine: 6 } } }] });
});

test('the schema names every class', () => {
  expect(isJsonObject(published) && published['$defs']).toMatchObject({ class: { enum: Object.keys(diffClasses) } });
});

test('a password hash is in no format', () => {
  const document = diff(BEFORE, AFTER, { files: BUILD });
  for (const format of ['json', 'sarif', 'junit'] as const) expect(printReport(format, document, 'any')).not.toContain('IgXLP6ewTrSuBkTrqE8wj');
});
