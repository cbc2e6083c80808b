import fc from '../support/fast-check.ts';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { printAll } from '../support/formats.ts';
import { lintFiles } from '../support/lint.ts';

const folder = new URL('../../fixtures/cases/', import.meta.url);
const texts = readdirSync(folder).map((name) => new URL(`${name}/compose.yaml`, folder)).filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));

/** Pieces that mean something to one of the readers on the way. */
const PIECES = ['traefik.', 'http', 'routers', '.', '=', ':', '`', '"', "'", '|', '>', '&a', '*a', '<<: *a', '{', '}', '[', ']', '- ', '\n', '\r\n', '\t', '#', '# gateway-ignore label-unknown', '$', '$$', '${', '${A:-b}', '!reset null', '!!int', 'Host(', ')', '&&', '||', '!', '\u0000', '\ufeff', '\ud800', '日本', '\u202e', 'extends: web', 'include: [x.yml]', 'null', '~', '0x1F', '1e999', '__proto__', '%', '? ', '---\n', '...\n'];

interface Change {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}
const change: fc.Arbitrary<Change> = fc.record({ at: fc.nat(4000), remove: fc.oneof(fc.constant(0), fc.nat(40)), insert: fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 4 })) });

it('a broken Compose file ends in findings in places that exist, in every format', () => {
  fc.assert(fc.property(fc.constantFrom(...texts), fc.array(change, { minLength: 1, maxLength: 6 }), (original, changes) => {
    const text = changes.reduce((before, { at, remove, insert }) => before.slice(0, at % before.length) + insert + before.slice((at % before.length) + remove), original);
    const linted = lintFiles({ files: { 'compose.yml': text } });
    const lines = text.split('\n');
    for (const finding of linted.findings.filter(({ file }) => file === 'compose.yml')) {
      expect(finding.line).toBeLessThanOrEqual(lines.length);
      expect(finding.column).toBeLessThanOrEqual((lines[finding.line - 1] ?? '').length + 2);
      expect(finding.endLine > finding.line || finding.endColumn >= finding.column).toBe(true);
      for (const { edits } of finding.fixes) for (const edit of edits) expect(edit.start >= 0 && edit.start <= edit.end && edit.end <= text.length).toBe(true);
    }
    const outputs = new Map(printAll(linted));
    JSON.parse(outputs.get('json') ?? '');
    JSON.parse(outputs.get('sarif') ?? '');
    expect(outputs.get('text')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  }), { numRuns: 400 });
}, 300_000);
