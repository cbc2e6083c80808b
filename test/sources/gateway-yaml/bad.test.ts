import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findingsOf, loadSpecText } from '../../support/gateway-yaml.ts';

/** Files with a mistake; below each wrong line stand the marks and the messages that lint gives it. */
const cases = readFileSync('fixtures/gateway-yaml/bad.txt', 'utf8').split(/^== /m).slice(1).map((part) => {
  const [title = '', ...lines] = part.replace(/\n$/, '').split('\n');
  return { title, written: lines.join('\n'), text: `${lines.filter((line) => !/^# *\^+ /.test(line)).join('\n')}\n` };
});

/** A file with the errors of lint marked in it. */
function marked(text: string): string {
  const found = findingsOf(loadSpecText({ files: { 'gateway.yaml': text } })).filter(({ severity }) => severity === 'error');
  const lines = text.replace(/\n$/, '').split('\n');
  return lines.flatMap((line, index) => [line, ...found.filter((one) => one.line === index + 1).map(({ column, endLine, endColumn, rule, message, label }) => {
    const width = endLine === index + 1 ? endColumn - column : line.length - column + 1;
    return `#${' '.repeat(Math.max(0, column - 2))}${'^'.repeat(Math.max(1, width))} ${rule}: ${message}${label === null ? '' : ` (${label})`}`;
  })]).join('\n');
}

test('there are sixty of them', () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
  expect(cases.filter(({ text, written }) => written === text.replace(/\n$/, '')).map(({ title }) => title)).toEqual([]);
});

test.each(cases)('$title', ({ text, written }) => {
  expect(marked(text)).toBe(written);
});
