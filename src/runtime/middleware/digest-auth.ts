import { createHash } from 'node:crypto';
import { encodeUtf8 } from '../../rule-lang/index.ts';
import { headerOf } from '../headers.ts';
import type { RuntimeRequest, Scope } from '../message.ts';
import { slot } from '../slot.ts';
import { parseUrl } from '../url.ts';
import { pass, unauthorized } from './basic-auth.ts';
import type { Factory } from './factory.ts';

interface Session {
  readonly opaque: string;
  /** Nonces given out, with the last count used. */
  readonly nonces: Map<string, number>;
}
const MAX_NONCES = 1100;

/** MD5 digest with qop=auth, nonces of this process only (go-http-auth). */
export const digestAuth: Factory<'digestAuth'> = (spec) => {
  const realm = spec.realm === '' ? 'traefik' : encodeUtf8(spec.realm);
  const users = new Map(spec.users.flatMap(splitUser));
  const session = slot((scope): Session => ({ opaque: randomKey(scope), nonces: new Map() }));
  return (next) =>
    function* (request, draft) {
      const own = session(request.scope);
      const user = authenticated(request, own, (name) => users.get(`${name}:${realm}`) ?? '');
      if (user === undefined) return unauthorized(draft, challenge(realm, own, request.scope));
      pass(request, user, spec.headerField, spec.removeHeader);
      return yield* next(request, draft);
    };
};

function splitUser(line: string): [string, string][] {
  const [user = '', realm = '', hash, ...rest] = encodeUtf8(line).split(':');
  return hash === undefined || rest.length > 0 ? [] : [[`${user}:${realm}`, hash]];
}

function challenge(realm: string, session: Session, scope: Scope): string {
  const nonce = randomKey(scope);
  session.nonces.set(nonce, 0);
  for (const old of session.nonces.keys()) {
    if (session.nonces.size <= MAX_NONCES) break;
    session.nonces.delete(old);
  }
  return `Digest realm="${realm}", nonce="${nonce}", opaque="${session.opaque}", algorithm="MD5", qop="auth"`;
}

function authenticated(request: RuntimeRequest, session: Session, secret: (user: string) => string): string | undefined {
  const given = parameters(headerOf(request.headers, 'Authorization') ?? '');
  const part = (name: string): string => given?.get(name) ?? '';
  if (given === undefined || part('opaque') !== session.opaque || (given.get('algorithm') ?? 'MD5') !== 'MD5' || part('qop') !== 'auth') return undefined;
  if (!sameUri(request, part('uri'))) return undefined;
  const answer = md5([secret(part('username')), part('nonce'), part('nc'), part('cnonce'), part('qop'), md5(`${request.method}:${part('uri')}`)].join(':'));
  if (answer !== part('response') || !fresh(session, part('nonce'), part('nc'))) return undefined;
  return part('username') === '' ? undefined : part('username');
}

/** The uri parameter may be a path that the request's path begins with. */
function sameUri(request: RuntimeRequest, uri: string): boolean {
  if (request.requestUri === uri) return true;
  const url = parseUrl(uri);
  return url !== undefined && request.path.startsWith(url.path);
}

function fresh(session: Session, nonce: string, count: string): boolean {
  const used = session.nonces.get(nonce);
  if (used === undefined || !/^[0-9A-Fa-f]{1,16}$/.test(count)) return false;
  const now = Number.parseInt(count, 16);
  if (used !== 0 && used >= now) return false;
  session.nonces.set(nonce, now);
  return true;
}

function parameters(header: string): ReadonlyMap<string, string> | undefined {
  const text = /^Digest (.*)$/s.exec(header)?.[1];
  if (text === undefined) return undefined;
  const out = new Map<string, string>();
  for (const [, name = '', quoted, bare = ''] of text.matchAll(/([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^,\s]*))/g)) out.set(name, quoted?.replace(/\\(.)/g, '$1') ?? bare);
  return out;
}

function md5(text: string): string {
  return createHash('md5').update(Buffer.from(text, 'latin1')).digest('hex');
}

function randomKey(scope: Scope): string {
  return Buffer.from(Array.from({ length: 12 }, () => Math.floor(scope.random() * 256))).toString('base64');
}
