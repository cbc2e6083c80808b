import { readFileSync } from 'node:fs';
import { domainToASCII } from 'node:url';
import { describe, expect, it } from 'vitest';
import { upstreamHost } from '../../src/runtime/match/upstream.ts';
import { formatUrl, parseUrl } from '../../src/runtime/url.ts';

/** Where real Traefik redirects to, a moment. */
const { urls } = JSON.parse(readFileSync('fixtures/oracle/go/urls.json', 'utf8')) as { readonly urls: readonly (readonly [string, string | null])[] };

describe('URLs of redirects', () => {
  it.each(urls)('%j', (written, wanted) => {
    const url = parseUrl(Buffer.from(written).toString('latin1'));
    expect(url === undefined ? null : formatUrl(url)).toBe(wanted);
  });
});

describe('hosts beyond ASCII', () => {
  it.each(['é', 'bücher.例え.test', 'a-é-b', '日本語', 'пример.test', '他们为什么不说中文', 'ööö-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaü'])('%s is punycode', (name) => {
    expect(upstreamHost(Buffer.from(name).toString('latin1'))).toBe(domainToASCII(name));
  });

  it('counts bytes that are no UTF-8 as one replacement character', () => expect(upstreamHost('x.test\xe9')).toBe('x.xn--test-y70y'));
});
