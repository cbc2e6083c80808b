import { describe, expect, it } from 'vitest';
import { Origins, SourceFile } from '../../../src/text/index.ts';
import { parseYaml } from '../../../src/text/yaml/index.ts';
import type { YamlNode } from '../../../src/text/yaml/index.ts';

/** `part` of the only value of `k`, and the source that its place covers. */
const SLICES: readonly { readonly name: string; readonly yaml: string; readonly text: string; readonly part: string; readonly source: string }[] = [
  { name: 'plain', yaml: 'k: one two', text: 'one two', part: 'two', source: 'two' },
  { name: 'plain with a comment', yaml: 'k: one two # three', text: 'one two', part: 'two', source: 'two' },
  { name: 'plain over lines', yaml: 'k: one\n  two\n\n  three', text: 'one two\nthree', part: 'three', source: 'three' },
  { name: 'across a folded line', yaml: 'k: one\n  two', text: 'one two', part: 'ne tw', source: 'ne\n  tw' },
  { name: 'single quotes', yaml: "k: 'one two'", text: 'one two', part: 'two', source: 'two' },
  { name: 'doubled quote', yaml: "k: 'it''s two'", text: "it's two", part: "t's", source: "t''s" },
  { name: 'behind a doubled quote', yaml: "k: 'it''s two'", text: "it's two", part: 'two', source: 'two' },
  { name: 'double quotes', yaml: 'k: "one two"', text: 'one two', part: 'one', source: 'one' },
  { name: 'escapes', yaml: 'k: "a\\tb\\u0041\\x42 \\"two\\""', text: 'a\tbAB "two"', part: 'AB', source: '\\u0041\\x42' },
  { name: 'behind escapes', yaml: 'k: "a\\tb\\u0041\\x42 \\"two\\""', text: 'a\tbAB "two"', part: 'two', source: 'two' },
  { name: 'a quoted line break', yaml: 'k: "one\n  two"', text: 'one two', part: 'two', source: 'two' },
  { name: 'an escaped line break', yaml: 'k: "one\\\n  two"', text: 'onetwo', part: 'two', source: 'two' },
  { name: 'a code point beyond 16 bits', yaml: 'k: "\\U0001F600 two"', text: '\u{1F600} two', part: 'two', source: 'two' },
  { name: 'literal', yaml: 'k: |\n  one\n   two\n  three\n', text: 'one\n two\nthree\n', part: 'two', source: 'two' },
  { name: 'literal with an indentation mark', yaml: 'k: |2-\n    one\n  two', text: '  one\ntwo', part: 'two', source: 'two' },
  { name: 'folded', yaml: 'k: >-\n  one\n  two\n\n  three\n', text: 'one two\nthree', part: 'three', source: 'three' },
  { name: 'folded with deeper lines', yaml: 'k: >\n  one\n    two\n  three\n', text: 'one\n  two\nthree\n', part: 'two', source: 'two' },
  { name: 'CRLF literal', yaml: 'k: |\r\n  one\r\n  two\r\n', text: 'one\ntwo\n', part: 'two', source: 'two' },
  { name: 'CRLF folded', yaml: 'k: >-\r\n  one\r\n  two\r\n', text: 'one two', part: 'two', source: 'two' },
  { name: 'a list whose items stand left of its key', yaml: 'k: [\none two,\nthree\n]', text: 'one two', part: 'two', source: 'two' },
  { name: 'a quote that goes on at the left edge', yaml: 'k: "one\ntwo three"', text: 'one two three', part: 'three', source: 'three' },
  { name: 'CRLF plain', yaml: 'k: one\r\n  two\r\n', text: 'one two', part: 'two', source: 'two' },
];

describe('slices of a scalar', () => {
  for (const { name, yaml, text, part, source } of SLICES) {
    it(name, () => {
      const origins = new Origins();
      const { root, problems } = parseYaml(new SourceFile('x.yml', yaml), origins);
      const found = root?.kind === 'mapping' ? root.entries[0]?.value : undefined;
      const value = found?.kind === 'sequence' ? found.items[0] : found;
      expect(problems).toEqual([]);
      expect(value?.kind === 'scalar' ? value.text : undefined).toBe(text);
      const at = text.indexOf(part);
      const slice = value === undefined ? undefined : origins.get(origins.slice(value.origin, at, at + part.length));
      expect(slice?.kind === 'span' ? yaml.slice(slice.start, slice.end) : undefined).toBe(source);
    });
  }
});

function plain(node: YamlNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'sequence') return node.items.map(plain);
  return Object.fromEntries(node.entries.map((entry) => [entry.key.text, plain(entry.value)]));
}

const TREES: readonly { readonly name: string; readonly yaml: string; readonly tree: unknown; readonly problems?: readonly string[] }[] = [
  { name: 'own keys win over a merge', yaml: 'a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3', tree: { a: { x: '1', y: '2' }, b: { y: '3', x: '1' } } },
  { name: 'the first of a merge list wins', yaml: 'a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc: {<<: [*a, *b]}', tree: { a: { x: '1' }, b: { x: '2', z: '3' }, c: { x: '1', z: '3' } } },
  { name: 'a quoted merge key is a key', yaml: "a: {'<<': {x: 1}}", tree: { a: { '<<': { x: '1' } } } },
  { name: 'an anchor means what it was when the alias was written', yaml: 'a: &x {v: &y 1}\nb: &y 2\nc: *x\nd: *y', tree: { a: { v: '1' }, b: '2', c: { v: '1' }, d: '2' } },
  { name: 'merge of a scalar', yaml: 'a: {<<: 5}', tree: { a: {} }, problems: ['1:9 a merge key takes a mapping or a list of mappings'] },
  { name: 'duplicate keys', yaml: "a: 1\nb: 2\n'a': 3", tree: { a: '1', b: '2' }, problems: ['3:1 key "a" is already defined on line 1'] },
  { name: 'unknown alias', yaml: 'a: *x', tree: { a: '' }, problems: ['1:4 alias "*x" has no anchor before it'] },
  { name: 'merge of an unknown alias', yaml: 'a: {<<: *x}', tree: { a: {} }, problems: ['1:9 alias "*x" has no anchor before it'] },
  { name: 'another YAML version', yaml: '%YAML 1.2\n---\na: 1', tree: { a: '1' }, problems: ['1:1 Go reads only YAML 1.1: found incompatible YAML document'] },
];

describe('trees', () => {
  for (const { name, yaml, tree, problems = [] } of TREES) {
    it(name, () => {
      const file = new SourceFile('x.yml', yaml);
      const read = parseYaml(file, new Origins());
      const said = read.problems.map((problem) => `${String(file.position(problem.start).line)}:${String(file.position(problem.start).column)} ${problem.message}`);
      expect(plain(read.root)).toEqual(tree);
      expect(said).toEqual(problems);
    });
  }

  it('an alias leads to the place where the value is written, by way of where it is used', () => {
    const yaml = 'a: &a {x: 1}\nb: &b {y: *a}\nc: *b';
    const origins = new Origins();
    const { root } = parseYaml(new SourceFile('x.yml', yaml), origins);
    const c = root?.kind === 'mapping' ? root.entries[2]?.value : undefined;
    const y = c?.kind === 'mapping' ? c.entries[0]?.value : undefined;
    const x = y?.kind === 'mapping' ? y.entries[0]?.value : undefined;
    const hops: string[] = [];
    for (let id = x?.origin; id !== undefined; ) {
      const origin = origins.get(id);
      if (origin.kind !== 'span') break;
      hops.push(`${yaml.slice(origin.start, origin.end)}@${String(origin.start)}`);
      id = origin.via;
    }
    expect(hops).toEqual(['1@10', '*a@23', '*b@30']);
  });
});
