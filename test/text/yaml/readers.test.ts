import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import fc from '../../support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { Origins, SourceFile } from '../../../src/text/index.ts';
import type { YamlFile, YamlNode } from '../../../src/text/yaml/index.ts';
import { readFast } from '../../../src/text/yaml/fast/read.ts';
import { parseWith } from '../../../src/text/yaml/parse.ts';
import { readThorough } from '../../../src/text/yaml/thorough.ts';

const root = new URL('../../..', import.meta.url).pathname;

/** Everything that a reader says of a text: tree, problems, and every place with the way to it. */
function said(text: string, read: Parameters<typeof parseWith>[2]): unknown {
  const origins = new Origins();
  const file = parseWith(new SourceFile('x.yml', text), origins, read);
  return { file, places: places(file, origins) };
}

function places(file: YamlFile, origins: Origins): readonly unknown[] {
  const out: unknown[] = [];
  const visit = (node: YamlNode): void => {
    out.push(origins.get(node.origin));
    // Letters within a value are found by its runs.
    if (node.kind === 'scalar') out.push(origins.get(origins.slice(node.origin, 0, Math.min(1, node.text.length))));
    else if (node.kind === 'sequence') node.items.forEach(visit);
    else for (const { key, value } of node.entries) [key, value].forEach(visit);
  };
  file.docs.forEach(visit);
  return out;
}

/** Whether the fast reader took the text; then both must say the same. */
function agrees(text: string): boolean {
  const fast = readFast(text);
  if (fast === undefined) return false;
  expect(said(text, () => [fast]), text).toEqual(said(text, (report) => readThorough(text, report)));
  return true;
}

function yamlFiles(folder: string): readonly string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/.test(name)).map((name) => readFileSync(path.join(root, folder, name), 'utf8'));
}

/** What stands inside the project's JSON recordings: Compose files as texts. */
function recordedTexts(folder: string): readonly string[] {
  const files = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  const texts: string[] = [];
  for (const name of files) JSON.parse(readFileSync(path.join(root, folder, name), 'utf8'), (_key, value: unknown) => (typeof value === 'string' && value.includes('\n') ? void texts.push(value) : value));
  return texts;
}

/** A block collection as lines, for the column that it stands at. */
type Block = (indent: number) => string;

const pad = (indent: number): string => ' '.repeat(indent);
const INLINE: readonly string[] = ['x', 'x y  z', '0x1F', '- ', '-x', 'http://h:80/#a', '"q \\" \\u0041"', "'it''s'", '"a" # c', 'x # c', 'x  ', '', '~', '[]', '{}', '[a, "b", {c: d, "e":f}, *n] # c', '{a: [1, 2], b: c d}', '!reset []', '!!str 1', '&n x', '*n', '*n # c', '`x', 'a: b', '$$x${Y:-z}'];
const TREES = fc.letrec<{ block: Block; value: Block; entry: Block; item: Block; trivia: Block }>((tie) => ({
  trivia: fc.oneof({ weight: 6, arbitrary: fc.constant(() => '') }, fc.constantFrom<Block>(() => '\n', () => '# left\n', (indent) => `${pad(indent)}# same\n`, (indent) => `${pad(indent + 3)}# deeper\n`, (indent) => `${pad(Math.max(0, indent - 1))}# less\n\n`)),
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...INLINE).map((text): Block => () => ` ${text}\n`),
    fc.constantFrom('|', '>', '|-', '>-', '> ').map((header): Block => (indent) => ` ${header}\n${pad(indent + 2)}one\n${pad(indent + 4)}two\n\n${pad(indent + 2)}three: x\n`),
    fc.constant<Block>((indent) => ` one\n${pad(indent + 1)}two\n\n${pad(indent + 3)}three # c\n`),
    fc.constant<Block>((indent) => ` [a, # c\n${pad(indent + 1)}b,\n${pad(indent)}]\n`),
    fc.tuple(fc.constantFrom('', ' &n', ' # c', ' &n # c', ' !override'), tie('block'), fc.integer({ min: 1, max: 4 })).map(([head, block, step]): Block => (indent) => `${head}\n${block(indent + step)}`),
  ),
  entry: fc.tuple(fc.constantFrom('a', 'b', '"c"', "'d e'", '<<', 'f g ', 'h/i.j'), tie('value'), tie('trivia')).map(([key, value, trivia]): Block => (indent) => `${pad(indent)}${key}:${value(indent)}${trivia(indent)}`),
  item: fc.tuple(fc.oneof(tie('value').map((value): Block => (indent) => value(indent)), tie('block').map((block): Block => (indent) => ` ${block(indent + 2).trimStart()}`)), tie('trivia')).map(([value, trivia]): Block => (indent) => `${pad(indent)}-${value(indent)}${trivia(indent)}`),
  block: fc.oneof(fc.array(tie('entry'), { minLength: 1, maxLength: 4 }), fc.array(tie('item'), { minLength: 1, maxLength: 4 })).map((parts): Block => (indent) => parts.map((part) => part(indent)).join('')),
})).block;

const CORPUS = [...new Set([...yamlFiles('fixtures'), ...yamlFiles('examples')])];

describe('the fast reader and the thorough one', () => {
  it('say the same of every file of the project, and the fast one takes nearly all of them', () => {
    const taken = CORPUS.filter(agrees).length;
    expect(CORPUS.length).toBeGreaterThan(500);
    expect(taken / CORPUS.length).toBeGreaterThan(0.99);
  });

  it('say the same of every recorded text', () => {
    recordedTexts('fixtures').forEach(agrees);
  });

  it('say the same of generated files with odd spellings', () => {
    const taken = { count: 0 };
    fc.assert(fc.property(TREES, fc.boolean(), (tree, open) => {
      const text = tree(0);
      if (agrees(open ? text.trimEnd() : text)) taken.count += 1;
    }), { numRuns: 1500 });
    expect(taken.count).toBeGreaterThan(500);
  });

  it('say the same of texts put together from odd lines', () => {
    const taken = { count: 0 };
    fc.assert(fc.property(fc.array(fc.constantFrom(...LINES), { minLength: 1, maxLength: 10 }), fc.boolean(), (lines, open) => {
      const text = lines.join('\n') + (open ? '' : '\n');
      if (agrees(text)) taken.count += 1;
    }), { numRuns: 6000 });
    expect(taken.count).toBeGreaterThan(100);
  });

  it('say the same of real files after an edit', () => {
    const taken = { count: 0 };
    const texts = CORPUS.filter((text) => text.length < 3000);
    fc.assert(fc.property(fc.constantFrom(...texts), fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3), fc.constantFrom(...BITS)), { minLength: 1, maxLength: 3 }), (text, edits) => {
      const edited = edits.reduce((now, [at, cut, bit]) => now.slice(0, Math.floor(at * now.length)) + bit + now.slice(Math.floor(at * now.length) + cut), text);
      if (agrees(edited)) taken.count += 1;
    }), { numRuns: 2000 });
    expect(taken.count).toBeGreaterThan(300);
  });

  it('gives places that hold where other ones were given out in between', () => {
    const text = 'a: [b, "c"]\nd: |\n  e\n';
    const fast = readFast(text);
    const origins = new Origins();
    origins.default('before it');
    const file = parseWith(new SourceFile('x.yml', text), origins, () => (fast === undefined ? [] : [fast]));
    const others = new Origins();
    others.default('before it');
    const expected = parseWith(new SourceFile('x.yml', text), others, (report) => readThorough(text, report));
    expect(file).toEqual(expected);
    expect(places(file, origins)).toEqual(places(expected, others));
  });

  for (const [text, why] of LEFT()) {
    it(`leaves to the thorough one: ${why}`, () => expect(readFast(text)).toBeUndefined());
  }
});

/** Lines that mean something else, or nothing, by what stands around them. */
const LINES: readonly string[] = [
  'a: b', 'a:', '  b: c', '  - d', '- e', '    f: g', '    - h: i', '      j: k', '  # c', '# c', '    # c', '      # c', '', '  ', 'a: [x, y] # c', '  b: {x: y}', 'a: &n', '  l: *n', '  <<: *n', '  <<: [*n, *n]', 'a: |', '  text',
  '    deeper', 'a: >-', '  - >', '- |-', '  - "q"', "  m: 'q' # c", '- - x', '  -', '- ', '    o: p q', '      r s', '---', '  b: !reset []', '  b: !override', '  b: !!str 010', '  b: !!int x', '- &n', '- &n x', '- &n k: v', '  k: [', '    z,',
  '  ]', ']', '  b: *n # c', 'a:   # c', '   odd: x', 'a: b: c', '"k": "v"', '  "k" : v', 'text', '  {a: b}', '  [a,', '  x: "a\\tb\\u0041"', "  y: 'it''s'", '  z: "open', '  "closed"', 'a: `b', '? a', ': b', '\tt: x', 'a: b\t# c', '%TAG', '...', 'u: http://h:80/#x', 'a: - b', 'é: ü # ß',
];
const BITS: readonly string[] = ['', ' ', '  ', '\n', '\n\n', '#', ' # c', '\n# c\n', '\n    # c\n', ':', ': ', ':\n', '- ', '-', '"', "'", "''", '\\', '\\n', '[', ']', '{', '}', ',', ', ', '&a ', '*a', '<<: *a', '!reset ', '!!str ', '|', '>', '|-\n', '>\n    x\n      y\n\n    z\n', '?', '\t', '---\n', '...\n', '%', '@', '\r\n', '\u0085', '\u2028', '\ufeff', '\0', '\ud800'];

/** What is not the plain YAML of Compose files. */
function LEFT(): readonly (readonly [text: string, why: string])[] {
  return [
    ['a: b\r\n', 'other line breaks'], ['\ufeffa: b\n', 'a byte order mark'], ['a: "b\n  c"\n', 'quoted text over lines'], ['%YAML 1.1\n---\na: b\n', 'directives'], ['a: b\n---\nc: d\n', 'several documents'],
    ['? a\n: b\n', 'explicit keys'], ['a: b: c\n', 'a mapping inside a line'], ['a: [b\n', 'an open list'], ['a: "\\q"\n', 'an unknown escape'], [`a: ${'['.repeat(100)}${']'.repeat(100)}\n`, 'deep nesting'], ['', 'an empty text'],
  ];
}
