/**
 * The words of generated gateways: few, so that rules overlap and requests hit them; each pattern comes with texts at both
 * of its sides.
 */
export const HOSTS = ['a.test', 'b.test', 'www.a.test', 'x.w.test', 'Shop.Test', 'c.test.', 'n-1.test'] as const;
export const WILD_HOSTS = ['*.w.test', '*.a.test', '*'] as const;
export const OTHER_HOSTS = ['a.b.w.test', 'w.test', 'other.test', 'localhost', '127.0.0.1', 'xa.test'] as const;

export interface Pattern {
  readonly pattern: string;
  readonly hits: readonly string[];
  readonly misses: readonly string[];
}

export const HOST_PATTERNS: readonly Pattern[] = [
  { pattern: '^[a-z]\\.test$', hits: ['a.test', 'b.test', 'B.Test'], misses: ['aa.test', 'a.testx'] },
  { pattern: '^.+\\.test$', hits: ['www.a.test', 'x.w.test'], misses: ['test', 'a.test.org'] },
  { pattern: 'w', hits: ['www.a.test', 'x.w.test', 'w.test'], misses: ['a.test'] },
  { pattern: '(?i)^SHOP', hits: ['shop.test', 'Shop.test'], misses: ['a.test'] },
  { pattern: '^(a|b|www\\.a)\\.test$', hits: ['a.test', 'www.a.test'], misses: ['c.test'] },
  { pattern: '^n-\\d+\\.test$', hits: ['n-1.test', 'n-22.test'], misses: ['n-x.test'] },
];

export const PREFIXES = ['/', '/a', '/a/', '/a/b', '/api', '/api/', '/api/v1', '/static/', '/x.y', '/A', '/~u', '/a-b_c'] as const;
export const ODD_PREFIXES = ['/foo bar', '/café', '/a%2Fb', '/a+b', '/p:q', '/a//b', '/(x)', "/it's", '/%2e', '/100%25'] as const;
export const PATHS = ['/', '/a', '/a/', '/a/b', '/api', '/api/v1', '/api/v1/users', '/static/x.css', '/favicon.ico', '/x.y'] as const;

export const PATH_PATTERNS: readonly Pattern[] = [
  { pattern: '^/a/[^/]+$', hits: ['/a/b', '/a/x.y'], misses: ['/a/', '/a/b/c'] },
  { pattern: '\\.(png|css|js)$', hits: ['/x.png', '/static/x.css', '/a/b.js'], misses: ['/x.pngx', '/x'] },
  { pattern: '^/api/v[0-9]+(/|$)', hits: ['/api/v1', '/api/v12/x'], misses: ['/api/vx', '/api/v1x'] },
  { pattern: '(?i)/ADMIN', hits: ['/admin', '/a/Admin/x'], misses: ['/adm'] },
  { pattern: '^/u/[0-9]{1,3}$', hits: ['/u/1', '/u/123'], misses: ['/u/1234', '/u/x'] },
  { pattern: '/b', hits: ['/a/b', '/b', '/x/bc'], misses: ['/a', '/xb'] },
  { pattern: '^/[^/]*$', hits: ['/', '/a', '/api'], misses: ['/a/b'] },
  { pattern: '^/(?:en|de)(?:/.*)?$', hits: ['/en', '/de/x'], misses: ['/fr', '/enx'] },
];

export const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'get'] as const;
export const SENT_METHODS = ['GET', 'GET', 'GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'] as const;

export const FIELDS: readonly { readonly name: string; readonly values: readonly string[] }[] = [
  { name: 'X-A', values: ['1', '22', 'x'] },
  { name: 'X-Tenant', values: ['blue', 'green', 'Blue'] },
  { name: 'Accept', values: ['text/html', 'application/json', '*/*'] },
  { name: 'Content-Type', values: ['application/json', 'text/plain'] },
  { name: 'Upgrade-Insecure-Requests', values: ['1'] },
  { name: 'User-Agent', values: ['curl/8', 'Mozilla/5.0 (X11)'] },
];
export const ODD_FIELDS: readonly { readonly name: string; readonly values: readonly string[] }[] = [
  { name: 'Host', values: ['a.test'] },
  { name: 'x-lower', values: ['v'] },
  { name: 'X-Forwarded-Proto', values: ['http', 'https'] },
  { name: 'Cookie', values: ['k=v', 'k=v; l=w'] },
];
export const FIELD_PATTERNS: readonly (Pattern & { readonly name: string })[] = [
  { name: 'X-A', pattern: '^[0-9]+$', hits: ['1', '22'], misses: ['x', '1x', ''] },
  { name: 'X-Tenant', pattern: '(?i)^blue$', hits: ['blue', 'BLUE'], misses: ['green', 'blues'] },
  { name: 'Accept', pattern: 'json', hits: ['application/json', 'text/html, application/json;q=0.9'], misses: ['text/html'] },
  { name: 'User-Agent', pattern: '^curl/', hits: ['curl/8', 'curl/'], misses: ['Mozilla/5.0', 'xcurl/8'] },
];

export const PARAMETERS: readonly { readonly name: string; readonly values: readonly string[] }[] = [
  { name: 'k', values: ['v', '1', 'a b'] },
  { name: 'q', values: ['x', 'A', 'é'] },
  { name: 'tag', values: ['one', 'two'] },
];
export const PARAMETER_PATTERNS: readonly (Pattern & { readonly name: string })[] = [
  { name: 'k', pattern: '^[0-9]+$', hits: ['1', '23'], misses: ['v', ''] },
  { name: 'q', pattern: 'x', hits: ['x', 'axb'], misses: ['A'] },
  { name: 'tag', pattern: '^(one|two)$', hits: ['one', 'two'], misses: ['three'] },
];

export const RANGES: readonly { readonly range: string; readonly hits: readonly string[]; readonly misses: readonly string[] }[] = [
  { range: '127.0.0.1', hits: ['127.0.0.1'], misses: ['127.0.0.9'] },
  { range: '127.0.0.0/8', hits: ['127.0.0.9', '127.5.5.5'], misses: [] },
  { range: '127.0.0.0/29', hits: ['127.0.0.2'], misses: ['127.0.0.9', '127.5.5.5'] },
  { range: '10.0.0.0/8', hits: [], misses: ['127.0.0.1'] },
  { range: '::1', hits: [], misses: ['127.0.0.1'] },
];
