import { describe, expect, it } from 'vitest';
import { ConfigError, tokenize } from '../../../src/models/nginx/tokens.ts';

const words = (text: string): readonly string[] => tokenize(text).map((token) => token.text);

describe('words of a configuration', () => {
  it.each([
    ['signs end a word, and need no blank', 'a b;c{d}', ['a', 'b', ';', 'c', '{', 'd}']],
    ['a brace behind a dollar opens no block', '"$x" ${y}/z;', ['$x', '${y}/z', ';']],
    ['six pairs with a backslash mean something, others stay', String.raw`a\;b \d "\"\t" '\x'`, [String.raw`a\;b`, String.raw`\d`, '"\t', String.raw`\x`]],
    ['a comment ends with its line, and is none inside a word', 'a#b; # c; "\nd;', ['a#b', ';', 'd', ';']],
    ['bytes beyond ASCII are letters, also those that are blanks elsewhere', 'location /\xc3\xa0\x85 {', ['location', '/\xc3\xa0\x85', '{']],
    ['a backslash at the very end', 'a\\', ['a\\']],
  ])('%s', (_, text, found) => {
    expect(words(text)).toEqual(found);
  });

  it('know their lines, behind quotes that hold several', () => {
    expect(tokenize('a "b\nc"\n# d\n\ne').map(({ text, line }) => [text, line])).toEqual([['a', 1], ['b\nc', 1], ['e', 5]]);
  });

  it.each([['a "b', 'a quote is not closed'], ['"a"b', 'unexpected "b"'], ["'a\\'", 'a quote is not closed']])('%s is refused', (text, message) => {
    expect(() => tokenize(text)).toThrow(ConfigError);
    expect(() => tokenize(text)).toThrow(message);
  });
});
