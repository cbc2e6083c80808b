import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkDeclarative } from '../../../src/models/kong/schema/index.ts';
import { isLuaChunk } from '../../../src/models/kong/schema/lua-syntax.ts';
import { isPcre } from '../../../src/models/kong/schema/pcre.ts';
import { toJson } from '../../../src/models/kong/value.ts';
import { selfSigned } from '../../support/test-certificate.ts';

const check = (config: object): readonly string[] => checkDeclarative(toJson({ _format_version: '3.0', ...config }), 'traditional_compatible').map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('fields that a node does not look at', () => {
  it('are updated_at anywhere, and ttl where an entity can have one', () => {
    const plugin = { name: 'cors', updated_at: 'x', config: { updated_at: 'x' } };
    expect(check({ updated_at: 'x', services: [{ name: 'a', url: 'http://a', updated_at: 'x', plugins: [plugin] }], consumers: [{ username: 'c', keyauth_credentials: [{ key: 'k', ttl: 'x' }] }] })).toEqual([]);
    expect(check({ services: [{ name: 'a', url: 'http://a', ttl: 5 }] })).toEqual(['services.0.ttl: unknown field']);
    expect(check({ consumers: [{ username: 'c', basicauth_credentials: [{ username: 'u', password: 'p', ttl: 5 }] }] })).toContain('consumers.0.basicauth_credentials.0.ttl: unknown field');
  });
});

describe('an address with a colon and no port', () => {
  it('is refused in brackets', () => {
    const upstream = (target: string): object => ({ upstreams: [{ name: 'u', targets: [{ target }] }] });
    expect(check(upstream('[::1]:'))).toEqual(["upstreams.0.targets.0.target: Invalid target ('[::1]:'); not a valid hostname or ip address"]);
    expect(check(upstream('[::1]:80'))).toEqual([]);
  });
});

describe('an OAuth client without a secret', () => {
  it('is refused when the secret is an explicit null', () => {
    const client = (more: object): readonly string[] => check({ consumers: [{ username: 'c', oauth2_credentials: [{ name: 'n', ...more }] }] });
    expect(client({ client_secret: null })).toEqual(["consumers.0.oauth2_credentials.0.@entity: all or none of these fields must be set: 'hash_secret', 'client_secret'"]);
    expect(client({ hash_secret: true })).toEqual([]);
  });
});

describe('keys', () => {
  const pair = selfSigned('a.test');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = { open: rsa.publicKey.export({ type: 'spki', format: 'pem' }), secret: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) };
  const jwk = rsa.publicKey.export({ format: 'jwk' });
  const secret = (key: unknown): object => ({ consumers: [{ username: 'c', jwt_secrets: [{ key: 'k', algorithm: 'RS256', rsa_public_key: key }] }] });
  const key = (more: object): object => ({ keys: [{ kid: 'one', ...more }] });
  const invalid = ['consumers.0.jwt_secrets.0.rsa_public_key: invalid key', "consumers.0.jwt_secrets.0.@entity: failed conditional validation given value of field 'algorithm'"];

  it('are no certificates', () => {
    expect(check(secret(pair.cert))).toEqual(invalid);
    expect(check(secret(pem.open))).toEqual([]);
    expect(check(secret(pem.secret))).toEqual([]);
    expect(check(secret(`${pair.cert}\n${String(pem.open)}`))).toEqual([]);
  });

  it('may be written as a JSON Web Key', () => {
    expect(check(secret(JSON.stringify(jwk)))).toEqual([]);
    expect(check(secret(JSON.stringify({ kty: 'oct', k: 'aa' })))).toEqual(invalid);
  });

  it('are public where a public one belongs, and private where a private one does', () => {
    expect(check(key({ pem: { public_key: pem.open, private_key: pem.secret } }))).toEqual([]);
    expect(check(key({ pem: { public_key: pem.secret } }))).toEqual(['keys.0.pem: could not load public key']);
    expect(check(key({ pem: { private_key: pem.open } }))).toEqual(['keys.0.pem: could not load private key']);
  });

  const web = (more: object): readonly string[] => check(key({ jwk: JSON.stringify({ ...jwk, kid: 'one', ...more }) }));
  it('have only the members of a JSON Web Key that Kong lists', () => {
    expect(web({ use: 'sig', key_ops: ['verify'], x5c: null })).toEqual([]);
    expect(web({ ext: true })).toEqual(['keys.0.@entity: Validation error: ext: unknown field']);
    expect(web({ use: '', key_ops: 'verify' })).toEqual(['keys.0.@entity: Validation error: use: length must be at least 1; key_ops: expected an array']);
    expect(web({ key_ops: ['verify', 5] })).toEqual(['keys.0.@entity: Validation error: key_ops: Validation error: expected a string']);
  });

  it('are of a kind that its library makes', () => {
    expect(web({ kid: 'two' })).toEqual(['keys.0.@entity: kid in jwk.kid must be equal to keys.kid']);
    expect(check(key({ jwk: JSON.stringify({ kty: 'oct', k: 'aa', kid: 'one' }) }))).toEqual(['keys.0.@entity: could not load JWK, likely not a valid key']);
    const curve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({ format: 'jwk' });
    expect(check(key({ jwk: JSON.stringify({ ...curve, kid: 'one' }) }))).toEqual(['keys.0.@entity: could not load JWK, likely not a valid key']);
    expect(check(key({ jwk: '{' }))).toEqual(['keys.0.@entity: could not json decode jwk string']);
    expect(check(key({ jwk: '5' }))).toEqual(['keys.0.@entity: kid in jwk.kid must be equal to keys.kid']);
  });
});

/** Compared with LuaJIT 2.1 by its own `loadstring`. */
describe('Lua code', () => {
  it.each([
    'for _, v in ipairs(t) do if v then goto continue end print(v) ::continue:: end', 'goto a; local b; ::a::', 'do goto a; local b; ::a:: ; ::c:: end', '::a:: do goto a end', '::a:: do ::a:: end', 'do ::a:: end ::a::',
    'while true do break print(1) end', ';; f();', 'f\n()', 'return 0b101, 0xffULL, 5i, 1.5i', 'return "\\255\\10\\9x\\u{10FFFF}"', '\ufeffreturn 1',
  ])('loads: %s', (code) => {
    expect(isLuaChunk(code)).toBe(true);
  });

  it.each([
    'goto nope', 'goto a do ::a:: end', 'local f = function() goto b end ::b::', '::a:: ::a::', 'goto a local b ::a:: print(b)', 'repeat goto c; local x = 1; ::c:: until x', 'local goto = 1', 't.goto = 1',
    'return "\\300"', 'return "\\u{110000}"', 'return 1.5LL', 'return 1e5LL', 'return 0b',
  ])('does not load: %s', (code) => {
    expect(isLuaChunk(code)).toBe(false);
  });
});

/** Compared with PCRE2 10.42. */
describe('patterns', () => {
  it.each(['/(\\1?=a)b', '/[\\cA-ab]', '/\\ps', '/[[:^alpha:]]'])('compile: %s', (pattern) => {
    expect(isPcre(pattern)).toBe(true);
  });
  it.each(['/\\x{41$', '/\\x{}', '(?(1)a|b)', '/[:d.gt:]', '/[a-\\cA]', '/\\pG'])('do not compile: %s', (pattern) => {
    expect(isPcre(pattern)).toBe(false);
  });
});
