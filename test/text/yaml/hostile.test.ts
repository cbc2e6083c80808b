import { describe, expect, it } from 'vitest';
import { Origins, SourceFile } from '../../../src/text/index.ts';
import { parseYaml } from '../../../src/text/yaml/index.ts';

const lol = ['a0: &a0 [x, x, x, x, x, x, x, x, x]', ...Array.from({ length: 12 }, (_, i) => `a${String(i + 1)}: &a${String(i + 1)} [${Array.from({ length: 9 }, () => `*a${String(i)}`).join(', ')}]`)].join('\n');

const HOSTILE: readonly { readonly name: string; readonly text: string; readonly problem: string | undefined }[] = [
  { name: 'alias bomb', text: lol, problem: 'aliases blow the file up beyond what can be read' },
  { name: 'merge bomb', text: lol.replaceAll('[', '{<<: [').replaceAll(']', ']}').replace('{<<: [x, x, x, x, x, x, x, x, x]}', '{k: v}'), problem: 'aliases blow the file up beyond what can be read' },
  { name: 'deep flow list', text: '['.repeat(100_000), problem: 'nested deeper than 200 levels' },
  { name: 'deep flow map', text: '{a: '.repeat(50_000), problem: 'nested deeper than 200 levels' },
  { name: 'deep block list', text: `${'- '.repeat(3_000)}x`, problem: 'nested deeper than 200 levels' },
  { name: 'deep block map', text: Array.from({ length: 1_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), problem: 'nested deeper than 200 levels' },
  { name: 'cyclic list', text: 'a: &a [*a]', problem: 'the anchor "&a" contains itself' },
  { name: 'cyclic merge', text: 'a: &a\n  <<: *a\n  b: 1', problem: 'the anchor "&a" contains itself' },
  { name: 'two anchors in a cycle', text: 'a: &a {b: &b {c: *a}, d: *b}', problem: 'the anchor "&a" contains itself' },
  { name: 'NUL', text: 'a: b\0c', problem: 'a NUL character is not allowed in YAML' },
  { name: 'many keys', text: Array.from({ length: 20_000 }, (_, i) => `k${String(i)}: v`).join('\n'), problem: undefined },
  { name: 'many duplicate keys', text: 'k: v\n'.repeat(5_000), problem: 'key "k" is already defined on line 1' },
  { name: 'long quoted', text: `a: "${'\\"'.repeat(100_000)}"`, problem: undefined },
  { name: 'long plain over lines', text: `a: x\n${'  y\n'.repeat(20_000)}`, problem: undefined },
  { name: 'long block', text: `a: >-\n${'  y\n\n   z\n'.repeat(10_000)}`, problem: undefined },
  { name: 'unclosed quote', text: 'a: "b', problem: 'this quote is not closed' },
  { name: 'lone surrogates', text: 'a: "\ud800"\nb: \udfff', problem: undefined },
  { name: 'only a tag', text: '!', problem: undefined },
  { name: 'tag of a set', text: 'a: !!set {b, c}\nd: !!omap [e: 1]\nf: !!pairs [g: 1]', problem: undefined },
  { name: 'binary', text: 'a: !!binary "///"\nb: !!timestamp x\nc: !!int zz', problem: undefined },
  { name: 'empty', text: '', problem: undefined },
  { name: 'colons', text: ': : : :', problem: undefined },
  { name: 'question marks', text: '? ? ? a', problem: 'a key must be a scalar, not a list or mapping' },
  { name: 'proto', text: '__proto__: {a: 1}\nconstructor: 1', problem: undefined },
];

describe('parseYaml on hostile text', () => {
  for (const { name, text, problem } of HOSTILE) {
    it(`${name}: an answer in bounded time`, { timeout: 5_000 }, () => {
      const read = parseYaml(new SourceFile('x.yml', text), new Origins());
      if (problem !== undefined) expect(read.problems.map((found) => found.message)).toContain(problem);
      for (const found of read.problems) expect(found.end).toBeGreaterThan(found.start);
    });
  }
});
