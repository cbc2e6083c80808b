import { expect, test } from 'vitest';
import { diff, printMarkdown, printText } from '../../src/index.ts';
import { plainPaint } from '../../src/diagnostics/index.ts';
import { cell, code } from '../../src/diff/gfm.ts';
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
  expect(code('Host(`a``b`) || x')).toBe('```Host(`a``b`) || x```');
  expect(cell('Host(`a``b`) || x')).toBe('```Host(`a``b`) \\|\\| x```');
  expect(code('`a`')).toBe('`` `a` ``');
});

// A router without entry points is on all three.
test('blocking changes come first, what does not fit is counted', () => {
  const hosts = Array.from({ length: 60 }, (_, index) => `Host(\`h${String(index)}.test\`)`);
  const document = diff(loadText(composeOf([`routers.web.rule=${hosts.join(' || ')}`])), loadText(composeOf(['routers.web.rule=Host(`z.test`)'])));
  const text = printMarkdown(document, { key: 'k', maxChars: 3000 });
  expect(text.length).toBeLessThanOrEqual(3000);
  expect(text).toContain('180 breaking');
  expect(text).toMatch(/Left out for length: \d+ more changes/);
});

test('no line of the text is an order to a runner', () => {
  const named = composeOf(['routers.::error::x.rule=Host(`a.test`)']);
  const text = printText(diff(loadText(composeOf(['routers.web.rule=Host(`b.test`)'])), loadText(named)), ['text', 'semantic', 'behaviour'], plainPaint);
  expect(text).toContain('error::x@docker');
  expect(text).not.toMatch(/^\s*(?:::|##\[)/m);
});

test('what does not fit is left out by importance, and counted, at every length', () => {
  const hosts = Array.from({ length: 40 }, (_, index) => `Host(\`h${String(index)}.test\`)`);
  const document = diff(loadText(composeOf([`routers.web.rule=${hosts.join(' || ')}`, 'routers.web.entrypoints=web', 'routers.guarded.rule=Host(`g.test`)', 'routers.guarded.entrypoints=web', 'routers.guarded.middlewares=l', 'middlewares.l.ratelimit.average=1'])), loadText(composeOf(['routers.guarded.rule=Host(`g.test`)', 'routers.guarded.entrypoints=web', 'middlewares.l.ratelimit.average=1'])));
  for (const maxChars of [1000, 2000, 4000, 8000, 65_000]) {
    const text = printMarkdown(document, { key: 'k', maxChars });
    expect(text.length).toBeLessThanOrEqual(maxChars);
    expect(text).toContain('1 security change, 40 breaking');
    expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0);
    const rows = text.match(/^\| (?:limit-removed|route-removed) /gm) ?? [];
    const left = Number(/(\d+) more changes/.exec(text)?.[1] ?? 0);
    expect(rows.length + left).toBe(41);
    if (rows.length > 0) expect(rows[0]).toBe('| limit-removed ');
  }
});
