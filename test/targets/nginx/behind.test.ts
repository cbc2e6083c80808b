import { expect, test } from 'vitest';
import { nginxFor, PLAIN, router } from '../../support/nginx-for.ts';

/** What stands behind or beside a service: written, or refused by name with a way out. No engine; well below a second. */
test.each([
  ['error pages for successes', router(PLAIN, "{ errors: { status: ['200-299'], service: web, query: /x } }"), 'nginx/middleware.errors'],
  ['a path of pages that Go would escape', router(PLAIN, "{ errors: { status: ['500'], service: web, query: '/a b' } }"), 'nginx/middleware.errors'],
  ['pages of a service with a cookie', router("{ loadBalancer: { sticky: { cookie: {} }, servers: [{ url: 'http://10.0.0.1:8000' }] } }", "{ errors: { status: ['500'], service: s, query: '/x' } }"), 'nginx/middleware.errors'],
  ['a redirection that the pages around it catch', `http:\n  routers: { r: { rule: 'Host(\`a.test\`)', service: web, middlewares: [m, n] } }\n  middlewares: { m: { errors: { status: ['302'], service: web, query: /x } }, n: { redirectScheme: { scheme: https } } }\n  services: { web: ${PLAIN} }\n`, 'nginx/chain.order'],
  ['a Location around an auth server that may redirect', `http:\n  routers: { r: { rule: 'Host(\`a.test\`)', service: web, middlewares: [m, n] } }\n  middlewares: { m: { headers: { customResponseHeaders: { location: '' } } }, n: { forwardAuth: { address: 'http://10.0.0.9/' } } }\n  services: { web: ${PLAIN} }\n`, 'nginx/chain.order'],
  ['a service that fails over by health alone', router('{ failover: { service: checked, fallback: other } }'), 'nginx/service.failover'],
  ['a body that is too long, caught', router("{ failover: { service: web, fallback: other, errors: { status: ['413'], maxRequestBodyBytes: 9 } } }"), 'nginx/service.failover'],
  ['a body of any length that is too long', router("{ failover: { service: web, fallback: other, errors: { status: ['500'], maxRequestBodyBytes: 0 } } }"), 'nginx/service.failover'],
  ['a challenge that is caught', router("{ failover: { service: web, fallback: other, errors: { status: ['401'] } } }"), 'nginx/service.failover'],
  ['fail-over behind error pages', router("{ failover: { service: web, fallback: other, errors: { status: ['500'] } } }", "{ errors: { status: ['404'], service: web, query: /x } }"), 'nginx/service.failover'],
  ['retries by a status that nginx does not repeat', router(PLAIN, "{ retry: { attempts: 2, status: ['418'] } }"), 'nginx/middleware.retry.status'],
  ['members on localhost that a cookie chooses', `${router('{ weighted: { sticky: { cookie: {} }, services: [{ name: web }, { name: local }] } }')}    local: { loadBalancer: { servers: [{ url: 'http://localhost:1' }, { url: 'http://localhost:2' }] } }\n`, 'nginx/service.weighted.sticky'],
  ['compression without gzip', router(PLAIN, '{ compress: { encodings: [br] } }'), 'nginx/middleware.compress'],
])('refused by name: %s', (_, dynamic, feature) => {
  const { text, refused } = nginxFor(dynamic, ['middleware.errors', 'middleware.forwardAuth', 'middleware.retry', 'middleware.retry.status', 'middleware.compress']);
  expect(text).toBeUndefined();
  const found = refused.filter(({ symbol }) => symbol.startsWith(`${feature} `));
  expect(found.length).toBeGreaterThan(0);
  expect(found.every(({ why, help }) => (why ?? '') !== '' && (help ?? '') !== '')).toBe(true);
});

test('a page is asked for without the body and the address of the client', () => {
  const { text = '' } = nginxFor(router(PLAIN, "{ errors: { status: ['404', '500-501'], statusRewrites: { '404': 410 }, service: web, query: '/e/{status}' } }"), ['middleware.errors']);
  const page = /location @r_m \{[^}]*\}/.exec(text)?.[0] ?? '';
  expect(text).toContain('error_page 404 =410 @r_m;');
  expect(text).toContain('error_page 500 501 @r_m;');
  expect(page).toContain('proxy_method GET;');
  expect(page).toContain('proxy_pass_request_body off;');
  expect(page).toMatch(/proxy_set_header X-Forwarded-For "";/);
  expect(page).toContain('/e/$status');
});

test('a text of the gateway has the headers that an outer middleware names, once', () => {
  const { text = '' } = nginxFor(router('{ loadBalancer: { servers: [] } }', "{ headers: { contentTypeNosniff: true, customResponseHeaders: { Content-Type: text/x-own } } }"));
  const answer = /location \/ \{[^}]*no available server[^}]*\}/.exec(text)?.[0] ?? '';
  expect(answer.match(/X-Content-Type-Options/g)).toHaveLength(1);
  expect(answer).toContain('add_header Content-Type text/x-own always;');
  expect(answer).toContain('default_type "";');
});

test('what refuses a request stands apart from what leads statuses to another service', () => {
  const { text = '' } = nginxFor(router("{ failover: { service: web, fallback: other, errors: { status: ['403'] } } }", '{ ipAllowList: { sourceRange: [10.0.0.0/8] } }'));
  expect(text).toMatch(/deny all;\n *#[^\n]*\n *try_files \/\.none @r_then;/);
  expect(/location @r_then \{[^}]*\}/.exec(text)?.[0]).toContain('error_page 403 = @r_fallback;');
  expect(text.match(/error_page/g)).toHaveLength(1);
});

test('of several endpoints one that fails is passed over for the interval of its check', () => {
  const several = "{ loadBalancer: { healthCheck: { path: /up, interval: 7s }, servers: [{ url: 'http://10.0.0.1:8000' }, { url: 'http://10.0.0.2:8000' }] } }";
  const { text = '' } = nginxFor(router(several), ['service.healthCheck']);
  expect(text).toContain('server 10.0.0.1:8000 max_fails=1 fail_timeout=7s;');
  expect(text).toContain('proxy_next_upstream error timeout;');
  const passive = nginxFor(router(several.replace('healthCheck: { path: /up, interval: 7s }', 'passiveHealthCheck: { failureWindow: 3s, maxFailedAttempts: 4 }')), ['service.passiveHealthCheck']).text ?? '';
  expect(passive).toContain('server 10.0.0.1:8000 max_fails=4 fail_timeout=3s;');
  expect(passive).not.toContain('proxy_next_upstream');
});

test('each of several endpoints on localhost has a block of its own, in which its two addresses stand', () => {
  const servers = "servers: [{ url: 'http://localhost:1' }, { url: 'http://10.0.0.2:8000' }]";
  const { text = '' } = nginxFor(router(`{ loadBalancer: { ${servers} } }`));
  expect(text).toMatch(/upstream localhost_1 \{\s+server localhost:1 max_fails=0;\s+\}/);
  expect(text).toMatch(/split_clients \$request_id \$gw_endpoint_s \{\s+50% localhost_1;\s+\* 10\.0\.0\.2:8000;/);
  expect(text).toMatch(/proxy_next_upstream error timeout;\s+proxy_pass http:\/\/\$gw_endpoint_s/);
  expect(nginxFor(router(`{ loadBalancer: { sticky: { cookie: {} }, ${servers} } }`)).text).toMatch(/map \$gw_sent_cookie[^}]*localhost_1;/);
  const checked = nginxFor(router(`{ loadBalancer: { healthCheck: { path: /up, interval: 7s }, ${servers} } }`), ['service.healthCheck']).text ?? '';
  expect(checked).toContain('server localhost:1 max_fails=1 fail_timeout=7s;');
  expect(checked).not.toContain('split_clients');
});

test('a plain gateway says nothing of all that', () => {
  const { text = '' } = nginxFor(router(PLAIN));
  expect(text).not.toMatch(/error_page|mirror|intercept|split_clients/);
});
