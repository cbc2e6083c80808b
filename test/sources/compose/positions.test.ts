import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { facts, marked, read } from './project.ts';

const CASES = [
  { name: 'labels', variables: { V: 'vee' } },
  { name: 'values', variables: {} },
];

describe('every fact has its exact columns', () => {
  for (const { name, variables } of CASES) {
    const { text, marks } = marked(readFileSync(`fixtures/read/compose/positions/${name}.yml`, 'utf8'));
    const found = facts(read({ 'compose.yml': text }, { variables: new Map(Object.entries(variables)) }));
    for (const mark of marks) {
      it(`${name} ${mark}`, () => {
        const [place = '', what = ''] = split(mark);
        const near = found.filter((fact) => fact.endsWith(what) || fact.startsWith(`${place.split('-')[0] ?? ''}-`));
        expect(near).toContain(viaBehindPlace(place, what));
      });
    }
  }
});

function split(mark: string): readonly [string, string] {
  const at = mark.indexOf(' ');
  return [mark.slice(0, at), mark.slice(at + 1)];
}

/** `key x via 3:1-4` marks a fact whose place was reached through an alias. */
function viaBehindPlace(place: string, what: string): string {
  const via = / via \S+$/.exec(what);
  return via === null ? `${place} ${what}` : `${place}${via[0]} ${what.slice(0, via.index)}`;
}

describe('parts of a value', () => {
  it('slices a rule inside a quoted label that holds `$$` and variables', () => {
    const text = 'services:\n  a:\n    image: x\n    labels:\n      - "r=Host(`${H}`) && PathRegexp(`^/x$$`) || Path(`/z`)"\n';
    const result = read({ 'compose.yml': text }, { variables: new Map([['H', 'a.example.com']]) });
    const value = result.stack?.containers[0]?.labels[0]?.value;
    const rule = value?.value.text ?? '';
    expect(rule).toBe('Host(`a.example.com`) && PathRegexp(`^/x$`) || Path(`/z`)');
    const places = ['Host', '`a.example.com`', 'PathRegexp', '^/x$', 'Path(`/z`)'].map((part) => {
      const at = rule.lastIndexOf(part);
      return value === undefined ? '' : `${part} ${result.at(result.origins.slice(value.origin, at, at + part.length))}`;
    });
    expect(places).toEqual(['Host 5:12-16', '`a.example.com` 5:17-23', 'PathRegexp 5:28-38', '^/x$ 5:40-45', 'Path(`/z`) 5:51-61']);
    expect(value?.value.from).toEqual(['H']);
  });

  it('slices block and folded scalars line by line', () => {
    const text = 'services:\n  a:\n    image: x\n    labels:\n      one: |\n        first line\n        second word\n      two: >-\n        first line\n        second word\n\n        third\n';
    const result = read({ 'compose.yml': text });
    const places = (result.stack?.containers[0]?.labels ?? []).flatMap((label) =>
      ['line', 'second', 'third'].flatMap((part) => {
        const at = label.value.value.text.indexOf(part);
        return at === -1 ? [] : [`${part} ${result.at(result.origins.slice(label.value.origin, at, at + part.length))}`];
      }),
    );
    expect(places).toEqual(['line 6:15-19', 'second 7:9-15', 'line 9:15-19', 'second 10:9-15', 'third 12:9-14']);
  });

  it('counts lines and columns alike with CRLF and a byte order mark', () => {
    const text = '\uFEFFservices:\r\n  a:\r\n    image: x\r\n    labels:\r\n      - "k=v"\r\n';
    const result = read({ 'compose.yml': text });
    const label = result.stack?.containers[0]?.labels[0];
    expect(label === undefined ? '' : `${result.at(label.key.origin)} ${result.at(label.value.origin)}`).toBe('5:10-11 5:12-13');
  });

  it('shows how a value of an extended service was reached', () => {
    const files = {
      'compose.yml': 'services:\n  a:\n    extends: {file: sub/base.yml, service: b}\n',
      'sub/base.yml': 'services:\n  b:\n    image: x\n    labels: [k=v]\n    volumes: [./data:/data]\n',
    };
    const result = read(files);
    const [container] = result.stack?.containers ?? [];
    expect(container?.labels.map((label) => result.at(label.value.origin))).toEqual(['sub/base.yml 4:16-17 via 3:44-45']);
    expect(container?.mounts.map((mount) => mount.source?.text)).toEqual(['./sub/data']);
  });
});
