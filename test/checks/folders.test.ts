import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/diagnostics/index.ts';
import { lintFolder, lintFolders } from '../support/lint-folder.ts';

const place = ({ rule, file, line, column, endColumn }: { readonly rule: string; readonly file: string; readonly line: number; readonly column: number; readonly endColumn: number }): string => `${file}:${String(line)}:${String(column)}-${String(endColumn)} ${rule}`;
const told = (findings: readonly Finding[]): readonly string[] => findings.map((finding) => `${finding.severity} ${place(finding)} ${finding.message}`);

describe('sound stacks', () => {
  it.each(lintFolders('fixtures/lint/sound').map((folder) => [folder.name, folder] as const))('%s: no error', (_name, folder) => {
    const { findings } = lintFolder(folder);
    if (process.env['SHOW'] === '1') console.log(`== ${folder.name}\n${told(findings).join('\n')}`);
    expect(told(findings.filter(({ severity }) => severity === 'error'))).toEqual([]);
    expect(folder.marks, 'a sound stack needs no marks').toEqual([]);
  });
});

describe('broken stacks', () => {
  it.each(lintFolders('fixtures/lint/broken').map((folder) => [folder.name, folder] as const))('%s: the marked places, and no other error', (_name, folder) => {
    const { findings } = lintFolder(folder);
    if (process.env['SHOW'] === '1') console.log(`== ${folder.name}\n${told(findings).join('\n')}`);
    const marked = folder.marks.map(place).toSorted();
    const wanted = new Set(marked);
    const found = findings.filter((finding) => finding.severity === 'error' || wanted.has(place(finding)));
    expect(found.map(place).toSorted(), told(findings).join('\n')).toEqual(marked);
    expect(marked.length).toBeGreaterThan(0);
  });
});
