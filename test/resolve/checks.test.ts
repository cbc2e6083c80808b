import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { circuitBreakerError, retryExpressionError } from '../../src/resolve/check/expression.ts';
import { mediaTypeError } from '../../src/resolve/check/media-type.ts';
import { parseGoUrl } from '../../src/resolve/go-url.ts';
import { normalize } from '../../src/resolve/names.ts';
import { sha1 } from '../../src/resolve/sha1.ts';
import { resolveCompose, service, stack } from './compose.ts';

describe('server addresses as Go reads them', () => {
  const { urls } = JSON.parse(readFileSync('fixtures/oracle/labels/server-urls.json', 'utf8')) as { readonly urls: readonly (readonly [string, string | null])[] };

  it.each(urls)('%s', (url, error) => {
    const parsed = parseGoUrl(url);
    expect(parsed.ok ? null : parsed.error).toBe(error);
  });
});

describe('expressions', () => {
  it.each([
    ['NetworkErrorRatio() > 0.5', undefined],
    ['LatencyAtQuantileMS(50.0) > 100 || ResponseCodeRatio(500, 600, 0, 600) >= 0.3', undefined],
    ['', "1:1: expected operand, found 'EOF'"],
    ['Nope() > 1', 'unsupported function: Nope'],
    ['NetworkErrorRatio() > 1', 'expected int, got int'],
    ['NetworkErrorRatio()', 'expected predicate, got cbreaker.toFloat64'],
    ['LatencyAtQuantileMS(50) > 100', 'reflect: Call using int as type float64'],
    ['!(NetworkErrorRatio() > 0.5)', '! is not supported'],
  ])('circuit breaker: %s', (text, error) => expect(circuitBreakerError(text)).toBe(error));

  it.each([
    ['IsNetworkError() && Attempts() < 3', undefined],
    ['RequestMethod() == "GET"', undefined],
    ['ResponseCode() == "500"', 'expected int, got string'],
    ['RequestMethod() > "GET"', 'unsupported argument: buffer.toString'],
  ])('retry: %s', (text, error) => expect(retryExpressionError(text)).toBe(error));
});

describe('media types', () => {
  it.each([
    ['text/html', undefined],
    ['text/html; charset=utf-8', undefined],
    ['text/html;', undefined],
    ['text', undefined],
    ['', 'mime: no media type'],
    ['text/html; charset', 'mime: invalid media parameter'],
    ['text/', 'mime: expected token after slash'],
    ['text html', 'mime: expected slash after first token'],
    ['text/html x', 'mime: unexpected content after media subtype'],
  ])('%s', (text, error) => expect(mediaTypeError(text)).toBe(error));
});

it.each(['', 'abc', 'a'.repeat(55), 'a'.repeat(64), 'é'.repeat(100)])('sha1 of %s', (text) => {
  expect(sha1(text)).toBe(createHash('sha1').update(text).digest('hex'));
});

it.each([['web_my.shop', 'web-my-shop'], ['--a--', 'a'], ['größe_ß', 'größe-ß'], ['', '']])('normalize %s', (name, expected) => expect(normalize(name)).toBe(expected));

describe('middlewares that the engine refuses when it builds them', () => {
  const config = 'entryPoints: { web: { address: ":80" } }\nproviders: { docker: {} }\nexperimental: { plugins: { here: { moduleName: a/b, version: v1 } } }\n';
  const table: readonly (readonly [label: string, on37: string | undefined, on211: string | undefined])[] = [
    ['headers.stsseconds=0', undefined, 'headers configuration not valid'],
    ['headers.framedeny=false', 'headers configuration not valid', 'headers configuration not valid'],
    ['buffering.maxrequestbodybytes=-1', 'max bytes should be >= 0 got -1', 'max bytes should be >= 0 got -1'],
    ['ratelimit.period=-90s', 'negative value not valid for period: -1m30s', 'negative value not valid for period: -1m30s'],
    ['ratelimit.sourcecriterion.ipstrategy.excludedips=x', 'getting source extractor: parsing CIDR trusted IPs <nil>: invalid CIDR address: x', 'parsing CIDR trusted IPs <nil>: invalid CIDR address: x'],
    ['inflightreq.sourcecriterion.ipstrategy.excludedips=x', 'error creating requests limiter: parsing CIDR trusted IPs <nil>: invalid CIDR address: x', 'error creating requests limiter: parsing CIDR trusted IPs <nil>: invalid CIDR address: x'],
    ['replacepathregex.regex=(', 'error compiling regular expression (: error parsing regexp: missing closing ): `(`', 'error compiling regular expression (: error parsing regexp: missing closing ): `(`'],
    ['stripprefixregex.regex=a,(', 'error parsing regexp: missing closing ): `(`', 'error parsing regexp: missing closing ): `(`'],
    ['plugin.gone.x=1', 'plugin: unknown plugin type: gone', 'plugin: unknown plugin type: gone'],
    ['plugin.here.x=1', undefined, undefined],
    ['basicauth.users=a:${HASH}', undefined, undefined],
    ['basicauth.users=a:secret:b', 'error parsing BasicUser: a:***', 'error parsing BasicUser: a:***'],
    ['digestauth.users=', undefined, undefined],
    ['ipallowlist.sourcerange=${RANGE}', undefined, undefined],
    ['errors.status=500-5xx', 'strconv.Atoi: parsing "5xx": invalid syntax', 'strconv.Atoi: parsing "5xx": invalid syntax'],
  ];

  it.each(table.flatMap(([label, on37, on211]) => [['3.7', label, on37], ['2.11', label, on211]] as const))('%s %s', (version, label, says) => {
    const labels = ['traefik.http.services.s.loadbalancer.server.port=80', 'traefik.http.routers.x.rule=Host(`a`)', 'traefik.http.routers.x.middlewares=m', `traefik.http.middlewares.m.${label}`, ...(label.startsWith('errors') ? ['traefik.http.middlewares.m.errors.service=s'] : [])];
    const resolved = resolveCompose({ static: config, version, stacks: { p: stack({ web: service(labels) }) } });
    expect(resolved.problems.map(({ engineSays }) => engineSays)).toEqual(says === undefined ? [] : [says]);
  });

  // Real Traefik 3.7.15 panics on the first four and shows no configuration from then on; it starts with the others.
  it.each([['poolsize=-1', true], ['poolsize=2147483648', true], ['minidleconns=-2147483649', true], ['maxactiveconns=2147483648', true], ['minidleconns=-1', false], ['maxactiveconns=-1', false], ['poolsize=1000', false], ['db=2147483648', false]])('ratelimit.redis.%s', (option, panics) => {
    const labels = ['traefik.http.services.s.loadbalancer.server.port=80', 'traefik.http.routers.x.rule=Host(`a`)', 'traefik.http.routers.x.middlewares=m', 'traefik.http.middlewares.m.ratelimit.average=9', `traefik.http.middlewares.m.ratelimit.redis.${option}`];
    const resolved = resolveCompose({ static: config, stacks: { p: stack({ web: service(labels) }) } });
    expect(resolved.problems.map(({ kind, engineSays = '' }) => [kind, /^[\w ]+/.exec(engineSays)?.[0].trim()])).toEqual(panics ? [['middleware-invalid', 'Error in Go routine']] : []);
  });

  it('one that no router reaches costs nothing', () => {
    const labels = ['traefik.http.services.s.loadbalancer.server.port=80', 'traefik.http.middlewares.m.addprefix.prefix='];
    const resolved = resolveCompose({ static: config, stacks: { p: stack({ web: service(labels) }) } });
    expect(resolved.problems.map(({ kind, loss }) => [kind, loss])).toEqual([['middleware-invalid', 'nothing']]);
  });
});

// Real Traefik 3.7.15 with the same entry points said of each whether the middleware exists.
describe('middlewares that the engine makes itself', () => {
  it.each([
    ['to: websecure', true, 'redirect-web-to-websecure', true],
    ['to: ":8443"', true, 'redirect-web-to-8443', true],
    ['to: nope', true, 'redirect-web-to-nope', false],
    ['to: websecure', true, 'redirect-web-to-db', false],
    ['to: websecure', true, 'dashboard_redirect', true],
    ['to: websecure', false, 'dashboard_redirect', false],
  ])('%s, dashboard %s: %s', (redirection, dashboard, name, exists) => {
    const config = `entryPoints: { web: { address: ":80", http: { redirections: { entryPoint: { ${redirection} } } } }, websecure: { address: ":443" }, db: { address: ":5432" } }\nproviders: { docker: {} }\napi: { insecure: true, dashboard: ${String(dashboard)} }\n`;
    const labels = ['traefik.http.services.s.loadbalancer.server.port=80', 'traefik.http.routers.x.rule=Host(`a`)', 'traefik.http.routers.x.entrypoints=websecure', `traefik.http.routers.x.middlewares=${name}@internal`];
    const resolved = resolveCompose({ static: config, stacks: { p: stack({ web: service(labels) }) } });
    expect(resolved.problems.filter(({ kind }) => kind === 'middleware-unknown').map(({ engineSays }) => engineSays)).toEqual(exists ? [] : [`middleware "${name}@internal" does not exist`]);
  });
});
