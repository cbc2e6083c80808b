import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { answer, readKongNode } from '../../../src/models/kong/index.ts';
import { plainProbe } from '../../support/kong-recordings.ts';

const NOW = 1_800_000_000;
const consumers = [
  { username: 'ann', keyauth_credentials: [{ key: 'k1' }], basicauth_credentials: [{ username: 'ann', password: 'pw' }], jwt_secrets: [{ key: 'iss-ann', secret: 'c2VjcmV0' }] },
  { username: 'guest' },
];

function ask(plugins: readonly object[], headers: readonly (readonly [string, string])[], more: { readonly method?: string; readonly protocols?: readonly string[] } = {}): ReturnType<typeof answer> {
  const routes = [{ name: 'r', paths: ['/'], ...(more.protocols === undefined ? {} : { protocols: more.protocols }) }];
  const node = readKongNode({ yaml: stringify({ _format_version: '3.0', consumers, services: [{ name: 's', url: 'http://a:80', plugins, routes }] }) });
  return answer(node, { ...plainProbe('/'), headers, method: more.method ?? 'GET' }, { now: NOW });
}

const callerOf = (got: ReturnType<typeof answer>): Readonly<Record<string, string>> => Object.fromEntries((got.forward?.requestHeaders.set ?? []).filter(([name]) => /consumer-username|credential|anonymous/i.test(name)));
const basic = ['authorization', `Basic ${Buffer.from('ann:pw').toString('base64')}`] as const;

function token(claims: object, secret: Buffer): string {
  const text = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

describe('several authentication plugins', () => {
  it('must all be content', () => {
    const both = [{ name: 'key-auth' }, { name: 'basic-auth' }];
    expect(ask(both, [['apikey', 'k1']]).status).toBe(401);
    expect(ask(both, [basic]).status).toBe(401);
    expect(ask(both, [['apikey', 'k1'], basic]).forward).toBeDefined();
  });

  it('are a choice where each lets the unknown through', () => {
    const either = [{ name: 'key-auth', config: { anonymous: 'guest' } }, { name: 'basic-auth', config: { anonymous: 'guest' } }];
    expect(callerOf(ask(either, [['apikey', 'k1']]))).toEqual({ 'X-Consumer-Username': 'ann', 'X-Credential-Identifier': '<id>' });
    expect(callerOf(ask(either, [basic]))).toEqual({ 'X-Consumer-Username': 'ann', 'X-Credential-Identifier': 'ann' });
    expect(callerOf(ask(either, []))).toEqual({ 'X-Consumer-Username': 'guest', 'X-Anonymous-Consumer': 'true' });
    expect(ask([{ name: 'key-auth', config: { anonymous: 'nobody' } }], []).unmodelled).toEqual(['key-auth']);
  });
});

describe('key-auth', () => {
  it('names its realm, and may let preflights through', () => {
    const plugins = [{ name: 'key-auth', config: { realm: 'shop', run_on_preflight: false } }];
    expect(ask(plugins, []).headers).toEqual([['WWW-Authenticate', 'Key realm="shop"']]);
    expect(ask(plugins, [], { method: 'OPTIONS' }).forward).toBeDefined();
  });
});

describe('jwt', () => {
  const plugin = (config: object): readonly object[] => [{ name: 'jwt', config }];
  const signed = (claims: object): string => token({ iss: 'iss-ann', ...claims }, Buffer.from('secret'));

  it('takes tokens out of cookies, and secrets in base64', () => {
    const plugins = plugin({ secret_is_base64: true, cookie_names: ['t'] });
    expect(callerOf(ask(plugins, [['cookie', `a=b; t=${signed({})}`]]))).toEqual({ 'X-Consumer-Username': 'ann', 'X-Credential-Identifier': 'iss-ann' });
    expect(ask(plugin({ cookie_names: ['t'], realm: 'shop' }), [['cookie', `t=${signed({})}`]]).headers).toEqual([['WWW-Authenticate', 'Bearer realm="shop" error="invalid_token"']]);
  });

  it('limits how long a token lives', () => {
    const plugins = plugin({ secret_is_base64: true, claims_to_verify: ['exp'], maximum_expiration: 60 });
    const bearer = (exp: number): readonly [string, string] => ['authorization', `Bearer ${signed({ exp })}`];
    expect(ask(plugins, [bearer(NOW + 60)]).forward).toBeDefined();
    expect(ask(plugins, [bearer(NOW + 61)]).body).toBe('{"exp":"exceeds maximum allowed expiration"}');
  });
});

describe('a route for gRPC', () => {
  it('takes nothing else', () => {
    expect(ask([], [], { protocols: ['grpc'] }).status).toBe(415);
    expect(ask([], [['content-type', 'application/grpc+proto']], { protocols: ['grpc'] }).forward).toBeDefined();
  });
});
