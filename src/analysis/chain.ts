import type { HeaderList, Middleware, MiddlewareSpec, SpecOf } from '../ir/index.ts';
import { once } from '../text/index.ts';
import { LARGEST_BODY, targetOf, type Draft } from './draft.ts';
import { ipEdges } from './ip-edges.ts';
import { samplesOf } from './sample.ts';

/**
 * Requests that show what a middleware does, and where it stops doing it.
 * @param added what stands before each path when the middleware gets it: the prefixes that outer ones have added
 */
export function exercise(spec: MiddlewareSpec, base: Draft, added = ''): readonly Draft[] {
  switch (spec.kind) {
    case 'stripPrefix':
      return prefixes([...spec.prefixes, ...behind(spec.prefixes, added)], base);
    case 'stripPrefixRegex':
      return spec.regex.flatMap((pattern) => samplesOf(pattern, 2).flatMap((text) => paths(base, [text, `${text}/x`, `${text}/`, `/x${text}`, `${text}.${text}`])));
    case 'replacePathRegex':
      return samplesOf(spec.regex, 3).flatMap((text) => paths(base, [text, `${text}/x`]));
    case 'redirectRegex':
      return redirected(spec, base, added);
    case 'redirectScheme':
      return [field(base, ['X-Forwarded-Proto', spec.scheme]), { ...base, query: 'a=b&c' }];
    case 'basicAuth':
    case 'digestAuth':
      return users(spec, base);
    case 'apiKey':
      return spec.names.slice(0, 2).flatMap((name) => [field(base, [name, 'no such key']), { ...base, headers: [...base.headers, [name, 'once'], [name, 'again']] }, { ...base, query: `${name}=no-such-key` }]);
    case 'jwt':
      return ['Bearer no-token', 'Basic bm9ib2R5Ong=', 'Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJub2JvZHkifQ.'].map((value) => field(base, ['Authorization', value]));
    case 'login':
      return ['nobody:x', 'nobody'].map((text) => field(base, ['Authorization', `Basic ${Buffer.from(text).toString('base64')}`]));
    case 'ipAllowList':
      return addresses(spec, base);
    case 'headers':
      return headers(spec, base);
    case 'buffering':
      return bodies(spec.maxRequestBodyBytes > 0 ? spec.maxRequestBodyBytes : undefined, base);
    case 'compress':
      return compressed(spec, base);
    case 'encodedCharacters':
      return ['%2F', '%5C', '%3B', '%25', '%3F', '%23'].map((escape) => ({ ...base, path: `${base.path.replace(/\/$/, '')}/a${escape}b` }));
    case 'grpcWeb':
      return spec.allowOrigins.slice(0, 2).map((origin) => field(base, ['Origin', origin]));
    default:
      return [];
  }
}

/** Each field once: which of two counts is a question of its own. */
function field(base: Draft, ...fields: HeaderList): Draft {
  const named = new Set(fields.map(([name]) => name.toLowerCase()));
  return { ...base, headers: [...base.headers.filter(([name]) => !named.has(name.toLowerCase())), ...fields] };
}

function paths(base: Draft, texts: readonly string[]): readonly Draft[] {
  return texts.filter((text) => text.startsWith('/')).map((text) => ({ ...base, path: targetOf(text) }));
}

function prefixes(list: readonly string[], base: Draft): readonly Draft[] {
  return list.slice(0, 8).flatMap((prefix) => {
    const stem = prefix.replace(/\/$/, '');
    return [...paths(base, [stem, `${stem}/`, `${stem}/x`, `${stem}x`, `${stem}${stem}/x`]), { ...base, path: targetOf(`${stem}/a%2Fb`), query: 'q=1' }];
  });
}

/** What is left of texts behind the beginning that others have put there. */
function behind(texts: readonly string[], added: string): readonly string[] {
  return added === '' ? [] : texts.filter((text) => text.startsWith(added) && text.length > added.length).map((text) => text.slice(added.length));
}

/** The type of a request counts as well as that of its answer. */
function compressed({ excludedContentTypes }: SpecOf<'compress'>, base: Draft): readonly Draft[] {
  return [field(base, ['Accept-Encoding', 'gzip']), ...excludedContentTypes.slice(0, 8).map((type) => field(base, ['Accept-Encoding', 'gzip'], ['Content-Type', type]))];
}

function redirected(spec: SpecOf<'redirectRegex'>, base: Draft, added: string): readonly Draft[] {
  return samplesOf(spec.regex, 4).flatMap((text) => {
    const found = /^[a-z]+:\/\/([^/?#:]*)(?::\d+)?([^?#]*)(?:\?([^#]*))?/.exec(text);
    if (found !== null) {
      const [, host = '', path = '', query = base.query] = found;
      const asked = { ...base, query };
      return [{ ...asked, host: host === '' ? base.host : host, path: targetOf(path) }, ...[path, ...behind([path], added)].map((one) => ({ ...asked, path: targetOf(one) }))];
    }
    // A pattern without an address matches somewhere in it.
    const [path = '', query = base.query] = text.split('?', 2);
    if (path === '') return [{ ...base, query }];
    return path.startsWith('/') ? [{ ...base, path: targetOf(path), query }, { ...base, path: targetOf(`${base.path.replace(/\/$/, '')}${path}`), query }] : [{ ...base, path: targetOf(`/${path}`), query }];
  });
}

/** Nobody, somebody unknown, a user without the password: nobody here knows that one. */
function users(spec: SpecOf<'basicAuth'> | SpecOf<'digestAuth'>, base: Draft): readonly Draft[] {
  if (spec.kind === 'digestAuth') return [field(base, ['Authorization', 'Digest username="nobody"'])];
  const basic = (text: string): Draft => field(base, ['Authorization', `Basic ${Buffer.from(text, 'latin1').toString('base64')}`]);
  const cheap = spec.users.filter((line) => !/:\$2[abxy]?\$/.test(line)).slice(0, 1);
  return [basic('no-such-user:x'), ...cheap.map((line) => basic(`${line.split(':', 1)[0] ?? ''}:not the password`)), ...(spec.headerField === '' ? [] : [field(base, [spec.headerField, 'spoofed'])])];
}

function addresses(spec: SpecOf<'ipAllowList'>, base: Draft): readonly Draft[] {
  const ends = spec.sourceRange.slice(0, 16).map(ipEdges);
  const all = [...new Set(ends.flatMap(({ inside, outside }) => [...inside, ...outside]))];
  const asPeer = all.map((clientIp) => ({ ...base, clientIp }));
  if (spec.ipStrategy === undefined) return asPeer;
  return [...asPeer, ...all.slice(0, 8).flatMap((address) => [field(base, ['X-Forwarded-For', address]), field(base, ['X-Forwarded-For', `192.0.2.9, ${address}`]), field(base, ['X-Forwarded-For', `${address}, 192.0.2.9`])])];
}

function headers(spec: SpecOf<'headers'>, base: Draft): readonly Draft[] {
  const own = Object.keys(spec.customRequestHeaders).filter((name) => /^[A-Za-z0-9-]+$/.test(name) && name.toLowerCase() !== 'host').slice(0, 8);
  const overridden = own.length === 0 ? [] : [field(base, ...own.map((name): readonly [string, string] => [name, 'from the client']))];
  const origins = [...spec.accessControlAllowOriginList.slice(0, 3).map((origin) => (origin === '*' ? 'https://any.example' : origin)), ...spec.accessControlAllowOriginListRegex.slice(0, 2).flatMap((pattern) => samplesOf(pattern, 1))];
  const asks = origins.length > 0 || spec.accessControlMaxAge !== 0 || spec.accessControlAllowMethods.length + spec.accessControlAllowHeaders.length > 0;
  const cors = asks ? [...origins, 'https://not-allowed.invalid'].flatMap((origin) => [field(base, ['Origin', origin]), field({ ...base, method: 'OPTIONS' }, ['Origin', origin], ['Access-Control-Request-Method', 'PUT'])]) : [];
  const hosts = spec.allowedHosts.slice(0, 2).flatMap((host) => [{ ...base, host }, ...spec.hostsProxyHeaders.slice(0, 2).flatMap((name) => [host, 'not-allowed.invalid'].map((value) => field(base, [name, value])))]);
  return [...overridden, ...cors, ...hosts];
}

/** Bodies on both sides of a limit; where there is none a long one, so that a limit would show. */
export function bodies(limit: number | undefined, base: Draft): readonly Draft[] {
  if (limit === undefined) return [{ ...base, method: 'POST', body: longBody() }];
  if (limit > LARGEST_BODY) return [];
  return [limit, limit + 1].map((size) => ({ ...base, method: 'POST', body: new Uint8Array(size).fill(0x61) }));
}

/** One for all requests. */
const longBody = once(() => new Uint8Array(LARGEST_BODY).fill(0x61));

/** The prefixes that these put before a path, the last one first. */
export function addedBefore(chain: readonly Middleware[]): string {
  return chain.reduce((text, { spec }) => (spec.kind === 'addPrefix' ? spec.prefix + text : text), '');
}
