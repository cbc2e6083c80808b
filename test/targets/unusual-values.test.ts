import { describe, expect, it } from 'vitest';
import { createRuntime } from '../../src/runtime/index.ts';
import { buildOne, compileOne, loadOne, optionsFor, withLabels } from '../support/compile-one.ts';

/** Values that few people write: built as real Traefik decides (each build asks its model), or refused by name. No engine; about a second. */
const ROUTER = 'traefik.http.routers.r.rule=Host(`a.test`)';
const TRUSTED = 'entryPoints:\n  web: { address: ":80", forwardedHeaders: { trustedIPs: ["127.0.0.0/8"] } }\nproviders:\n  docker: {}\n';

function stack(...chain: readonly Readonly<Record<string, string>>[]): string {
  const options = chain.flatMap((one, at) => Object.entries(one).map(([path, value]) => `traefik.http.middlewares.m${String(at)}.${path}=${value}`));
  return withLabels(ROUTER, `traefik.http.routers.r.middlewares=${chain.map((_, at) => `m${String(at)}`).join(',')}`, ...options);
}

describe('refused by name', () => {
  it.each([
    ['nginx', 'a policy with a nonce', 'middleware.headers.security', [{ 'headers.contentsecuritypolicy': "script-src $$NONCE" }]],
    ['kong', 'a policy with a nonce', 'middleware.headers.security', [{ 'headers.contentsecuritypolicyreportonly': "script-src $$NONCE" }]],
    ['nginx', 'a redirection as the status of a refusal', 'middleware.ipAllowList.rejectStatusCode', [{ 'ipallowlist.sourcerange': '10.0.0.0/8', 'ipallowlist.rejectstatuscode': '302' }]],
    ['nginx', 'a scheme in capitals', 'middleware.redirectScheme', [{ 'redirectscheme.scheme': 'HTTPS' }]],
    ['nginx', 'a prefix with an escape', 'middleware.stripPrefix', [{ 'stripprefix.prefixes': '/a%2Fb' }]],
    ['kong', 'a prefix cut with its slash, another one put before', 'middleware.addPrefix', [{ 'stripprefix.prefixes': '/static/' }, { 'addprefix.prefix': '/p' }]],
  ])('%s: %s', (target, _, feature, chain) => {
    const { files, diagnostics } = compileOne({ compose: stack(...chain), target });
    expect(files).toBeUndefined();
    expect(diagnostics.filter(({ blocking }) => blocking).map(({ rule, symbol }) => [rule, symbol.split(' ')[0]])).toContainEqual(['target-unsupported', `${target}/${feature}`]);
  });
});

describe('Kong writes response headers on refusals too', () => {
  const [list, secure] = [{ 'ipallowlist.sourcerange': '10.0.0.0/8' }, { 'headers.framedeny': 'true' }];
  it('which is an approximation where the headers come behind', () => {
    const compose = stack(list, secure);
    expect(compileOne({ compose, target: 'kong' }).diagnostics.filter(({ blocking }) => blocking).map(({ rule, symbol }) => [rule, symbol.split(' ')[0]])).toEqual([['target-approximate', 'kong/chain.order']]);
    expect(compileOne({ compose, target: 'kong', allow: ['chain.order'] }).files).toBeDefined();
  });
  it('which is said where the router names the middlewares', () => {
    const loaded = loadOne({ compose: stack(list, secure) });
    const { diagnostics: [finding] } = buildOne(loaded, optionsFor({ target: 'kong' }));
    const place = finding === undefined ? undefined : loaded.origins.firstSpan(finding.at.origin);
    expect(stack(list, secure).slice(place?.start, place?.end)).toBe('m0,m1');
  });
  it('and what Traefik does where they come first', () => {
    expect(compileOne({ compose: stack(secure, list), target: 'kong' }).files).toBeDefined();
  });
  it.each([
    ['before what refuses and a path change', [{ 'headers.customresponseheaders.Cache-Control': 'no-store' }, { 'ipallowlist.sourcerange': '10.0.0.0/8' }, { 'stripprefix.prefixes': '/api' }], /guard\.unclean"[^]*?Cache-Control:no-store/],
    ['before escapes that are refused', [secure, { 'encodedcharacters.allowencodedslash': 'false' }], /guard\.escapes"[^]*?X-Frame-Options:DENY/],
    ['in place of those that an option makes', [{ 'headers.stsseconds': '1', 'headers.forcestsheader': 'true', 'headers.customresponseheaders.Strict-Transport-Security': 'max-age=5' }], /Strict-Transport-Security:max-age=5/],
    ['also of those behind it', [{ 'headers.customresponseheaders.X-Frame-Options': 'SAMEORIGIN' }, secure], /X-Frame-Options:SAMEORIGIN/],
  ])('%s', (_, chain, wanted) => {
    const { files, diagnostics } = compileOne({ compose: stack(...chain), target: 'kong' });
    expect(diagnostics.filter(({ blocking }) => blocking)).toEqual([]);
    expect(files?.find(({ path }) => path.endsWith('kong.yml'))?.text).toMatch(wanted);
  });
});

describe('nginx writes what its model and the runtime decide alike', () => {
  const built = (compose: string, statics?: string): string => {
    const { files, diagnostics } = compileOne({ compose, target: 'nginx', ...(statics === undefined ? {} : { static: statics }) });
    expect(diagnostics.filter(({ blocking }) => blocking)).toEqual([]);
    return (files ?? []).map(({ text }) => text).join('\n');
  };

  it('hosts told by a field that no peer is believed about', () => {
    expect(built(stack({ 'headers.allowedhosts': 'a.test', 'headers.hostsproxyheaders': 'X-Forwarded-Host' }))).not.toContain('$http_x_forwarded_host');
  });
  it('a pattern of a parameter that takes an empty value', () => {
    const { files, diagnostics } = compileOne({ compose: withLabels('traefik.http.routers.r.rule=Host(`a.test`) && QueryRegexp(`q`, `(.*?)`)', 'traefik.http.routers.rest.rule=Host(`a.test`)'), target: 'nginx', allow: ['rule.queryRegexp'] });
    expect(diagnostics.filter(({ blocking }) => blocking)).toEqual([]);
    expect(files?.map(({ text }) => text).join('\n')).toContain('$gw_query_q_empty');
  });
  it('a host that only a negation names, below a wildcard', () => {
    expect(built(withLabels('traefik.http.routers.r.rule=Host(`*.w.test`) && !Host(`x.w.test`)', 'traefik.http.routers.rest.rule=HostRegexp(`^.+\\.test$$`)'))).toContain('server_name _ x.w.test;');
  });
  it('a default port of another scheme', () => {
    expect(built(stack({ 'redirectscheme.scheme': 'ws', 'redirectscheme.port': '80' }))).toContain('ws://');
  });
  it.each(['ipallowlist.sourcerange=127.0.0.1', 'encodedcharacters.allowencodedslash=false'])('a cookie where a middleware answers: %s', (option) => {
    const sticky = withLabels(ROUTER, 'traefik.http.routers.r.middlewares=m', `traefik.http.middlewares.m.${option}`, 'traefik.http.services.s.loadbalancer.server.port=8000', 'traefik.http.services.s.loadbalancer.sticky.cookie.name=srv');
    expect(built(sticky)).toContain('$upstream_status');
  });
  it('a prefix that ends inside of an escaped slash', () => {
    expect(built(stack({ 'stripprefix.prefixes': '/api/' }))).toContain('proxy_pass');
  });
  it('the scheme of the connection in a redirection by pattern, whatever a believed peer says', () => {
    const text = built(stack({ 'redirectregex.regex': '^http://a', 'redirectregex.replacement': 'http://b' }), TRUSTED);
    expect(text).toContain('map $scheme://$gw_authority');
    expect(text).toMatch(/"?~\^\(\?:https\|wss\)\$"? 443;/);
  });
});

it('draws one nonce for both policies of an answer', () => {
  const { gateways: [gateway] } = loadOne({ compose: stack({ 'headers.contentsecuritypolicy': "script-src $$NONCE 'self'", 'headers.contentsecuritypolicyreportonly': 'img-src $$NONCE' }) });
  const routing = gateway?.resolved[0]?.routing;
  if (routing === undefined) throw new Error('nothing was resolved');
  const decision = createRuntime(routing, { clock: () => 0, random: () => 0 }).decide({ entryPoint: 'web', method: 'GET', target: '/', host: 'a.test', headers: [], clientIp: '127.0.0.1', tls: false });
  if (decision.kind !== 'forward') throw new Error('not forwarded');
  expect(decision.responseHeaders.set).toEqual(expect.arrayContaining([['Content-Security-Policy', "script-src 'nonce-AAAAAAAAAAAAAAAAAAAAAA' 'self'"], ['Content-Security-Policy-Report-Only', "img-src 'nonce-AAAAAAAAAAAAAAAAAAAAAA'"]]));
});
