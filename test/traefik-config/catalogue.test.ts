import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TraefikVersion } from '../../src/traefik-config/keys.ts';
import { keyAt, keyTable } from '../../src/traefik-config/keys.ts';
import { decode, plain } from './helpers.ts';

interface Option {
  readonly t: string;
  readonly in: string;
  readonly emptyOk?: string;
  readonly label?: string;
}
function catalogue(version: TraefikVersion): readonly (readonly [string, Option])[] {
  const file: { readonly options: Readonly<Record<string, Option>> } = JSON.parse(readFileSync(new URL(`../../schemas/traefik/dynamic.${version}.json`, import.meta.url), 'utf8'));
  return Object.entries(file.options);
}

const SAMPLES: Readonly<Record<string, readonly [string, unknown]>> = {
  string: ['some text', 'some text'],
  bool: ['true', true],
  int: ['7', 7],
  duration: ['90s', 90_000],
  'list<string>': ['a, b', ['a', 'b']],
  'map<string,string>': ['v', { 'X-A': 'v' }],
  'map<string,int>': ['410', { '404': 410 }],
  'map<string,any>': ['v', { opt: 'v' }],
};

/** The label key of an option, in lower case, with a name and an index filled in. */
function labelKey(path: string, option: Option): string {
  const key = (option.label ?? `traefik.${path}`).toLowerCase().replaceAll('*', 'x').replaceAll('[n]', '[0]').replace('tls.stores.x', 'tls.stores.default').replace('loadbalancer.servers[0]', 'loadbalancer.server');
  if (option.t === 'map<string,string>') return `${key}.X-A`;
  if (option.t === 'map<string,int>') return `${key}.404`;
  return option.t === 'map<string,any>' ? `${key}.opt` : key;
}

function valueAt(tree: unknown, path: string): unknown {
  let at: unknown = tree;
  for (const part of path.replace('tls.stores.*', 'tls.stores.default').replaceAll('*', 'x').replaceAll('[n]', '.0').split('.')) {
    at = typeof at === 'object' && at !== null ? Object.entries(at).find(([name]) => name === part)?.[1] : undefined;
  }
  return at;
}

const rows = (['3.7', '2.11'] as const).flatMap((version) => catalogue(version).map(([path, option]): [string, TraefikVersion, string, Option] => [`${version} ${path}`, version, path, option]));

describe('every option of the catalogue, as a label in lower case', () => {
  it.each(rows)('%s', (_title, version, path, option) => {
    const object = option.t.startsWith('object') || option.t === 'map<string,object>' || option.t === 'list<object>';
    const [text, expected] = object ? ['true', {}] : (SAMPLES[option.t] ?? ['?', undefined]);
    const { result } = decode({ [labelKey(path, option)]: text }, { version });
    const key = labelKey(path, option);
    // Of the TLS labels only `stores.default` is looked at.
    const reached = !key.startsWith('traefik.tls') || key.startsWith('traefik.tls.stores.default');
    if (option.t === 'list<object>') return;
    if (object && option.emptyOk?.includes('L') !== true) {
      const dropped = keyAt(keyTable(version), path)?.ignored.label === true;
      expect(result.outcome).toBe(reached && !dropped ? 'container' : 'kept');
      return;
    }
    expect(result.cause).toBeUndefined();
    expect(valueAt(plain(result.decoded.root), path)).toEqual(reached && option.in.includes('L') ? expected : undefined);
    if (!option.in.includes('L')) expect(result.decoded.problems.map((problem) => problem.kind)).toEqual(['label-not-for-labels']);
  });
});

describe('options that only 3.x has', () => {
  const old = new Set(catalogue('2.11').map(([path]) => path));
  // Models are read and never applied: no option of anybody.
  const only3 = catalogue('3.7').filter(([path, option]) => option.in.includes('L') && !path.startsWith('http.models.') && !old.has(path) && SAMPLES[option.t] !== undefined);
  it('are 71', () => {
    expect(only3.length).toBe(71);
  });
  it.each(only3)('%s loses the container on 2.11', (path, option) => {
    const { result } = decode({ [labelKey(path, option)]: SAMPLES[option.t]?.[0] ?? '' }, { version: '2.11' });
    expect(result.decoded.root).toBeUndefined();
    expect(result.cause).toMatchObject({ kind: 'label-part-unknown', loss: 'container', hint: 'other-version' });
  });
});
