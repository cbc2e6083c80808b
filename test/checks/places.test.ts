import { describe, expect, it } from 'vitest';
import { lintFiles } from '../support/lint.ts';

/** Every way to write a label in YAML: a finding stands under the wrong part alone, without quotes, marks and escapes around it. Under 1 s. */
interface Written {
  /** Lines above `services:`. */
  readonly top?: readonly string[];
  readonly labels: readonly string[];
}

const quoted = (text: string): string => JSON.stringify(text);
const WAYS: Readonly<Record<string, (key: string, value: string) => Written>> = {
  'a list': (key, value) => ({ labels: ['labels:', `  - ${key}=${value}   # why`] }),
  'a list in double quotes': (key, value) => ({ labels: ['labels:', `  - ${quoted(`${key}=${value}`)}`] }),
  'a list in single quotes': (key, value) => ({ labels: ['labels:', `  - '${key}=${value}'`] }),
  'a list, folded': (key, value) => ({ labels: ['labels:', '  - >-', `    ${key}=${value}`] }),
  'a list, literal': (key, value) => ({ labels: ['labels:', '  - |-', `    ${key}=${value}`] }),
  'a list over two lines': (key, value) => ({ labels: ['labels:', `  - "${key}=\\`, `     ${value}"`] }),
  'a flow list': (key, value) => ({ labels: [`labels: [${quoted(`${key}=${value}`)}]`] }),
  'a list with an alias': (key, value) => ({ top: [`x-item: &item ${quoted(`${key}=${value}`)}`], labels: ['labels:', '  - *item'] }),
  'a mapping in double quotes': (key, value) => ({ labels: ['labels:', `  ${key}: ${quoted(value)}`] }),
  'a mapping, all in single quotes': (key, value) => ({ labels: ['labels:', `  '${key}': '${value}'`] }),
  'a mapping, folded': (key, value) => ({ labels: ['labels:', `  ${key}: >-`, `    ${value}`] }),
  'a mapping, literal': (key, value) => ({ labels: ['labels:', `  ${key}: |-`, `    ${value}`] }),
  'a mapping with explicit keys': (key, value) => ({ labels: ['labels:', `  ? ${key}`, `  : ${quoted(value)}`] }),
  'a flow mapping': (key, value) => ({ labels: [`labels: {${quoted(key)}: '${value}'}`] }),
  'an anchor': (key, value) => ({ top: ['x-labels: &labels', `  ${key}: ${quoted(value)}`], labels: ['labels: *labels'] }),
  'a merge key': (key, value) => ({ top: ['x-labels: &labels', `  ${key}: ${quoted(value)}`], labels: ['labels:', '  <<: *labels'] }),
};

/** What stands under the errors of a service with this label. */
function marked(way: (key: string, value: string) => Written, key: string, value: string): readonly string[] {
  const { top = [], labels } = way(key, value);
  const text = [...top, 'services:', '  web:', '    image: example/web:1', '    expose: ["80"]', ...labels.map((line) => `    ${line}`), ''].join('\n');
  const lines = text.split('\n');
  const { findings } = lintFiles({ files: { 'compose.yml': text, 'traefik.yml': 'providers:\n  docker: {}\n' }, static: 'traefik.yml', versions: ['3.7'] });
  const errors = findings.filter(({ severity }) => severity === 'error');
  return errors.map(({ line, endLine, column, endColumn }) => (line === endLine ? (lines[line - 1] ?? '').slice(column - 1, endColumn - 1) : `lines ${String(line)}-${String(endLine)}`));
}

describe.each(Object.entries(WAYS))('in %s', (_, way) => {
  it.each([
    ['a misspelt option', 'traefik.http.middlewares.m.headers.frameDenny', 'true', 'frameDenny'],
    ['a misspelt section', 'traefik.htpp.routers.r.priority', '1', 'htpp'],
    ['a word that is no boolean', 'traefik.http.middlewares.m.headers.frameDeny', 'yes', 'yes'],
    ['a word that is no number', 'traefik.http.routers.r.priority', 'ten', 'ten'],
    ['a span that is no duration', 'traefik.http.middlewares.m.ratelimit.period', '1 minute', '1 minute'],
    ['a part of a rule', 'traefik.http.routers.r.rule', 'Host(`a.example.com`) && Pth(`/b`)', 'Pth'],
  ])('%s', (_title, key, value, wrong) => {
    expect(marked(way, key, value)).toEqual([wrong]);
  });
});
