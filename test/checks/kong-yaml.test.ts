import { describe, expect, it } from 'vitest';
import { luaValue } from '../../src/compile/kong/lua-scalar.ts';
import { lintFiles } from '../support/lint.ts';

const plain = (text: string): unknown => luaValue({ text, style: 'plain' });
const lint = (...lines: readonly string[]): readonly string[] =>
  lintFiles({ files: { 'kong.yml': `${['_format_version: "3.0"', ...lines].join('\n')}\n` }, stacks: [['kong.yml']] }).findings.map(({ rule, line, column, message }) => `${rule} ${String(line)}:${String(column)} ${message}`);

describe('a scalar of a declarative file, as lyaml reads it', () => {
  it.each([
    ['yes', true], ['On', true], ['NO', false], ['off', false], ['y', 'y'], ['True', true], ['~', null], ['', null], ['yEs', 'yEs'],
    ['0120', 80], ['08', 8], ['0', 0], ['1_000', 1000], ['-7', -7], ['+7', 7], ['0x1F', 31], ['0X1F', '0X1F'], ['0b101', 5], ['0b1', '0b1'], ['0o17', '0o17'],
    ['1:30', 90], ['-1:30:00', -5400], ['1:75', 135], ['1:x', '1:x'], ['1:30.5', 90.5], ['1.5', 1.5], ['.5', 0.5], ['5.', 5], ['1e3', 1000], ['1_0.5', 10.5], ['.inf', Number.POSITIVE_INFINITY], ['-.INF', Number.NEGATIVE_INFINITY], ['.nan', Number.NaN],
    ['2024-01-01', '2024-01-01'], ['3.9.3', '3.9.3'], ['.', '.'], ['-', '-'], ['1e', '1e'],
  ])('%s', (text, value) => {
    expect(plain(text)).toEqual(value);
  });

  it('keeps quoted text, and does what a tag asks for', () => {
    expect(luaValue({ text: 'no', style: 'double' })).toBe('no');
    expect(luaValue({ text: '5', style: 'plain', tag: '!!str' })).toBe('5');
    expect(luaValue({ text: '5', style: 'single', tag: '!!int' })).toBe(5);
    expect(luaValue({ text: '5', style: 'plain', tag: '!!float' })).toBe(5);
    expect(luaValue({ text: 'n', style: 'plain', tag: '!!bool' })).toBe(false);
    expect(luaValue({ text: 'x', style: 'plain', tag: '!!null' })).toBeNull();
    expect(luaValue({ text: 'x', style: 'plain', tag: '!!int' })).toBeUndefined();
    expect(luaValue({ text: '5', style: 'plain', tag: '!own' })).toBe(5);
  });
});

describe('YAML that only Kong reads so', () => {
  it('takes its booleans, numbers and escapes', () => {
    expect(lint('services:', '  - name: api', '    url: "http:\\/\\/api:8000"', '    retries: 0b11', '    routes:', '      - {name: all, paths: [/], strip_path: no, preserve_host: on}')).toEqual([]);
  });

  it('finds a name that is a boolean to it', () => {
    expect(lint('consumers:', '  - username: no')).toEqual(['kong-schema 3:15 "username" is refused: expected a string']);
  });

  it('says which of two keys it reads', () => {
    expect(lint('services:', '  - name: api', '    host: one', '    host: two')).toEqual(['kong-schema 5:5 "host" stands twice here, and Kong reads the last one only']);
  });

  it('refuses a tag that the text does not fit', () => {
    expect(lint('services:', '  - {name: api, host: api, port: !!int http}')).toEqual(['kong-schema 3:40 the file is not YAML: "http" is no !!int']);
  });
});

describe('the plugins that a node loads', () => {
  const lintNode = (setting: string, ...plugins: readonly string[]): readonly string[] => {
    const compose = `services:\n  kong:\n    image: kong:3.9.1\n    environment: {KONG_DATABASE: "off", KONG_PLUGINS: "${setting}", KONG_DECLARATIVE_CONFIG: /k/kong.yml}\n    volumes: ["./kong.yml:/k/kong.yml:ro"]\n`;
    const kong = `_format_version: "3.0"\nplugins:\n${plugins.map((plugin) => `  - ${plugin}\n`).join('')}`;
    return lintFiles({ files: { 'compose.yml': compose, 'kong.yml': kong } }).findings.filter(({ rule }) => rule === 'kong-schema').map(({ line, column, message, help }) => `${String(line)}:${String(column)} ${message}; ${help ?? ''}`);
  };

  it('may be its own, of which nothing is known', () => {
    expect(lintNode('bundled, acme-corp', '{name: acme-corp, config: {a: 1}}', '{name: cors}')).toEqual([]);
    expect(lintNode('bundled, acme-corp', '{name: acme-copr}')).toEqual(['3:12 there is no plugin "acme-copr", did you mean "acme-corp"?; write "acme-corp"']);
  });

  it('may leave bundled ones out', () => {
    expect(lintNode('key-auth', '{name: key-auth}', '{name: cors}')).toEqual(['4:12 this node does not load the plugin "cors"; name it in KONG_PLUGINS, or "bundled"']);
    expect(lintNode('off', '{name: cors}')).toEqual(['3:12 this node does not load the plugin "cors"; name it in KONG_PLUGINS, or "bundled"']);
    expect(lintNode('${PLUGINS}', '{name: cors}')).toEqual([]);
  });
});
