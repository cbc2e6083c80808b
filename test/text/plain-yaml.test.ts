import { expect, it } from 'vitest';
import fc from '../support/fast-check.ts';
import { yamlPackage } from '../../src/text/yaml/package.ts';
import { readPlainYaml } from '../../src/text/yaml/plain.ts';
import { parseAnyYaml, parseYaml } from '../../src/models/traefik/tree.ts';
import { readCases } from '../support/cases.ts';
import { buildCase, loadCase } from '../support/emitted.ts';
import { slice } from '../support/slice.ts';

// 3 s. The reader of generated files against the reader of all of YAML.

const NONE = { endpoints: [], entryPoints: new Map([['web', { host: '127.0.0.1', port: 8080 }], ['alt', { host: '127.0.0.1', port: 8081 }], ['websecure', { host: '127.0.0.1', port: 8443 }]]) };
const cases = readCases().filter(({ name }) => slice(name));

/** Each as the model of its target means it. */
it.each([
  ['traefik', BigInt, parseAnyYaml],
  ['kong', Number, (text: string): unknown => yamlPackage().parse(text)],
] as const)('reads generated files of %s as every reader does, and nearly all of them', (target, whole, parse) => {
  const texts = cases.flatMap((one) => (buildCase(loadCase(one, NONE), target, undefined, NONE).files ?? []).filter(({ path }) => path.endsWith('.yml')).map(({ text }) => text));
  const read = texts.filter((text) => readPlainYaml(text, whole) !== undefined);
  expect(texts.length).toBeGreaterThan(5);
  expect(read.length).toBeGreaterThan(texts.length * 0.8);
  for (const text of read) expect(readPlainYaml(text, whole)).toEqual(parse(text));
});

const HTTP = `# made
http:
  routers:
    # shop/web
    web:
      entryPoints:
        - web
      rule: Host(\`a.test\`) && PathPrefix(\`/api\`)
      priority: 30
      middlewares: []
      tls: {}
  services:
    "1":
      loadBalancer:
        servers:
          - url: "http://a:80"
            weight: 2
        passHostHeader: false
`;

const ALPHABET = ['\n', ' ', '  ', ':', ': ', '#', ' #', '-', '- ', '"', "'", '\\', '\\n', '{}', '[]', ',', '&', '*', '!', '|', '>', '%', '@', '~', 'null', 'yes', 'True', '0', '1', '-0', '1_0', '0x1', '1.5', '2001-01-01', 'é', '\t', '<<', '---', 'a', '{{', '?', '? ', '`'];
const edit = fc.record({ at: fc.nat(HTTP.length), gone: fc.nat(3), text: fc.oneof(fc.constantFrom(...ALPHABET), fc.constant('')) });

it('whatever is done to a text, both read the same or it leaves it to the other one', () => {
  let read = 0;
  fc.assert(fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
    const text = edits.reduce((so, { at, gone, text: put }) => so.slice(0, at) + put + so.slice(at + gone), HTTP);
    const value = readPlainYaml(text, BigInt);
    if (value === undefined) return;
    read += 1;
    expect(value).toEqual(parseAnyYaml(text));
    expect(readPlainYaml(text, Number)).toEqual(yamlPackage().parse(text));
  }), { numRuns: 3000 });
  expect(read).toBeGreaterThan(250);
});

it.each([
  ['a flow list', 'a: ["x", "y"]\n', { a: ['x', 'y'] }],
  ['a text over two lines', 'a: b\n  c\n', { a: 'b c' }],
  ['nothing', 'a:\nb: 1\n', { a: null, b: 1n }],
  ['a list below its key', 'a:\n- x\n', { a: ['x'] }],
  ['an escape by number', 'a: "\\u0041"\n', { a: 'A' }],
  ['letters of other scripts', 'a: "ü"\n', { a: 'ü' }],
  ['a key that every object has', '__proto__: x\n', Object.fromEntries([['__proto__', 'x']])],
])('leaves %s to the reader of all of YAML', (_, text, value) => {
  expect(readPlainYaml(text, BigInt)).toBeUndefined();
  expect(parseYaml(text)).toEqual(value);
});

it('takes no key twice', () => {
  expect(parseYaml('a: 1\na: 2\n')).toBeUndefined();
});
