import { describe, expect, it } from 'vitest';
import { compilePattern, decodeUtf8, goReplaceAll, isLinear, parseRe2, templateReferences, toJs, toPcre, toRust, wordsOf } from '../../src/rule-lang/index.ts';
import { loadAtcRouter } from '../support/atc-router.ts';
import { loadFixture } from './helpers.ts';

type Case = { readonly pattern: string; readonly error: string } | { readonly pattern: string; readonly replacement: string; readonly subjects: readonly string[]; readonly matches: string; readonly replaced: readonly string[] };
const { cases } = loadFixture<{ readonly cases: readonly Case[] }>('go/regexp.json');
const refused = cases.flatMap((one) => ('error' in one ? [one] : []));
const accepted = cases.flatMap((one) => ('matches' in one ? [one] : []));

function parsed(pattern: string): Extract<ReturnType<typeof parseRe2>, { ok: true }>['re'] {
  const result = parseRe2(pattern);
  if (!result.ok) throw new Error(result.error.message);
  return result.re;
}

describe('patterns as Go reads them', () => {
  it(`says what Go says about ${refused.length} bad patterns`, () => {
    const said = refused.map(({ pattern }) => {
      const result = parseRe2(pattern);
      return result.ok ? 'accepted' : result.error.message;
    });
    expect(said).toEqual(refused.map(({ error }) => error));
    expect(refused.length).toBeGreaterThan(300);
  });

  it(`matches and replaces like Go with ${accepted.length} patterns`, () => {
    for (const { pattern, subjects, matches, replaced, replacement } of accepted) {
      const result = compilePattern(pattern);
      expect(result.ok, pattern).toBe(true);
      if (!result.ok) continue;
      expect(subjects.map((subject) => Number(result.pattern.testBytes(subject))).join(''), pattern).toBe(matches);
      expect(subjects.map((subject) => Number(result.pattern.find(decodeUtf8(subject)) !== undefined)).join(''), pattern).toBe(matches);
      const results = subjects.map((subject) => goReplaceAll(pattern, replacement, subject));
      expect(results.map((one) => (one.ok ? one.bytes : '')), pattern).toEqual(replaced);
    }
    expect(accepted.length).toBeGreaterThan(300);
  });

  it('means the same in JavaScript', () => {
    for (const { pattern, subjects, matches } of accepted) {
      const native = new RegExp(toJs(parsed(pattern)), 'u');
      const bmp = subjects.map((subject, index) => [decodeUtf8(subject), matches[index]] as const).filter(([text]) => !/[\ud800-\udbff]/.test(text));
      expect(bmp.map(([text]) => String(Number(native.test(text)))), pattern).toEqual(bmp.map(([, match]) => match));
    }
  });

  it('means the same in the Rust engine of Kong', async () => {
    const { Context, Router, Schema } = await loadAtcRouter();
    let asked = 0;
    for (const { pattern, subjects, matches } of accepted) {
      const translated = toRust(parsed(pattern));
      if (!('pattern' in translated)) continue;
      const schema = new Schema();
      schema.addField('http.path', 'String');
      const router = new Router(schema);
      expect(router.addMatcher(1, 'a921a9aa-ec0e-4cf3-a6cc-1aa5583d150c', `http.path ~ r#"${translated.pattern}"#`), pattern).toBeUndefined();
      for (const [index, subject] of subjects.entries()) {
        const text = decodeUtf8(subject);
        if (/\p{Surrogate}/u.test(text)) continue;
        const context = new Context(schema);
        context.addValue('http.path', { String: text });
        expect([pattern, text, Number(router.execute(context))]).toEqual([pattern, text, Number(matches[index])]);
        asked += 1;
      }
    }
    expect(asked).toBeGreaterThan(2000);
  });
});

describe('PCRE over bytes', () => {
  it.each([
    ['^/api/.*$', '^/api/[^\\x0a]*\\z'],
    ['^/a/[^/]+$', '^/a/[^/]+\\z'],
    ['\\.(png|css)$', '\\.(png|css)\\z'],
    ['(?i)^/ab', '^/[Aa][Bb]'],
    ['\\d+\\w', '[0-9]+[0-9A-Z_a-z]'],
    ['é', '(?:\\xc3\\xa9)'],
    ['[à-ü]', '(?:\\xc3[\\xa0-\\xbc])'],
    ['\\Qa.b\\E', 'a\\.b'],
    ['(?P<n>x)', '(x)'],
  ])('%s', (pattern, expected) => {
    expect(toPcre(parsed(pattern))).toEqual({ pattern: expected });
  });

  it('counts one character once', () => {
    const translated = toPcre(parsed('^/a.b$'));
    expect('pattern' in translated ? translated.pattern : '').toMatch(/^\^\/a\(\?>\[\^\\x0a\\x80-\\xff\]|\[\\xc2/);
    expect(toPcre(parsed('^/a.b$'), { subject: 'ascii' })).toEqual({ pattern: '^/a[^\\x0a]b\\z' });
  });

  it.each(['[^é]', '\\PL', '\\B'])('refuses %s', (pattern) => {
    expect(toPcre(parsed(pattern))).toHaveProperty('unsupported');
  });
});

describe('speed', () => {
  it.each([
    ['^/api/[^/]+$', true],
    ['.*\\.css$', true],
    ['(a+)+$', false],
    ['(a|a)*b', false],
    ['a*a*a*a*b', false],
  ])('%s: a backtracking engine is safe: %s', (pattern, safe) => {
    expect(isLinear(parsed(pattern))).toBe(safe);
  });

  it('is linear for patterns that kill backtracking', () => {
    const result = compilePattern('^(a+)+$');
    expect(result.ok && result.pattern.test(`${'a'.repeat(5000)}b`)).toBe(false);
  });
});

describe('replacement templates', () => {
  it('knows the groups that are asked for', () => {
    expect(templateReferences('https://$1x/${2}/$$/${name}/$')).toEqual(['1x', '2', 'name']);
  });
});

describe('texts made from patterns', () => {
  const LETTERS = 'xab01-_./Z é';
  const matches = (pattern: string, text: string): boolean => {
    const result = compilePattern(pattern);
    return result.ok && result.pattern.test(text);
  };
  const words = (all: readonly string[], none: readonly string[], count = 4): readonly string[] => wordsOf({ all: all.map(parsed), none: none.map(parsed), letters: LETTERS }, count);

  it.each([
    ['the shortest first, one for each place that the patterns are left at', ['^/a*$'], [], ['/', '/a']],
    ['what one pattern finds anywhere, and another not in a single part', [String.raw`\.(png|js)$`, '^/'], ['^/[^/]*$', '//'], ['/x/.js']],
    ['literal letters that are not among the given ones', ['^/(?:q|~)$'], ['q'], ['/~']],
    ['ends of lines and words', [String.raw`^.\bx\b.$`, '^[^ ]+$'], [String.raw`^-`], ['.x-']],
    ['the empty text', [''], ['.'], ['']],
    ['nothing where patterns exclude each other', ['^a'], ['a'], []],
    ['nothing where nothing can match', ['a^'], [], []],
  ])('%s', (_, all, none, some) => {
    const found = words(all, none, 40);
    for (const text of found) expect([...all.map((pattern) => matches(pattern, text)), ...none.map((pattern) => !matches(pattern, text))], text).not.toContain(false);
    expect(found).toEqual(some);
  });

  it('match and do not match as Go says, for all its patterns', () => {
    let made = 0;
    for (const [index, { pattern }] of accepted.entries()) {
      const other = accepted[(index * 7 + 1) % accepted.length]?.pattern ?? '';
      for (const text of words([pattern], [])) expect(matches(pattern, text), `${pattern} ${text}`).toBe(true);
      for (const text of words([], [pattern])) expect(matches(pattern, text), `${pattern} ${text}`).toBe(false);
      for (const text of words([pattern], [other])) {
        made += 1;
        expect([matches(pattern, text), matches(other, text)], `${pattern} ${other} ${text}`).toEqual([true, false]);
      }
    }
    expect(made).toBeGreaterThan(100);
  });
});
