import { expect, test } from 'vitest';
import { nginxFor, PLAIN, router } from '../../support/nginx-for.ts';

/** Values that Traefik writes anew or apart: refused by name with a way out where nginx cannot, never a contradiction of the build's check. Two seconds. */
const redirect = (regex: string, replacement: string): string => `{ redirectRegex: { regex: '${regex}', replacement: '${replacement}' } }`;
const replace = (regex: string, replacement: string): string => `{ replacePathRegex: { regex: '${regex}', replacement: '${replacement}' } }`;
const login = (field: string): string => `{ basicAuth: { users: ['test:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M='], headerField: ${field} } }`;

test.each([
  ['a path behind a port', redirect('^http://a.test/(.*)', 'https://b.test:8443$1'), 'nginx/middleware.redirectRegex'],
  ['a path behind a host', redirect('^http://a.test/old', 'https://b.test'), 'nginx/middleware.redirectRegex'],
  ['a path in place of a host', redirect('^http://[^/]+/([^/]+)/(.*)', 'https://$1/$2'), 'nginx/middleware.redirectRegex'],
  ['nothing', redirect('^http://a.test/old', '$1'), 'nginx/middleware.redirectRegex'],
  ['a port that may be missing in place of a host', redirect('^http://a.test(:80)?/(.*)', 'http://$1'), 'nginx/middleware.redirectRegex'],
  ['no host', redirect('^http://a.test/(.*)', 'https://$3?x=$1'), 'nginx/middleware.redirectRegex'],
  ['a host in place of a scheme', redirect('^https?://(.+)', '$1'), 'nginx/middleware.redirectRegex'],
  ['a user name behind a host', redirect('/+$', 'mailto:x@b.test'), 'nginx/middleware.redirectRegex'],
  ['a name in place of a prefix', replace('^/api', 'v2'), 'nginx/middleware.replacePathRegex'],
  ['a rest of letters', replace('^/api/([a-z]+)', '$1'), 'nginx/middleware.replacePathRegex'],
  ['the name of the user in X-Forwarded-For', login('X-Forwarded-For'), 'nginx/middleware.basicAuth.headerField'],
  ['the name of the user in Host', login('Host'), 'nginx/middleware.basicAuth.headerField'],
  ['the name of the user in Upgrade', login('Upgrade'), 'nginx/middleware.basicAuth.headerField'],
  ['an answer to other origins beside CORS', "{ headers: { customResponseHeaders: { Access-Control-Allow-Origin: '*' }, accessControlAllowOriginList: ['https://o.test'] } }", 'nginx/middleware.headers.cors'],
  ['a written header that names the host', "{ headers: { customRequestHeaders: { X-Forwarded-Host: b.test }, allowedHosts: [b.test], hostsProxyHeaders: [X-Forwarded-Host] } }", 'nginx/middleware.headers.allowedHosts'],
  ['an Origin beside CORS', "{ headers: { customRequestHeaders: { Origin: 'https://o.test' }, accessControlAllowOriginList: ['https://o.test'] } }", 'nginx/middleware.headers.cors'],
])('refused by name: %s', (_, middleware, feature) => {
  const { text, refused } = nginxFor(router(PLAIN, middleware));
  expect(text).toBeUndefined();
  expect(refused.map(({ symbol }) => symbol.split(' ')[0])).toEqual([feature]);
  expect(refused.every(({ why, help }) => (why ?? '') !== '' && (help ?? '') !== '')).toBe(true);
});

test.each([
  ['a path behind a host that keeps its slash', redirect('^http://a\\.test(/.*)?$', 'https://b.test$1')],
  ['what is behind a host', redirect('^https?://a\\.test(.*)', 'https://b.test:8443$1')],
  ['another host and a name of the path', redirect('^https?://[^/]+/([^/]+)/(.*)', 'https://b.test/$1?rest=$2')],
  ['a plain name of the path in place of a host', redirect('^https?://[^/]+/go/([a-z0-9-]+)$', 'https://$1.b.test/')],
  ['the host of the request', redirect('^https?://(?:www\\.)?(.+)', 'https://www.$1')],
  ['scheme and host as they are', redirect('^(https?://[^/]+)/old/(.*)', '$1/new/$2')],
  ['a path', redirect('^https?://[^/]+/old/(.*)', '/new/$1')],
  ['a path in a fragment', redirect('^https?://[^/]+/([^?]*)(?:\\?.*)?$', 'https://b.test/#$1')],
  ['a path with a slash or none', replace('^/api(/.*)?$', '$1')],
  ['an end that is cut off', replace('/index$', '')],
  ['another end', replace('\\.(css|js)$', '.$1.gz')],
  ['a match that stands elsewhere', "{ stripPrefixRegex: { regex: ['/[a-z]+$', '/v\\d\\b'] } }"],
  ['an empty Host', "{ headers: { customRequestHeaders: { Host: '', X-Forwarded-Prefix: '' } } }"],
])('written, and found to agree: %s', (_, middleware) => {
  const { text, refused } = nginxFor(router(PLAIN, middleware));
  expect(refused).toEqual([]);
  expect(text).toContain('proxy_pass');
});

test.each([
  ['nothing in place of a prefix', replace('^/api', ''), 'nginx/middleware.replacePathRegex'],
  ['a rest without its slash', replace('^/api/(.*)', '$1'), 'nginx/middleware.replacePathRegex'],
  ['a slash that may be missing', replace('^/api(.*)', '$1'), 'nginx/middleware.replacePathRegex'],
  ['a query in a fragment', redirect('^https?://[^/]+/(.*)', 'https://b.test/#$1'), 'nginx/middleware.redirectRegex'],
  ['the rest of the URL in a fragment', redirect('^https?://[^/]+/old', 'https://b.test/#old'), 'nginx/middleware.redirectRegex'],
])('an approximation, to be allowed by name: %s', (_, middleware, feature) => {
  const before = nginxFor(router(PLAIN, middleware));
  expect(before.text).toBeUndefined();
  expect(before.refused.map(({ rule, symbol }) => [rule, symbol.split(' ')[0]])).toEqual([['target-approximate', feature]]);
  const { text, refused } = nginxFor(router(PLAIN, middleware), [feature]);
  expect(refused).toEqual([]);
  expect(text).toContain('proxy_pass');
});

test('a check of URLs stands only where one may come out that is none', () => {
  expect(nginxFor(router(PLAIN, redirect('^https?://a\\.test/(.*)', 'https://b.test/$1'))).text).not.toMatch(/no_url|absolute_redirect/);
  expect(nginxFor(router(PLAIN, redirect('^https?://a\\.test(.*)', 'https://b.test$1'))).text).toMatch(/if \(\$gw_no_url\) \{\s+return 502;/);
});
