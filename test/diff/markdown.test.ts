import { expect, test } from 'vitest';
import { diff, printMarkdown } from '../../src/index.ts';
import { code } from '../../src/diff/print-markdown.ts';
import { composeOf, loadText } from './pair.ts';

const OPTIONS = { key: 'default', maxChars: 65_000 };

test('nothing changed is one line after the marker', () => {
  const side = loadText(composeOf(['routers.web.rule=Host(`a.test`)']));
  expect(printMarkdown(diff(side, side), OPTIONS).trim().split('\n')).toHaveLength(2);
});

test('the marker holds the key and cannot be left by it', () => {
  const side = loadText(composeOf(['routers.web.rule=Host(`a.test`)']));
  const [marker = ''] = printMarkdown(diff(side, side), { ...OPTIONS, key: 'x --> <b>' }).split('\n');
  expect(marker).toMatch(/^<!-- gateway-diff:[^<>]* -->$/);
  expect(marker.match(/--/g)).toHaveLength(2);
});

test('text from labels mentions nobody, opens no comment and gives no order', () => {
  const hostile = "routers.web.rule=Host(`a.test`) && (Header(`X-A`, `@octocat <!-- ::error::x ##[group]`) || Path(`/|x`))";
  const text = printMarkdown(diff(loadText(composeOf(['routers.web.rule=Host(`a.test`)'])), loadText(composeOf([hostile]))), OPTIONS);
  const [, ...rest] = text.split('\n');
  expect(rest.join('\n')).not.toMatch(/@octocat|<!--|::error|##\[/);
  for (const row of rest.filter((line) => line.startsWith('|'))) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(7);
});

test('a code span is longer than the backticks inside', () => {
  expect(code('Host(`a``b`) || x')).toBe('```Host(`a``b`) \\|\\| x```');
  expect(code('`a`')).toBe('`` `a` ``');
});

// A router without entry points is on all three.
test('blocking changes come first, what does not fit is counted', () => {
  const hosts = Array.from({ length: 60 }, (_, index) => `Host(\`h${String(index)}.test\`)`);
  const document = diff(loadText(composeOf([`routers.web.rule=${hosts.join(' || ')}`])), loadText(composeOf(['routers.web.rule=Host(`z.test`)'])));
  const text = printMarkdown(document, { key: 'k', maxChars: 3000 });
  expect(text.length).toBeLessThanOrEqual(3000);
  expect(text).toContain('180 breaking');
  expect(text).toMatch(/\d+ more changes are not shown/);
});
