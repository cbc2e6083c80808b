import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readingRules } from '../../src/checks/reading-rules.ts';
import { rules } from '../../src/checks/registry.ts';
import { arrivesAsInfo, isNewerSet } from '../../src/checks/rule-set.ts';
import { lintExample } from '../support/lint.ts';

describe.each(readingRules.map((rule) => [rule.id, rule] as const))('%s', (id, { meta }) => {
  it.each(meta.bad.map((example) => [example.title, example] as const))('is found: %s', (_title, example) => {
    const { findings, marks } = lintExample(example);
    const own = findings.filter(({ rule }) => rule === id);
    expect(own.map(({ file, line, column, endColumn }) => ({ rule: id, file, line, column, endColumn }))).toEqual(marks);
  });

  it.each(meta.good.map((example) => [example.title, example] as const))('is not found: %s', (_title, example) => {
    expect(lintExample(example).findings.filter(({ rule }) => rule === id)).toEqual([]);
  });
});

it('no id has two owners', () => {
  const ids = [...rules, ...readingRules].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

it('a rule of a patch release speaks up at the next minor one', () => {
  expect(arrivesAsInfo({}, '0.1')).toBe(false);
  expect(arrivesAsInfo({ since: '0.2.1' }, '0.2')).toBe(true);
  expect(arrivesAsInfo({ since: '0.2.1' }, '0.3')).toBe(false);
  expect(arrivesAsInfo({ since: '0.2.0' }, '0.2')).toBe(false);
  expect(arrivesAsInfo({ since: '0.10.0' }, '0.9')).toBe(true);
  expect(arrivesAsInfo({ since: '1.0.0' }, '0.9')).toBe(true);
  expect(isNewerSet('0.10', '0.9.9')).toBe(true);
  expect(isNewerSet('0.2', '0.2.3')).toBe(false);
});

it('the pages and registries are what the sources say', () => {
  const done = spawnSync(process.execPath, ['scripts/registry.mjs', '--check'], { cwd: new URL('../..', import.meta.url), encoding: 'utf8' });
  expect(done.stderr).not.toContain('stale');
  expect(done.status, done.stderr).toBe(0);
}, 60_000);
