import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { comparePolicy } from '../../src/compile/policy.ts';
import { readConfig } from '../../src/config/read.ts';
import { diff, diffClasses, load } from '../../src/index.ts';
import type { Loaded } from '../../src/index.ts';
import { composeOf, loadText, STATIC } from './pair.ts';

interface Section {
  readonly id: string;
  readonly text: string;
  readonly file: string | undefined;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The classes of the page, each with its sentence and the two sides of its example. */
function sectionsOf(page: string): readonly Section[] {
  return [...page.matchAll(/^### `([a-z-]+)`\n(.+)\n\n```diff(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(([, id = '', text = '', file, block = '']) => {
    const lines = block.split('\n').filter((line) => line !== '');
    const side = (sign: string): readonly string[] => lines.filter((line) => line.startsWith(' ') || line.startsWith(sign)).map((line) => line.slice(1));
    return { id, text, file, before: side('-'), after: side('+') };
  });
}

const sections = sectionsOf(readFileSync('docs/diff.md', 'utf8'));

function loadDynamic(text: string): Loaded {
  const files: Readonly<Record<string, string>> = { 'traefik.yml': STATIC, 'dynamic.yml': text };
  const host = { readFile: (path: string) => files[path.replace(/^\.\//, '')], listFolder: () => undefined };
  return load({ gateways: [{ name: 'default', stacks: [], static: 'traefik.yml', dynamic: ['dynamic.yml'], versions: ['3.7'] }], declared: true, host, overrides: { endpoints: [], entryPoints: new Map() } });
}

function loadGateway(text: string): Loaded {
  const host = { readFile: (path: string) => (path === 'gateway.yaml' ? text : undefined), listFolder: () => undefined };
  return load({ gateways: [{ name: 'default', stacks: [], spec: { files: ['gateway.yaml'], variables: new Map() }, dynamic: [], versions: ['3.7'] }], declared: true, host, overrides: { endpoints: [], entryPoints: new Map() } });
}

function loadLines(file: string | undefined, lines: readonly string[]): Loaded {
  if (file === 'gateway.yaml') return loadGateway(`${lines.join('\n')}\n`);
  return file === 'dynamic.yml' ? loadDynamic(`${lines.join('\n')}\n`) : loadText(composeOf(lines));
}

function classesOf({ file, before, after }: Section): readonly string[] {
  if (file === 'gateway.config.yaml') {
    const nothing = loadText(composeOf([]));
    const [was, now] = [before, after].map((lines) => {
      const read = readConfig(file, lines.join('\n'));
      if (read.kind === 'invalid') throw new Error(read.message);
      return { config: read.config, loaded: nothing, host: { readFile: () => undefined, listFolder: () => undefined } };
    });
    return was === undefined || now === undefined ? [] : comparePolicy(was, now).map((change) => change.class);
  }
  const { broken, changes } = diff(loadLines(file, before), loadLines(file, after));
  expect(broken).toEqual([]);
  for (const change of changes) expect(change.witness).not.toBeNull();
  return changes.map((change) => change.class);
}

test('every class is on the page, in the order of reports, with its severity and sentence', () => {
  expect(sections.map(({ id, text }) => [id, text])).toEqual(Object.entries(diffClasses).map(([id, { severity, says }]) => [id, `${severity}. ${says}`]));
});

describe('the example of', () => {
  test.each(sections.map((section) => [section.id, section] as const))('%s shows this class and no other', (id, section) => {
    expect([...new Set(classesOf(section))]).toEqual([id]);
  });
});
