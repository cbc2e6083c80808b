import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../src/testing/request.ts';

/** How a request is named, and what is said where it is not one; costs nothing. */
function parse(words: string, over: { readonly headers?: readonly string[]; readonly clientIp?: string } = {}): string {
  const parsed = parseRequest(words.split(' '), { headers: over.headers ?? [], clientIp: over.clientIp ?? '192.0.2.1' });
  return parsed.kind === 'invalid' ? parsed.message : `${parsed.request.method} ${parsed.request.scheme ?? '-'} ${parsed.request.host} ${parsed.request.target}`;
}

describe('a request as a person names it', () => {
  it.each([
    ['a.test', 'GET - a.test /'],
    ['a.test/x?y', 'GET - a.test /x?y'],
    ['https://a.test:8443/x', 'GET https a.test:8443 /x'],
    ['PURGE http://a.test/', 'PURGE http a.test /'],
    ['post.test', 'GET - post.test /'],
  ])('%s', (words, wanted) => {
    expect(parse(words)).toBe(wanted);
  });

  it.each([
    ['POST', 'is a method, and no URL follows it'],
    ['ftp://a.test/x', '"ftp" is no scheme that is asked for'],
    ['GET wss://a.test/', '"wss" is no scheme that is asked for'],
    ['http://a.test/ shop', '"shop" is not part of the request'],
    ['G@T http://a.test/', '"G@T" is no method'],
    ['http:///x', 'names no host'],
  ])('%s is refused', (words, wanted) => {
    expect(parse(words)).toContain(wanted);
  });

  it('comes from an address', () => {
    expect(parse('a.test', { clientIp: '2001:db8::1' })).toBe('GET - a.test /');
    expect(parse('a.test', { clientIp: 'localhost' })).toBe('"localhost" is no address of a client');
  });
});
