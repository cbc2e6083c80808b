import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { requestClass } from '../../src/ir/request-class.ts';
import { canonicalRequest } from '../../src/runtime/match/index.ts';

describe('request classes', () => {
  it.each([
    ['/', 'P'],
    ['/a/b?x=%zz', 'P'],
    ['/a/..b', 'P'],
    ['/a%2Fb', 'R'],
    ['/a%25', 'R'],
    ['/a%2fb', 'X'],
    ['/%61', 'U'],
    ['/foo%20bar', 'U'],
    ['/a//b', 'U'],
    ['/a/../b', 'U'],
    ['/a/..', 'X'],
    ['/a%20%2F', 'X'],
    ['/a%00', 'X'],
    ['/a#b', 'X'],
    ['/a?b#c', 'X'],
    ['*', 'X'],
    ['http://x.test/a', 'X'],
    ['', 'X'],
  ])('%j is %s', (target, expected) => {
    expect(requestClass(target)).toBe(expected);
  });

  it('keeps what it says about the path that rules see', () => {
    const { observations }: { readonly observations: readonly { readonly set: string; readonly target: string }[] } = JSON.parse(readFileSync(new URL('../../fixtures/oracle/traefik/paths.json', import.meta.url), 'utf8'));
    const counts = { P: 0, R: 0, U: 0, X: 0 };
    for (const { target } of observations.filter(({ set }) => set === 'literal')) {
      const found = requestClass(target);
      counts[found] += 1;
      const canonical = canonicalRequest({ method: 'GET', target, host: 'x', headers: [], clientIp: '::1' }, { sanitizePath: true, encodeQuerySemicolons: false, engine: '3.7' });
      if (found === 'X' || !canonical.ok) continue;
      const path = target.split('?')[0] ?? '';
      expect(canonical.request.routingPath, target).toBe(found === 'U' ? decodeAndClean(path) : path);
    }
    expect(counts).toEqual({ P: expect.any(Number), R: expect.any(Number), U: expect.any(Number), X: expect.any(Number) });
    expect(Math.min(counts.P, counts.R, counts.U, counts.X)).toBeGreaterThan(10);
  });
});

/** nginx's `$uri`: decode once, then clean. */
function decodeAndClean(path: string): string {
  const decoded = path.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const out: string[] = [];
  const segments = decoded.split('/').slice(1);
  for (const [index, segment] of segments.entries()) {
    if (segment === '..') out.pop();
    else if ((segment !== '' && segment !== '.') || (segment === '' && index === segments.length - 1)) out.push(segment);
  }
  return `/${out.join('/')}`;
}
