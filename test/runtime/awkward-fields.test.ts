import { expect, test } from 'vitest';
import { cookieText, type StickyCookie } from '../../src/ir/index.ts';
import { createRuntime } from '../../src/runtime/index.ts';
import type { Decision } from '../../src/ir/index.ts';
import { listenerOf, middlewareOf, routingOf } from '../support/routing-builder.ts';

/** Names and values that cannot stand in a message as they are written; real Traefik is asked in test/engines/hostile-labels.test.ts. */
function decided(headers: Record<string, unknown>): Decision {
  const routing = routingOf(listenerOf({ name: 'web', port: 80 }, [{ name: 'a', rule: 'PathPrefix(`/`)', service: 'http://127.0.0.1:9', middlewares: [middlewareOf('m', { headers })] }]));
  return createRuntime(routing, { clock: () => 0, random: () => 0 }).decide({ entryPoint: 'web', tls: false, method: 'GET', target: '/', host: 'a.test', headers: [], clientIp: '127.0.0.1' });
}

test('a request with such a field fails before it leaves', () => {
  expect(decided({ customRequestHeaders: { 'X-A': 'a\nb' } })).toMatchObject({ kind: 'respond', status: 500 });
  expect(decided({ customRequestHeaders: { 'X A': 'b' } })).toMatchObject({ kind: 'respond', status: 500 });
  expect(decided({ customRequestHeaders: { 'X-A': 'a\tb' } })).toMatchObject({ kind: 'forward', requestHeaders: { set: [['X-A', 'a\tb']] } });
});

test('in answers line breaks become blanks, ends are trimmed, and letters are the bytes that they are', () => {
  const decision = decided({ customResponseHeaders: { 'X-A': 'a\r\nX-Evil: 1\n', 'X-B': 'é', 'X C': '1' } });
  expect(decision.kind === 'forward' ? decision.responseHeaders.set : []).toEqual([['X-A', 'a  X-Evil: 1'], ['X-B', '\u00c3\u00a9']]);
});

const COOKIE: StickyCookie = { name: 'c', secure: false, httpOnly: false, sameSite: '', maxAge: 0, path: '/', domain: '' };

test.each([
  [{ path: '/a;b\nc é' }, 'c=v; Path=/abc '],
  [{ domain: '.a.example' }, 'c=v; Path=/; Domain=a.example'],
  [{ domain: '10.0.0.1' }, 'c=v; Path=/; Domain=10.0.0.1'],
  [{ domain: 'a_b.example' }, 'c=v; Path=/'],
  [{ domain: '300.0.0.1' }, 'c=v; Path=/'],
  [{ domain: '-a.example' }, 'c=v; Path=/'],
  [{ maxAge: -1, sameSite: 'LAX', secure: true }, 'c=v; Path=/; Max-Age=0; Secure; SameSite=Lax'],
])('a sticky cookie of %j is written as Go repairs it', (over, text) => {
  expect(cookieText({ ...COOKIE, ...over }, 'v')).toBe(text);
});
