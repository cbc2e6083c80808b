import { createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import type { HeaderOps } from '../../ir/index.ts';
import type { KongConsumer, KongPlugin } from './document.ts';
import { errorBody } from './plugin-state.ts';
import type { AccessState, Answer } from './plugin-state.ts';
import { headerValues } from './request.ts';
import { encodeUtf8 } from './uri.ts';
import { booleanAt, isObject, numberAt, stringAt, stringsAt, toJson } from './value.ts';
import type { JsonObject } from './value.ts';

/**
 * Every authentication plugin of a route must be content, except those with an `anonymous` consumer: they ask nothing of a
 * caller who is known already, and let an unknown one through under that name.
 */
function authenticated(plugin: KongPlugin, state: AccessState, attempt: (plugin: KongPlugin, state: AccessState) => Answer | undefined): Answer | undefined {
  if (state.request.probe.method === 'OPTIONS' && !booleanAt(plugin.config, 'run_on_preflight', true)) return undefined;
  const anonymous = stringAt(plugin.config, 'anonymous');
  if (anonymous === undefined) return attempt(plugin, state);
  if (state.credential !== undefined || attempt(plugin, state) === undefined) return undefined;
  state.consumer = state.consumers.find(({ id, username }) => id === anonymous || username === anonymous);
  state.anonymous = true;
  // A node without that consumer answers with an error of its own.
  if (state.consumer === undefined) state.unmodelled.push(plugin.name);
  return undefined;
}

export const basicAnswer = (plugin: KongPlugin, state: AccessState): Answer | undefined => authenticated(plugin, state, basicAttempt);
export const keyAnswer = (plugin: KongPlugin, state: AccessState): Answer | undefined => authenticated(plugin, state, keyAttempt);
export const tokenAnswer = (plugin: KongPlugin, state: AccessState): Answer | undefined => authenticated(plugin, state, tokenAttempt);

/** basic-auth: the password is kept as sha1 of itself and the consumer's id. */
function basicAttempt(plugin: KongPlugin, state: AccessState): Answer | undefined {
  const realm = stringAt(plugin.config, 'realm') ?? 'service';
  const asksHiding = booleanAt(plugin.config, 'hide_credentials', false);
  for (const name of ['proxy-authorization', 'authorization']) {
    const given = credentials(headerValues(state.request, name)[0]);
    if (given === undefined) continue;
    if (asksHiding) state.hidden.headers.push(name);
    const owner = state.consumers.find((consumer) => consumer.basic.some((item) => encodeUtf8(item.username) === given.username && (item.hashed ? item.password === sha1(given.password + consumer.id) : encodeUtf8(item.password) === given.password)));
    if (owner === undefined) break;
    knows(state, owner, given.username);
    return undefined;
  }
  return { status: 401, headers: [['WWW-Authenticate', `Basic realm="${realm}"`]], body: errorBody('Unauthorized') };
}

function knows(state: AccessState, consumer: KongConsumer, credential: string): undefined {
  state.consumer = consumer;
  state.credential = credential;
  state.anonymous = false;
}

function credentials(header: string | undefined): { readonly username: string; readonly password: string } | undefined {
  const encoded = /\s*[Bb]asic\s*(.+)/.exec(header ?? '')?.[1];
  if (encoded === undefined || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) return undefined;
  const match = /([^:]+):(.*)/.exec(Buffer.from(encoded, 'base64').toString('latin1'));
  return match?.[1] === undefined || match[2] === undefined ? undefined : { username: match[1], password: match[2] };
}

const sha1 = (text: string): string => createHash('sha1').update(text, 'latin1').digest('hex');

/** key-auth: the first name that is there, in the header before the query; twice is too often. */
function keyAttempt(plugin: KongPlugin, state: AccessState): Answer | undefined {
  const names = stringsAt(plugin.config, 'key_names');
  const inHeader = booleanAt(plugin.config, 'key_in_header', true);
  const inQuery = booleanAt(plugin.config, 'key_in_query', true);
  const found = (names.length === 0 ? ['apikey'] : names).map((name) => {
    const fields = inHeader ? headerValues(state.request, name.toLowerCase()) : [];
    return { name, values: fields.length > 0 || !inQuery ? fields : (state.request.queries.get(name) ?? []) };
  }).find(({ values }) => values.length > 0);
  const [key = '', ...more] = found?.values ?? [];
  const realm = stringAt(plugin.config, 'realm');
  const refuse = (message: string): Answer => ({ status: 401, headers: [['WWW-Authenticate', realm === undefined ? 'Key' : `Key realm="${realm}"`]], body: errorBody(message) });
  if (more.length > 0) return refuse('Duplicate API key found');
  if (found !== undefined && booleanAt(plugin.config, 'hide_credentials', false)) {
    if (inHeader) state.hidden.headers.push(found.name);
    if (inQuery) state.hidden.query.push(found.name);
  }
  const owner = key === '' ? undefined : state.consumers.find((consumer) => consumer.keys.some((one) => encodeUtf8(one) === key));
  // The credential's id is made by the node.
  if (owner !== undefined) return knows(state, owner, '<id>');
  return refuse(key === '' ? 'No API key found in request' : 'Unauthorized');
}

/** jwt: one token, in a query parameter or after `Bearer`; its claim names the credential, whose key must fit. */
function tokenAttempt(plugin: KongPlugin, state: AccessState): Answer | undefined {
  const tokens = [...new Set([...tokensInQuery(plugin, state), ...tokensInCookies(plugin, state), ...tokensInHeaders(plugin, state)])];
  const [token, ...more] = tokens;
  const realm = stringAt(plugin.config, 'realm');
  const challenge = realm === undefined ? 'Bearer' : `Bearer realm="${realm}"`;
  if (token === undefined) return denied(challenge, { message: 'Unauthorized' });
  const wrong = more.length > 0 ? { message: 'Multiple tokens provided' } : tokenFault(token, plugin, state);
  return wrong === undefined ? undefined : denied(`${challenge} error="invalid_token"`, wrong);
}

function denied(challenge: string, body: Readonly<Record<string, string>>): Answer {
  return { status: 401, headers: [['WWW-Authenticate', challenge]], body: JSON.stringify(body) };
}

function tokensInQuery({ config }: KongPlugin, { request }: AccessState): readonly string[] {
  const names = 'uri_param_names' in config ? stringsAt(config, 'uri_param_names') : ['jwt'];
  return names.flatMap((name) => request.queries.get(name) ?? []).filter((token) => token !== '');
}

function tokensInCookies({ config }: KongPlugin, { request }: AccessState): readonly string[] {
  const cookies = headerValues(request, 'cookie').join('; ').split(/; */);
  return stringsAt(config, 'cookie_names').flatMap((name) => cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1) ?? []).filter((token) => token !== '');
}

function tokensInHeaders({ config }: KongPlugin, { request }: AccessState): readonly string[] {
  const names = 'header_names' in config ? stringsAt(config, 'header_names') : ['authorization'];
  return names.flatMap((name) => {
    const token = /\s*[Bb]earer\s+(.+)/.exec(headerValues(request, name.toLowerCase())[0] ?? '')?.[1];
    return token === undefined ? [] : [token];
  });
}

function tokenFault(token: string, { config }: KongPlugin, state: AccessState): Readonly<Record<string, string>> | undefined {
  const [head = '', body = '', signature = ''] = token.split('.');
  const [header, claims] = [jsonIn(head), jsonIn(body)];
  if (header === undefined || claims === undefined) return { message: 'Bad token; invalid JSON' };
  const claim = stringAt(config, 'key_claim_name') ?? 'iss';
  const key = stringAt(claims, claim) ?? stringAt(header, claim);
  if (key === undefined) return { message: `No mandatory '${claim}' in claims` };
  if (key === '') return { message: `Invalid '${claim}' in claims` };
  const owner = state.consumers.find((consumer) => consumer.tokens.some((one) => one.key === key));
  const known = owner?.tokens.find((one) => one.key === key);
  if (owner === undefined || known === undefined) return { message: `No credentials found for given '${claim}'` };
  if (stringAt(header, 'alg') !== known.algorithm) return { message: 'Invalid algorithm' };
  const { algorithm } = known;
  const material = booleanAt(config, 'secret_is_base64', false) && algorithm.startsWith('HS') ? Buffer.from(known.material, 'base64') : known.material;
  if (!signatureFits(`${head}.${body}`, signature, { algorithm, material })) return { message: 'Invalid signature' };
  const late = timesOff(claims, stringsAt(config, 'claims_to_verify'), state.now) ?? tooLong(claims, numberAt(config, 'maximum_expiration') ?? 0, state.now);
  if (late === undefined) knows(state, owner, key);
  return late;
}

function jsonIn(part: string): JsonObject | undefined {
  try {
    const value = toJson(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const DIGEST: Readonly<Record<string, string>> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512', RS256: 'sha256', RS384: 'sha384', RS512: 'sha512' };

/** Algorithms of other families fit nothing here: no output of ours has them. */
function signatureFits(text: string, signature: string, { algorithm, material }: { readonly algorithm: string; readonly material: string | Buffer }): boolean {
  const digest = DIGEST[algorithm];
  if (digest === undefined) return false;
  if (algorithm.startsWith('HS')) return createHmac(digest, material).update(text).digest('base64url') === signature.replace(/=+$/, '');
  try {
    return verify(digest, Buffer.from(text), createPublicKey(material), Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

function timesOff(claims: JsonObject, names: readonly string[], now: number): Readonly<Record<string, string>> | undefined {
  const [exp, nbf] = [numberAt(claims, 'exp'), numberAt(claims, 'nbf')];
  if (names.includes('exp') && (exp === undefined || exp <= now)) return { exp: exp === undefined ? 'must be a number' : 'token expired' };
  if (names.includes('nbf') && (nbf === undefined || nbf > now)) return { nbf: nbf === undefined ? 'must be a number' : 'token not valid yet' };
  return undefined;
}

function tooLong(claims: JsonObject, most: number, now: number): Readonly<Record<string, string>> | undefined {
  const exp = numberAt(claims, 'exp');
  return most <= 0 || (exp !== undefined && exp - now <= most) ? undefined : { exp: 'exceeds maximum allowed expiration' };
}

/** What the service is told of who calls; a client's own words of that kind go. */
export function callerHeaders({ consumer, credential, anonymous, hidden }: AccessState): HeaderOps {
  if (consumer === undefined) return { set: [], remove: hidden.headers };
  const customId: readonly (readonly [string, string])[] = consumer.customId === undefined ? [] : [['X-Consumer-Custom-ID', encodeUtf8(consumer.customId)]];
  const set = [['X-Consumer-ID', consumer.id] as const, ['X-Consumer-Username', encodeUtf8(consumer.username)] as const, ...customId, ...(anonymous === true ? [['X-Anonymous-Consumer', 'true'] as const] : credential === undefined ? [] : [['X-Credential-Identifier', credential] as const])];
  return { set, remove: [...hidden.headers, anonymous === true ? 'X-Credential-Identifier' : 'X-Anonymous-Consumer', ...(consumer.customId === undefined ? ['X-Consumer-Custom-ID'] : [])] };
}
