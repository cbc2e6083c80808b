import { describe, expect, it } from 'vitest';
import { checkDeclarative, luaMatches } from '../../../src/models/kong/schema/index.ts';
import type { KongProblem } from '../../../src/models/kong/schema/index.ts';
import { isList, isObject, objectAt, stringAt, toJson } from '../../../src/models/kong/value.ts';
import type { Json, JsonObject } from '../../../src/models/kong/value.ts';
import { recording } from '../../support/kong-recordings.ts';
import { selfSigned } from '../../support/test-certificate.ts';

const pair = selfSigned('a.test');

interface Case {
  readonly name: string;
  readonly flavor: 'expressions' | 'traditional_compatible' | 'traditional';
  readonly config: Json;
  readonly fields: Json;
}

function casesOf(file: string): readonly Case[] {
  const list = recording(`kong/${file}.json`);
  return (isList(list) ? list.filter(isObject) : []).map((entry) => {
    const flavor = stringAt(entry, 'flavor');
    const name = stringAt(entry, 'name') ?? '';
    return { name, flavor: flavor === 'expressions' || flavor === 'traditional' ? flavor : 'traditional_compatible', config: withKeys(entry['config'] ?? null, name), fields: objectAt(entry, 'errors')['fields'] ?? null };
  });
}

/** Private keys were taken out of the recordings; a fresh pair stands for one that matches, a fresh key for one that does not. */
function withKeys(config: Json, name: string): Json {
  const text = JSON.stringify(config);
  if (!text.includes('<PRIVATE_KEY_PEM')) return config;
  const keyed = text.replace(/"<PRIVATE_KEY_PEM[^"]*"/g, JSON.stringify(pair.key));
  return toJson(JSON.parse(name === 'cert-key-mismatch' ? keyed : keyed.replace(/"-----BEGIN CERTIFICATE[^"]*"/g, JSON.stringify(pair.cert))));
}

/** Kong's nested error object as places and texts. */
function leaves(fields: Json, path: readonly (string | number)[] = []): readonly KongProblem[] {
  if (typeof fields === 'string') return [{ path, message: fields }];
  if (isList(fields)) return path.at(-1) === '@entity' ? fields.flatMap((item) => leaves(item, path)) : fields.flatMap((item, index) => leaves(item, [...path, index]));
  return isObject(fields) ? Object.entries(fields).flatMap(([key, value]) => leaves(value, [...path, key])) : [];
}

/** Texts of PCRE, OpenSSL, Lua and the router engine differ with their builds: the cause is what is compared. */
const MASKS: readonly (readonly [RegExp, string])[] = [
  [/^invalid regex: .*$/s, 'invalid regex'], [/^invalid certificate.*$/s, 'invalid certificate'], [/^invalid key.*$/s, 'invalid key'], [/^error parsing.*$/s, 'error parsing'],
  [/^Router Expression failed validation: (?! *(?:cannot set|Unknown LHS)).*$/s, 'Router Expression failed validation'], [/with primary key set to '[^']*'/, 'with name set to'], [/with name set to '[^']*'/, 'with name set to'],
];
function masked(message: string): string {
  return MASKS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), message);
}

/** A dangling reference and a second name are told at the entity: `services.s`, `routes[2]` of the flat list. */
function place(path: readonly (string | number)[], message: string): string {
  if (message.startsWith('uniqueness violation')) return /'(\w+)' entity/.exec(message)?.[1] ?? '';
  return message.startsWith('invalid reference') ? String(path[0]) : path.join('.');
}
const shown = (problems: readonly KongProblem[]): readonly string[] => [...new Set(problems.map(({ path, message }) => `${place(path, message)}: ${masked(message)}`))].sort();

describe('bad files', () => {
  it.each(casesOf('validate-bad').map((entry) => [entry.name, entry] as const))('%s', (name, entry) => {
    const problems = checkDeclarative(entry.config, entry.flavor);
    expect(problems.length, 'refused').toBeGreaterThan(0);
    // Kong itself dies on a plugin whose service is missing and reports no fields.
    if (entry.fields !== null) expect(shown(problems)).toEqual(shown(leaves(entry.fields)));
    else expect([name, ...shown(problems)]).toEqual(['plugin-dangling-service', "plugins: invalid reference 'service: nope' (no such entry in 'services')"]);
  });
});

describe('good files', () => {
  it.each(casesOf('validate-good').map((entry) => [entry.name, entry] as const))('%s', (_, entry) => {
    expect(checkDeclarative(entry.config, entry.flavor)).toEqual([]);
  });
});

describe('configurations that ran', () => {
  const names = ['route-expressions', 'route-paths-hosts-matching', 'route-plugins', 'route-upstreams'];
  it.each(names)('%s', (file) => {
    const list = recording(`kong/${file}.json`);
    const wrong = (isList(list) ? list.filter(isObject) : []).flatMap((entry: JsonObject) => {
      const flavor = stringAt(entry, 'flavor');
      return checkDeclarative(objectAt(entry, 'config'), flavor === 'expressions' || flavor === 'traditional' ? flavor : 'traditional_compatible').map((problem) => ({ name: entry['name'], ...problem }));
    });
    expect(wrong).toEqual([]);
  });
});

describe('Lua patterns', () => {
  it.each([
    ['GET', '^%u+$', true], ['get', '^%u+$', false], ['*.a', '^%*%.', true], ['a.*', '%.%*$', true], ['a*b*', '^[^*]*%*?[^*]*$', false], ['x:y', '^[^:]+:.*$', true],
    ['ab-1', '^[a-z][a-z%d-]-[a-z%d]+$', true], ['A', '^[a-z][a-z%d-]-[a-z%d]+$', false], ['//', '//', true], ['Host', '^[Hh][Oo][Ss][Tt]$', true], ['a]b', '^[]a]+b$', true], ['$', '%$', true], ['a$b', 'a$b', true],
  ])('%s ~ %s', (text, pattern, wanted) => {
    expect(luaMatches(text, pattern)).toBe(wanted);
  });
});
