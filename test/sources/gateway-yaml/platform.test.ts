import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { witnesses } from '../../../src/analysis/index.ts';
import { contradicts, validate } from '../../../src/compile/validate.ts';
import { serveRefusals, targetNames } from '../../../src/index.ts';
import type { BuiltTarget, Loaded } from '../../../src/index.ts';
import type { HeaderList, Probe, Routing } from '../../../src/ir/index.ts';
import { answer, checkKongYaml, readKongNode } from '../../../src/models/kong/index.ts';
import { createRuntime } from '../../../src/runtime/index.ts';
import { buildSpec, findingsOf, loadSpecFiles, loadSpecText } from '../../support/gateway-yaml.ts';
import { plainProbe } from '../../support/kong-recordings.ts';
import { lintFiles } from '../../support/lint.ts';

/** An API platform: read, refused where it must be, and Kong's files asked. Costs about five seconds. */
const FILE = 'fixtures/gateway-yaml/platform/gateway.yaml';
const SECRETS = { MOBILE_KEY: 'mobile "1" #: {x}', KIOSK_KEY: 'kiosk-new', KIOSK_OLD_KEY: 'kiosk-old', GLOBEX_SECRET: 'globex signs with this', ANN_PASSWORD: 'pass:wörd' };
const loaded = loadSpecFiles([FILE], undefined, new Map(Object.entries(SECRETS)));
const built = buildSpec(loaded, 'kong', { inlineSecrets: true });
const fileOf = (one: BuiltTarget, name: string): string => one.files?.find(({ path }) => path === name)?.text ?? '';
const routingOf = (one: Loaded): Routing => one.gateways[0]?.resolved[0]?.routing ?? { listeners: [], certificates: [], tlsOptions: [], tlsStores: [] };
const said = ({ diagnostics }: BuiltTarget): readonly string[] => diagnostics.filter(({ blocking }) => blocking).map(({ message, why = '' }) => `${message}: ${why}`);

interface Reply {
  readonly status: number;
  readonly told: Readonly<Record<string, string>>;
}

const NOW = 1_800_000_000;

/** What Kong's files and the runtime make of a request; both must say the same. */
function ask(from: BuiltTarget, source: Loaded, host: string, target: string, headers: HeaderList = []): Reply {
  const node = readKongNode({ yaml: fileOf(from, 'kong.yml'), conf: fileOf(from, 'kong.conf'), httpInclude: fileOf(from, 'http.inc'), proxyInclude: fileOf(from, 'proxy.inc') });
  const probe: Probe = { ...plainProbe(target, host), headers };
  const seen = answer(node, probe, { now: NOW });
  const decided = createRuntime(routingOf(source), { clock: () => NOW * 1000, random: () => 0 }).decide(probe);
  expect(decided.kind === 'respond' ? decided.status : 200).toBe(seen.status ?? 200);
  if (decided.kind === 'forward') expect(toldIn(seen.forward?.requestHeaders.set ?? [])).toEqual(toldIn(decided.requestHeaders.set));
  return { status: seen.status ?? 200, told: toldIn(seen.forward?.requestHeaders.set ?? []) };
}

/** Ids are Kong's own. */
function toldIn(headers: HeaderList): Readonly<Record<string, string>> {
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value] as const).filter(([name]) => name.startsWith('x-consumer-') && name !== 'x-consumer-id'));
}
const at = (host: string, target: string, headers: HeaderList = []): Reply => ask(built, loaded, host, target, headers);
const statusOf = ({ status }: Reply): number => status;
const basic = (text: string): HeaderList => [['Authorization', `Basic ${Buffer.from(text).toString('base64')}`]];

type Signer = (text: string) => Buffer;
function token(claims: unknown, signer: Signer, alg = 'HS256'): HeaderList {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg })}.${part(claims)}`;
  return [['Authorization', `Bearer ${text}.${signer(text).toString('base64url')}`]];
}
const globex: Signer = (text) => createHmac('sha256', SECRETS.GLOBEX_SECRET).update(text).digest();

describe('the platform on Kong', () => {
  it('builds, and what was written was asked', () => {
    expect(said(built)).toEqual([]);
    expect(built.validation).toMatchObject({ disagreements: [], unmodelled: [] });
    expect(built.validation?.requests).toBeGreaterThan(100);
    expect(built.files?.map(({ path, secret }) => [path, secret ?? false])).toEqual([['kong.yml', true], ['kong.conf', false], ['http.inc', false], ['proxy.inc', false]]);
  });
  it('its file passes the check of a node and every lint rule', () => {
    expect(checkKongYaml(fileOf(built, 'kong.yml'), 'expressions')).toEqual([]);
    const { findings } = lintFiles({ files: { 'kong.yml': fileOf(built, 'kong.yml') }, stacks: [['kong.yml']] });
    expect(findings.map(({ rule, message }) => `${rule} ${message}`)).toEqual([]);
  });
  it('keys: none, wrong, twice, good; the service is told who calls and not the key', () => {
    const key = (value: string): HeaderList => [['X-Api-Key', value]];
    expect([[], key('wrong'), key(''), [...key('kiosk-new'), ...key('kiosk-new')]].map((headers) => statusOf(at('api.example.com', '/orders/1', headers)))).toEqual([401, 401, 401, 401]);
    expect(at('api.example.com', '/orders/1', [...key(SECRETS.MOBILE_KEY), ['X-Consumer-Username', 'root'], ['X-Consumer-Custom-ID', 'root']])).toEqual({ status: 200, told: { 'x-consumer-username': 'mobile', 'x-consumer-custom-id': 'app-1' } });
    expect(['kiosk-new', 'kiosk-old'].map((value) => at('api.example.com', '/orders/1', key(value)).told['x-consumer-username'])).toEqual(['kiosk', 'kiosk']);
    expect([key('kiosk-new'), key(SECRETS.MOBILE_KEY)].map((headers) => statusOf(at('api.example.com', '/reports/1', headers)))).toEqual([403, 200]);
    expect(statusOf(at('api.example.com', '/orders/1?X-Api-Key=kiosk-new'))).toBe(401);
    expect(statusOf(at('api.example.com', '/status'))).toBe(200);
  });
  it('tokens of a secret: none, unsigned, of a stranger, too old, good', () => {
    const forged: Signer = () => Buffer.from('no signature');
    const asked = [[], token({ iss: 'globex', exp: NOW + 60 }, forged), token({ iss: 'nobody', exp: NOW + 60 }, globex), token({ iss: 'globex', exp: NOW }, globex), token({ iss: 'globex' }, globex), token({ iss: 'globex', exp: NOW + 60 }, globex, 'none'), token({ iss: 'globex', exp: NOW + 60 }, globex)];
    expect(asked.map((headers) => statusOf(at('partners.example.com', '/', headers)))).toEqual([401, 401, 401, 401, 401, 401, 200]);
    expect(at('partners.example.com', '/', token({ iss: 'globex', exp: NOW + 60 }, globex)).told).toEqual({ 'x-consumer-username': 'globex' });
    expect(statusOf(at('partners.example.com', `/?jwt=${token({ iss: 'globex', exp: NOW + 60 }, globex)[0]?.[1].slice(7) ?? ''}`))).toBe(401);
  });
  it('tokens of a key pair', () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
    const files = { 'gateway.yaml': 'entryPoints: { web: 80 }\nroutes: { a: { path: /, to: a:80, use: [{ jwt: { claim: sub, verify: [exp, nbf] } }] } }\nconsumers: { acme: { tokens: { issuer: acme, publicKey: { file: keys/acme.pem } } } }\n', 'keys/acme.pem': publicKey };
    const source = loadSpecText({ files });
    const made = buildSpec(source, 'kong');
    expect(said(made)).toEqual([]);
    expect(made.files?.some(({ secret }) => secret === true)).toBe(false);
    const own: Signer = (text) => sign('sha256', Buffer.from(text), privateKey);
    const bySecret: Signer = (text) => createHmac('sha256', publicKey).update(text).digest();
    const times = { exp: NOW + 60, nbf: NOW };
    const asked = [token({ sub: 'acme', ...times }, own, 'RS256'), token({ sub: 'acme', ...times }, bySecret), token({ sub: 'acme', exp: NOW + 60, nbf: NOW + 1 }, own, 'RS256'), token({ iss: 'acme', ...times }, own, 'RS256')];
    expect(asked.map((headers) => statusOf(ask(made, source, 'x.test', '/', headers)))).toEqual([200, 401, 401, 401]);
  });
  it('logins, behind an address list', () => {
    expect([[], basic('ann'), basic('ann:wrong'), basic('bob:pass'), basic(`ann:${SECRETS.ANN_PASSWORD}`)].map((headers) => statusOf(at('desk.example.com', '/', headers)))).toEqual([401, 401, 401, 401, 200]);
    expect(at('desk.example.com', '/', basic(`ann:${SECRETS.ANN_PASSWORD}`)).told).toEqual({ 'x-consumer-username': 'ann', 'x-consumer-custom-id': 'staff-7' });
  });
});

describe('what is written is checked with made-up secrets', () => {
  const spoiled = (from: string, to: string): number => {
    const files = (built.files ?? []).map((file) => ({ ...file, text: file.text.replaceAll(from, to) }));
    expect(files.some(({ text }, index) => text !== built.files?.[index]?.text)).toBe(true);
    return validate({ target: 'kong', version: '3.9', routing: routingOf(loaded), files, judged: [], callers: routingOf(loaded).consumers ?? [] })?.disagreements.length ?? 0;
  };
  it.each([
    ['the key is handed on', 'hide_credentials: true', 'hide_credentials: false'],
    ['another group is let in', 'allow:\n            - "gold"', 'allow:\n            - "partner"'],
    ['nobody asks for a group', '- name: "acl"', '- name: "correlation-id"'],
    ['a key is lost', 'key: "kiosk-new"', 'key: "kiosk-newer"'],
    ['a key is asked for elsewhere', '- "X-Api-Key"', '- "X-Api-Token"'],
    ['a signature is not asked for', '- name: "jwt"', '- name: "correlation-id"'],
    ['another id is told', 'custom_id: "app-1"', 'custom_id: "app-9"'],
  ])('%s', (_, from, to) => {
    expect(spoiled(from, to)).toBeGreaterThan(0);
  });
  it('no request of the check holds a real one, nor does any that others make up', () => {
    expect(JSON.stringify(witnesses(routingOf(loaded)).probes)).not.toContain('kiosk');
    expect(JSON.stringify(built.validation)).not.toContain('kiosk-new');
    expect(contradicts({ target: 'kong', version: '3.9', routing: routingOf(loaded), files: built.files ?? [], judged: [] }, plainProbe('/orders/1', 'api.example.com'))).toBe(false);
  });
});

describe('what cannot be written is refused by name', () => {
  const KINDS = ['apiKey', 'consumerLimit', 'groups', 'jwt', 'login'];
  it.each(targetNames.filter((name) => name !== 'kong'))('%s', (target) => {
    const refused = buildSpec(loaded, target, { inlineSecrets: true });
    expect(refused.files).toBeUndefined();
    const found = refused.diagnostics.filter(({ rule }) => rule === 'target-unsupported');
    expect([...new Set(found.map(({ message }) => message))].toSorted()).toEqual(KINDS.map((kind) => `${target} cannot express middleware.${kind}`));
    for (const { help } of found) expect(help).toMatch(/forwardAuth.*kong/);
  });
  it('serve', () => {
    expect(serveRefusals(routingOf(loaded)).map(({ message }) => message).toSorted()).toEqual(KINDS.map((kind) => `serve cannot express middleware.${kind}`));
  });
  it('Kong without --inline-secrets: each credential at its place', () => {
    const refused = buildSpec(loaded, 'kong');
    expect(refused.files).toBeUndefined();
    expect(said(refused).map((line) => line.split(' as a reference')[0])).toEqual(['mobile', 'kiosk', 'kiosk'].map((name) => `kong cannot express the key of consumer "${name}"`).concat('kong cannot express the token secret of consumer "globex"', 'kong cannot express the password of consumer "ann"'));
  });
  it('Kong without their values', () => {
    const source = loadSpecFiles([FILE], undefined, new Map(Object.entries({ ...SECRETS, KIOSK_OLD_KEY: '' })));
    expect(said(buildSpec(source, 'kong', { inlineSecrets: true }))).toEqual(['kong cannot express the key of consumer "kiosk" without its value: variable KIOSK_OLD_KEY has no value']);
    expect(findingsOf(source).filter(({ blocking }) => blocking)).toEqual([]);
  });
  it('no value of a secret stands in anything that is said', () => {
    const words = [built, buildSpec(loaded, 'kong'), buildSpec(loaded, 'traefik')].flatMap(({ diagnostics }) => diagnostics).concat(serveRefusals(routingOf(loaded)));
    const shown = JSON.stringify([words.map(({ message, why, help, symbol }) => [message, why, help, symbol]), findingsOf(loaded)]);
    for (const value of Object.values(SECRETS)) expect(shown).not.toContain(value);
  });
});

const PLAIN = 'entryPoints: { web: 80 }\nconsumers: { a: { groups: g, keys: { env: KEY } }, b: { keys: { env: OTHER }, limit: 1/second } }\n';
const VALUES = { KEY: 'key-of-a', OTHER: 'key-of-b' };
const withRoute = (use: string): BuiltTarget => buildSpec(loadSpecText({ files: { 'gateway.yaml': `${PLAIN}routes: { a: { path: /, to: a:80, use: ${use} } }\n` }, variables: VALUES }), 'kong', { inlineSecrets: true });

describe('what Kong would do otherwise', () => {
  it.each([
    ['[{ groups: g }]', 'kong cannot express middleware.groups: no middleware before it finds out who calls'],
    ['[{ consumerLimit: 1/second }, { apiKey: k }]', 'kong cannot express middleware.consumerLimit: no middleware before it finds out who calls'],
    ['[{ apiKey: k }, { rateLimit: 5 }]', "kong cannot express middleware.rateLimit: a consumer's own limit takes the place of the route's in Kong"],
    ['[{ ipAllowList: [10.0.0.0/8] }, { apiKey: k }]', 'kong cannot express chain.order: Kong runs plugins in its own order'],
    ['[{ headers: { customRequestHeaders: { k: v } } }, { apiKey: k }]', 'kong cannot express chain.order: Kong runs plugins in its own order'],
    ['[{ apiKey: k }, { groups: [] }]', 'kong cannot express middleware.groups: a list without a group lets everybody in there'],
    ['[{ apiKey: "a b" }]', 'kong cannot express middleware.apiKey: the name of a key holds letters, digits, `-` and `_`'],
    ['[{ apiKey: { names: k, in: query } }]', 'kong can only approximate middleware.apiKey: the rest of the query is put together again'],
  ])('%s', (use, wanted) => {
    expect(said(withRoute(use)).some((line) => line.startsWith(wanted)), said(withRoute(use)).join('\n')).toBe(true);
  });
  it('two consumers with one key', () => {
    const source = loadSpecText({ files: { 'gateway.yaml': `${PLAIN}routes: { a: { path: /, to: a:80, use: [{ apiKey: k }] } }\n` }, variables: { KEY: 'same', OTHER: 'same' } });
    expect(said(buildSpec(source, 'kong', { inlineSecrets: true }))).toEqual(['kong cannot express two consumers with the same key: "a" and "b" have it']);
  });
  it('consumers whom no route asks for are left out, and need no value', () => {
    const made = withRoute('[]');
    expect(said(made)).toEqual([]);
    expect(fileOf(made, 'kong.yml')).not.toContain('consumers');
  });
});
