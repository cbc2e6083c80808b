import { describe, expect, it } from 'vitest';
import { isList, isObject, objectAt, stringAt } from '../../src/models/kong/value.ts';
import type { Json, JsonObject } from '../../src/models/kong/value.ts';
import { recording } from '../support/kong-recordings.ts';
import { lintFiles } from '../support/lint.ts';
import { selfSigned } from '../support/test-certificate.ts';

const pair = selfSigned('a.test');

function casesOf(file: string): readonly (readonly [string, JsonObject])[] {
  const list = recording(`kong/${file}.json`);
  return (isList(list) ? list.filter(isObject) : []).map((entry) => [stringAt(entry, 'name') ?? '', entry]);
}

/** The recording as a file that a node mounts; JSON is YAML. Keys were taken out: fresh ones stand for them. */
function lintCase(name: string, entry: JsonObject): ReturnType<typeof lintFiles> {
  const text = JSON.stringify(entry['config'] ?? null, null, 2);
  const keyed = text.includes('<PRIVATE_KEY_PEM') ? text.replace(/"<PRIVATE_KEY_PEM[^"]*"/g, JSON.stringify(pair.key)) : text;
  const whole = keyed === text || name === 'cert-key-mismatch' ? keyed : keyed.replace(/"-----BEGIN CERTIFICATE[^"]*"/g, JSON.stringify(pair.cert));
  const flavor = stringAt(entry, 'flavor') ?? 'traditional_compatible';
  const compose = `services:\n  kong:\n    image: kong:3.9.1\n    environment: {KONG_DATABASE: "off", KONG_ROUTER_FLAVOR: ${flavor}, KONG_DECLARATIVE_CONFIG: /k/kong.yml}\n    volumes: ["./kong.yml:/k/kong.yml:ro"]\n`;
  return lintFiles({ files: { 'compose.yml': compose, 'kong.yml': whole } });
}

/** The last named field of each place that Kong complains about. */
function fieldsOf(errors: Json, path: readonly string[] = []): readonly string[] {
  const reference = typeof errors === 'string' ? /^invalid reference '(\w+):/.exec(errors)?.[1] : undefined;
  if (reference !== undefined) return [reference];
  if (typeof errors === 'string') return [path.filter((part) => part !== '@entity' && !/^\d+$/.test(part)).at(-1) ?? ''];
  if (isList(errors)) return errors.flatMap((item, index) => fieldsOf(item, [...path, String(index)]));
  return isObject(errors) ? Object.entries(errors).flatMap(([key, item]) => fieldsOf(item, [...path, key])) : [];
}

describe('files that Kong refuses', () => {
  it.each(casesOf('validate-bad'))('%s', (name, entry) => {
    const { findings, loaded } = lintCase(name, entry);
    const errors = findings.filter(({ rule, file }) => rule === 'kong-schema' && file === 'kong.yml');
    expect(errors.length, JSON.stringify(findings.map(({ rule, message }) => `${rule} ${message}`))).toBeGreaterThan(0);
    const faults = loaded.workspace.kongFiles?.flatMap((file) => file.faults) ?? [];
    const places = faults.map(({ path }) => path.replace(/\[\d+\]/g, '').split('.').at(-1) ?? '');
    // Where the node itself stops with an internal error there are no fields to compare.
    for (const field of fieldsOf(objectAt(entry, 'errors')['fields'] ?? null)) expect(places).toContain(field);
    for (const finding of errors) {
      const source = loaded.files.get('kong.yml')?.text.split('\n')[finding.line - 1] ?? '';
      expect(finding.endColumn > finding.column || finding.endLine > finding.line, `${finding.message} at "${source}"`).toBe(true);
    }
  });
});

describe('files that Kong takes', () => {
  it.each(casesOf('validate-good'))('%s', (name, entry) => {
    const { findings } = lintCase(name, entry);
    expect(findings.filter(({ rule, severity }) => severity === 'error' && !(rule === 'kong-path-regex' && name === 'route-regex-without-tilde')).map(({ rule, message }) => `${rule} ${message}`)).toEqual([]);
  });
});

it('takes a declarative file in the place of a stack', () => {
  const { findings } = lintFiles({ files: { 'kong.yml': '_format_version: "3.0"\nservices:\n  - name: a\n    url: http://a:80\n    rotues: []\n' }, stacks: [['kong.yml']] });
  expect(findings.map(({ rule, line, column, message }) => `${rule} ${String(line)}:${String(column)} ${message}`)).toEqual(['kong-schema 5:5 "rotues" is not a field here, did you mean "routes"?']);
});
