import fc from '../support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { codeFrame, plainPaint } from '../../src/diagnostics/index.ts';
import { textWidth } from '../../src/diagnostics/width.ts';
import { SourceFile } from '../../src/text/index.ts';

function frame(line: string, from: number, to: number, { width = 80, ascii = false, label = 'here' } = {}): readonly string[] {
  const source = new SourceFile('f.yml', `first\n${line}\nlast\n`);
  return codeFrame(source, { file: 'f.yml', line: 2, column: from + 1, endLine: 2, endColumn: to + 1 }, label, { width, paint: plainPaint, context: 0, ascii });
}

/** What stands above the carets. */
function marked([line = '', carets = '']: readonly string[]): string {
  const start = textWidth(carets.slice(0, carets.indexOf('^')));
  const end = textWidth(carets.slice(0, carets.lastIndexOf('^') + 1));
  let at = 0;
  let out = '';
  for (const char of line) {
    if (at >= start && at < end) out += char;
    at += textWidth(char);
  }
  return out;
}

describe('a code frame', () => {
  it.each([
    ['plain', '      - traefik.http.rotuers.a.rule=x', 'rotuers'],
    ['behind tabs', '\t\t- traefik.http.rotuers.a', 'rotuers'],
    ['behind wide letters', '      - traefik.日本語.rotuers.a', 'rotuers'],
    ['of wide letters', '      - traefik.日本語.rotuers.a', '日本語'],
    ['behind emoji', '      - 🚀🚀.rotuers.a', 'rotuers'],
    ['behind combining marks', '      - e\u0301e\u0301.rotuers.a', 'rotuers'],
    ['behind controls', '      - \u001b[31m.rotuers.a', 'rotuers'],
    ['with a carriage return at the end', '      - rotuers\r', 'rotuers'],
    ['in the middle of a very long line', `      - ${'x'.repeat(5000)}.rotuers.${'y'.repeat(5000)}`, 'rotuers'],
    ['at the end of a very long line', `      - ${'日'.repeat(5000)}.rotuers`, 'rotuers'],
  ])('marks the place %s', (_title, line, word) => {
    const at = line.indexOf(word);
    for (const width of [40, 80, 200]) {
      const lines = frame(line, at, at + word.length, { width });
      expect(marked(lines)).toBe(word);
      expect(textWidth(lines[0] ?? '')).toBeLessThanOrEqual(width);
    }
  });

  it('cuts the middle of a marked text that is too long itself', () => {
    const [line = ''] = frame(`a.${'b'.repeat(300)}END.c`, 2, 305, { width: 60 });
    expect(line).toMatch(/a\.b+…b+END/);
  });

  it('marks one column where there is nothing to mark', () => {
    expect(frame('abc', 3, 3)[1]).toBe('    |    ^ here');
    expect(frame('', 0, 0)[1]).toBe('    | ^ here');
  });

  it('shows a secret nowhere, not even cut in its middle', () => {
    const line = `- traefik.http.middlewares.a.basicauth.users=ann:${'$$apr1$$'}${'S3cret'.repeat(300)},bob:x`;
    for (const at of [0, 60, 500, 1500, line.length - 3]) expect(frame(line, at, at + 3).join('\n')).not.toContain('S3cret');
  });

  it('is plain ASCII on demand, never wider than asked, and never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(300), fc.nat(300), fc.integer({ min: 30, max: 200 }), fc.boolean(), (text, a, b, width, ascii) => {
      const line = text.replaceAll('\n', '');
      const [from = 0, to = 0] = [Math.min(a, line.length), Math.min(b, line.length)].sort((x, y) => x - y);
      const lines = frame(line, from, to, { width, ascii, label: '' });
      expect(lines).toHaveLength(2);
      for (const one of lines) {
        expect(one).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        if (ascii) expect(one).toMatch(/^[\u0000-\u007f]*$/);
        expect(textWidth(one)).toBeLessThanOrEqual(width + 1);
      }
    }), { numRuns: 200 });
  }, 60_000);
});
