import fc from '../support/fast-check.ts';
import { marked, type Token, type Tokens } from 'marked';
import { expect, test } from 'vitest';
import { diff, printMarkdown } from '../../src/index.ts';
import { cell, code, fenced } from '../../src/diff/gfm.ts';
import { composeOf, loadText } from './pair.ts';

/** Characters that mean something in GFM, in HTML, to a forge and to a runner, and some that mean nothing. */
const text = fc.string({ unit: fc.constantFrom('`', '|', '\\', '<', '!', '-', '>', '@', 'a', 'B', ' ', ':', '#', '[', ']', '(', ')', '*', '_', '~', '&', '"', "'", '/', '.', '\n', '\t', 'é', '🚀'), maxLength: 40 });
const lexed = (markdown: string): readonly Token[] => marked.lexer(markdown, { gfm: true });

/** What a reader sees of a code span: entities decoded, gaps of no width left out. */
function seen(token: Token | undefined): string {
  const raw = token?.type === 'codespan' ? String((token as Tokens.Codespan).text) : '';
  return raw.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&').replaceAll('\u200b', '').trim();
}

const flat = (value: string): string => value.replace(/[\n\t]/g, ' ').trim();

test('any text is one cell of a table, and reads as it is written', () => {
  fc.assert(fc.property(text.filter((value) => value.trim() !== ''), (value) => {
    const tokens = lexed(`| a | b |\n|---|---|\n| ${cell(value)} | end |\n`);
    expect(tokens.map(({ type }) => type)).toEqual(['table']);
    const [row = []] = (tokens[0] as Tokens.Table).rows;
    expect(row.map(({ tokens: inner }) => inner.map(({ type }) => type))).toEqual([['codespan'], ['text']]);
    expect(seen(row[0]?.tokens[0])).toBe(flat(value));
  }), { numRuns: 200 });
});

test('any text is one item of a list', () => {
  fc.assert(fc.property(text.filter((value) => value.trim() !== ''), (value) => {
    const [list, ...more] = lexed(`- first ${code(value)}\n- second\n`);
    expect(more).toEqual([]);
    const items = (list as Tokens.List).items;
    expect(items).toHaveLength(2);
    const inner = items[0]?.tokens.flatMap((token) => ('tokens' in token && token.tokens !== undefined ? token.tokens : []));
    expect(inner?.map(({ type }) => type)).toEqual(['text', 'codespan']);
    expect(seen(inner?.[1])).toBe(flat(value));
  }), { numRuns: 200 });
});

test('any text stays inside of its fence', () => {
  fc.assert(fc.property(text, (value) => {
    const tokens = lexed(`${fenced(`${value}\n`)}\nafter\n`).filter(({ type }) => type !== 'space');
    expect(tokens.map(({ type }) => type)).toEqual(['code', 'paragraph']);
  }), { numRuns: 300 });
});

test('a whole comment has one table of five columns, and nothing but our own HTML', () => {
  fc.assert(fc.property(text.filter((value) => !/[`\n\t]/.test(value)), (value) => {
    const label = `routers.web.rule=Host(\`a.test\`) && (Path(\`/x\`) || Header(\`X-A\`, \`${value}\`) || Path(\`/|y\`))`;
    const markdown = printMarkdown(diff(loadText(composeOf(['routers.web.rule=Host(`a.test`)'])), loadText(composeOf([label]))), { key: value, maxChars: 65_000 });
    const tokens = lexed(markdown);
    const tables = tokens.filter((token): token is Tokens.Table => token.type === 'table');
    for (const { rows } of tables) for (const row of rows) expect(row).toHaveLength(5);
    const html: string[] = [];
    marked.walkTokens([...tokens], (token) => {
      expect(token.type).not.toBe('link');
      if (token.type === 'html') html.push(token.raw.trim());
    });
    for (const one of html) expect(one).toMatch(/^(?:<!-- gateway-diff:[\w./ -]* -->|<\/?details>|<details><summary>[A-Z][a-z ]+ \(\d+\)<\/summary>)$/);
  }), { numRuns: 10 });
});
