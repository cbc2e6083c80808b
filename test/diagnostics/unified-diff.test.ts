import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from '../support/fast-check.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unifiedDiff } from '../../src/diagnostics/index.ts';
import { tempFolder } from '../support/temp-folder.ts';
import type { TempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
beforeAll(async () => {
  folder = await tempFolder();
});
afterAll(() => folder.remove());

/** Has git apply the diff. */
function applied(before: string, diff: string): string {
  const file = path.join(folder.path, 'f.txt');
  writeFileSync(file, before);
  const done = spawnSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: folder.path, input: diff, encoding: 'utf8' });
  expect(done.status, `${done.stderr}\n${diff}`).toBe(0);
  return readFileSync(file, 'utf8');
}

it('git makes the new text out of the old one', () => {
  const line = fc.constantFrom('a', 'b', 'c', '', '  d: 1', 'e\r');
  const text = fc.tuple(fc.array(line, { maxLength: 25 }), fc.boolean()).map(([lines, end]) => lines.join('\n') + (lines.length > 0 && (end || lines.at(-1) === 'e\r') ? '\n' : ''));
  fc.assert(fc.property(text, text, (before, after) => {
    const diff = unifiedDiff('f.txt', before, after);
    if (before === after) expect(diff).toBe('');
    else expect(applied(before, diff)).toBe(after);
  }), { numRuns: 60 });
}, 60_000);

it('takes large files with far changes, and with nothing in common', () => {
  const lines = Array.from({ length: 40_000 }, (_, index) => `line ${String(index)}\n`);
  const changed = lines.map((line, index) => (index % 9_999 === 1 ? `changed ${line}` : line));
  const diff = unifiedDiff('f.txt', lines.join(''), changed.join(''));
  expect(applied(lines.join(''), diff)).toBe(changed.join(''));
  expect(diff.split('\n').length).toBeLessThan(80);
  const other = lines.slice(0, 3000).map((line) => `x${line}`).join('');
  expect(applied(lines.slice(0, 2000).join(''), unifiedDiff('f.txt', lines.slice(0, 2000).join(''), other))).toBe(other);
}, 60_000);
