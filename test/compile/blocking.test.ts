import { describe, expect, it } from 'vitest';
import { rules } from '../../src/checks/registry.ts';
import { blockingFindings, lint } from '../../src/compile/lint.ts';
import { toFindings } from '../../src/diagnostics/index.ts';
import type { Diagnostic, Finding } from '../../src/diagnostics/index.ts';
import { lintExample } from '../support/lint.ts';

// What stops a build is what lint says of it, although fewer rules are asked. 2 s.

describe('findings that stop a build', () => {
  it('are those of lint, in every example of every rule', () => {
    let stopped = 0;
    for (const rule of rules) {
      for (const example of [...rule.meta.bad, ...rule.meta.good]) {
        const { loaded } = lintExample(example);
        const found = (diagnostics: readonly Diagnostic[]): readonly Finding[] => toFindings(diagnostics, loaded.origins, loaded.files);
        const expected = found(lint(loaded).diagnostics.filter(({ blocking }) => blocking));
        expect(found(blockingFindings(loaded)), `${rule.id}: ${example.title}`).toEqual(expected);
        stopped += expected.length;
      }
    }
    expect(stopped).toBeGreaterThan(50);
  });

  it('come from rules that say so', () => {
    const may = new Set(rules.filter(({ meta, mayBlock }) => meta.blocking || mayBlock === true).map(({ id }) => id));
    const own = new Set(rules.map(({ id }) => id));
    const blocked = rules.flatMap((rule) => rule.meta.bad.flatMap((example) => lintExample(example).findings.filter(({ blocking }) => blocking))).map((finding) => finding.rule);
    expect(blocked.filter((rule) => own.has(rule) && !may.has(rule))).toEqual([]);
    expect(may.size).toBeLessThan(own.size);
  });
});
