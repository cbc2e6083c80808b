import { describe, expect, it } from 'vitest';
import { rules } from '../../src/checks/registry.ts';
import { fixFiles } from '../../src/diagnostics/fixes.ts';
import type { Finding } from '../../src/diagnostics/index.ts';
import { lintExample, lintFiles } from '../support/lint.ts';

const describeFinding = ({ rule, file, line, column, endLine, endColumn }: Finding): string => `${rule} ${file}:${String(line)}:${String(column)}-${endLine === line ? '' : `${String(endLine)}:`}${String(endColumn)}`;
const told = (findings: readonly Finding[]): readonly string[] => findings.map((finding) => `${finding.severity} ${describeFinding(finding)} ${finding.message}`);

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  it.each(rule.meta.bad.map((example) => [example.title, example] as const))('finds: %s', (_title, example) => {
    const { findings, marks } = lintExample(example);
    const own = findings.filter((finding) => finding.rule === id);
    expect(own.map(describeFinding), told(findings).join('\n')).toEqual(marks.filter((mark) => mark.rule === id).map((mark) => `${mark.rule} ${mark.file}:${String(mark.line)}:${String(mark.column)}-${String(mark.endColumn)}`));
    expect(own.length).toBeGreaterThan(0);
    for (const finding of own) expect(finding.message).not.toMatch(/\.$|^[A-Z][a-z]+ [a-z]+ing/);
  });

  it.each(rule.meta.good.map((example) => [example.title, example] as const))('is silent: %s', (_title, example) => {
    const { findings } = lintExample(example);
    expect(told(findings.filter((finding) => finding.rule === id || finding.severity === 'error'))).toEqual([]);
  });

  it.each(rule.meta.bad.map((example) => [example.title, example] as const))('fixes: %s', (_title, example) => {
    const { findings, files } = lintExample(example);
    const own = findings.filter((finding) => finding.rule === id && finding.fixes.length > 0);
    const fixed = fixFiles(new Map(Object.entries(files)), own, { unsafe: true });
    if (own.length === 0) return;
    const after = lintFiles({ files: { ...files, ...Object.fromEntries(fixed.texts) } }).findings;
    expect(told(after.filter((finding) => finding.rule === id || finding.rule === 'yaml-syntax' || finding.rule === 'compose-schema'))).toEqual([]);
    const again = fixFiles(new Map([...Object.entries(files), ...fixed.texts]), after.filter((finding) => finding.rule === id), { unsafe: true });
    expect(again.texts.size).toBe(0);
  });

  it('promises a fix only where it has one', () => {
    const offered = rule.meta.bad.flatMap((example) => lintExample(example).findings.filter((finding) => finding.rule === id).flatMap((finding) => finding.fixes));
    if (rule.meta.fix === undefined) expect(offered).toEqual([]);
    else expect(offered.length).toBeGreaterThan(0);
    if (rule.meta.fix === 'unsafe') expect(offered.every((fix) => fix.safety === 'unsafe')).toBe(true);
  });

  it('has examples, a summary and a reason', () => {
    expect(rule.meta.good.length).toBeGreaterThan(0);
    expect(rule.meta.summary).toMatch(/^[a-z"A-Z].*[^.]$/);
    expect(rule.meta.why).toMatch(/\.$/);
  });
});

it('has one rule a name', () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
});
