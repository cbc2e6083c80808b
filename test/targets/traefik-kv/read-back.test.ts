import { describe, expect, it } from 'vitest';
import { Origins, SourceFile } from '../../../src/text/index.ts';
import { decodeDynamic } from '../../../src/traefik-config/dynamic-file.ts';
import { decodeKeys, readKeyList } from '../../../src/traefik-config/kv.ts';
import type { ConfigNode } from '../../../src/traefik-config/tree.ts';
import { readCases } from '../../support/cases.ts';
import { buildCase, loadCase, overridesOf } from '../../support/emitted.ts';

/** Keys say what files say: both are read back with the engine's own decoding rules. */
/** An empty list leaves no key behind: such a service cannot be written. */
const REFUSED: ReadonlySet<string> = new Set(['service-empty']);
const PORTS = { web: 8080, alt: 8081, websecure: 8443 };

function plain(node: ConfigNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === 'leaf') return node.value;
  return node.kind === 'list' ? node.items.map(plain) : Object.fromEntries([...node.entries].map(([name, value]) => [name, plain(value)]));
}

describe('keys of every case, read back', () => {
  it.each(readCases().map((one, index) => [one.name, one, index] as const))('%s', (_, one, index) => {
    const overrides = overridesOf(one, index, PORTS);
    const loaded = loadCase(one, overrides);
    const [keys, files] = ['traefik-kv', 'traefik'].map((target) => buildCase(loaded, target, '3.7', overrides).files ?? []);
    if (REFUSED.has(one.name)) {
      const { files: none, diagnostics } = buildCase(loaded, 'traefik-kv', '3.7', overrides);
      expect([none, diagnostics.some(({ blocking }) => blocking)]).toEqual([undefined, true]);
      return;
    }
    const origins = new Origins();
    const list = readKeyList(new SourceFile('keys.txt', keys?.find(({ path }) => path === 'keys.txt')?.text ?? ''), origins);
    const decoded = decodeKeys(list.pairs, { version: '3.7', origins });
    expect([list.problems, decoded.problems]).toEqual([[], []]);
    const dynamic = (files ?? []).filter(({ path }) => path.startsWith('dynamic/')).map(({ path, text }) => plain(decodeDynamic({ format: 'yaml', source: new SourceFile(path, unescaped(text)) }, { version: '3.7', origins }).root));
    expect(asKeys(plain(decoded.root))).toEqual(asKeys(dynamic.reduce(merged, {})));
  });
});

/** Files are templates: what stands between backquotes is meant. */
function unescaped(text: string): string {
  return text.replace(/\{\{ `(\{+)` \}\}/g, '$1');
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merged(left: unknown, right: unknown): unknown {
  if (!isTree(left) || !isTree(right)) return right;
  return { ...left, ...Object.fromEntries(Object.entries(right).map(([name, value]) => [name, merged(left[name], value)])) };
}

/** A status alone is a range of one in a key. */
function asKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asKeys);
  if (!isTree(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [/^\d+$/.test(name) ? `${name}-${name}` : name, asKeys(item)]));
}

describe('a list of keys', () => {
  const origins = new Origins();
  const read = (text: string): unknown => readKeyList(new SourceFile('keys.txt', text), origins).pairs.map(({ key, value }) => [key, value]);
  it('keeps blanks, quotes and line breaks', () => {
    expect(read('traefik/a b\n"traefik/c d" "x\\ny"\ntraefik/e ""\n')).toEqual([['traefik/a', 'b'], ['traefik/c d', 'x\ny'], ['traefik/e', '']]);
  });
  it('reports a line that is none', () => {
    expect(readKeyList(new SourceFile('keys.txt', 'traefik/a\n"open b\n'), origins).problems.map(({ subject }) => subject)).toEqual(['the line is no key with a value', 'the line is no key with a value']);
  });
  it('reads long lists in byte order and cuts at commas, as the engine does', () => {
    const pairs = [['0', '/0'], ['10', '/10'], ['2', '/2,/3 ']].map(([place = '', value = '']) => ({ key: `traefik/http/middlewares/m/stripPrefix/prefixes/${place}`, value, origin: origins.default('test') }));
    expect(plain(decodeKeys(pairs, { version: '3.7', origins }).root)).toEqual({ http: { middlewares: { m: { stripPrefix: { prefixes: ['/0', '/10', '/2', '/3'] } } } } });
  });
});
