import type { MiddlewareSpec, SpecOf } from '../ir/index.ts';
import { exercise } from './chain.ts';
import { LARGEST_BODY, otherCase, stemOf, targetOf, type Draft } from './draft.ts';
import { ipEdges } from './ip-edges.ts';
import { samplesOf } from './sample.ts';

/** Requests that a middleware lets through where it stops others, and that are tried with what the rest of the chain does. */
const MAX_GATES = 4;
const MOST_PROXIES = 8;

/**
 * Requests that show what the middlewares of two chains do to one that passes both. They are more than a build is checked
 * with: what is rare in a request may be all that a change concerns.
 */
export function provoke(specs: readonly MiddlewareSpec[], base: Draft, thorough: boolean): readonly Draft[] {
  const kinds = unique(specs);
  const plain = kinds.flatMap((spec) => [...exercise(spec, base), ...(thorough ? rarely(spec, base) : [])]);
  if (!thorough) return plain;
  const behind = kinds.filter(isGate).flatMap((gate) => exercise(gate, base).slice(0, MAX_GATES).flatMap((open) => kinds.filter((spec) => spec !== gate).flatMap((spec) => [...exercise(spec, open), ...rarely(spec, open)])));
  return [...plain, ...behind];
}

function unique(specs: readonly MiddlewareSpec[]): readonly MiddlewareSpec[] {
  return [...new Map(specs.map((spec) => [JSON.stringify(spec), spec])).values()];
}

/** Behind these a request only comes with something in it that has nothing to do with the rest. */
function isGate({ kind }: MiddlewareSpec): boolean {
  return kind === 'redirectScheme' || kind === 'ipAllowList';
}

/** What hardly any request has, and what alone shows that a middleware is there. */
export function rarely(spec: MiddlewareSpec, base: Draft, added = ''): readonly Draft[] {
  switch (spec.kind) {
    case 'stripPrefix':
      // A rule that wants an escape asks for the prefix in a spelling of its own.
      return [...paths(base, spec.prefixes.slice(0, 8).flatMap((prefix) => [stemOf(prefix) + base.path, `${stemOf(prefix)}./x`, `${prefix}%2Fx`])), ...(base.path.includes('%') ? [{ ...base, path: `${stemOf(base.path)}%2Fx%2Fy` }] : [])];
    case 'stripPrefixRegex':
      return paths(base, spec.regex.flatMap((pattern) => samplesOf(pattern, 2).flatMap((text) => [stemOf(text) + base.path, stemOf(base.path) + text, `${text}./x`, `${text}%2Fx`, `${text}%20${text}`, `${otherCase(text)}/x`])));
    case 'addPrefix':
    case 'replacePath':
      return [field(base, ['X-Replaced-Path']), ...raw(base), ...paths(base, [`${stemOf(base.path)}/x`, `${base.path}x`, '/x'])];
    case 'replacePathRegex':
      return [field(base, ['X-Replaced-Path']), ...raw(base), ...exercise(spec, base, added).map((one) => field(one, ['X-Replaced-Path'])), ...paths(base, samplesOf(spec.regex, 3).flatMap((text) => [stemOf(text) + base.path, stemOf(base.path) + text, `${stemOf(base.path)}/${text}${text}`, otherCase(text)]))];
    case 'redirectRegex':
      return [...exercise(spec, base, added).slice(0, 6).flatMap((one) => [{ ...one, method: 'POST' }, ...(one.query === '' ? [{ ...one, query: 'y=1' }] : [{ ...one, query: otherCase(one.query) }]), { ...one, path: otherCase(one.path) }]), ...paths(base, [`${base.path}%20`]), ...exercise(spec, base).slice(0, 4).map((one) => ({ ...one, path: `${one.path}%20` }))];
    case 'redirectScheme':
      return [...oddHosts(base), { ...base, method: 'POST' }];
    case 'ipAllowList':
      return throughProxies(spec, base);
    case 'forwardAuth':
      return [...bodies(spec, base), field(base, [...spec.authResponseHeaders, ...(spec.authResponseHeadersRegex === '' ? [] : samplesOf(spec.authResponseHeadersRegex, 2).filter((name) => /^[\w-]+$/.test(name)))])];
    case 'encodedCharacters':
      return paths(base, [`${stemOf(base.path)}/a%00b`]);
    case 'headers':
      return preflights(spec, base);
    default:
      return [];
  }
}

/** Hosts that no address holds as they are: one that it does not begin with, and a port that nothing is written of, which rules take for none. */
function oddHosts(base: Draft): readonly Draft[] {
  return [{ ...base, host: `*.${base.host}` }, { ...base, host: `${base.host}:` }];
}

/** Bytes that nobody should send as they are. */
function raw(base: Draft): readonly Draft[] {
  return ['a|b', 'a\\b'].map((text) => ({ ...base, path: base.path.replace(/[^/]*$/, text) }));
}

/** The service that is asked may get the body too, up to a length. */
function bodies({ forwardBody, maxBodySize }: SpecOf<'forwardAuth'>, base: Draft): readonly Draft[] {
  if (!forwardBody) return [];
  const limits = maxBodySize >= 0 && maxBodySize < LARGEST_BODY ? [maxBodySize, maxBodySize + 1] : [1];
  return limits.map((length) => ({ ...base, method: 'POST', body: new Uint8Array(length).fill(0x61) }));
}

/** An address behind as many proxies as are counted, or behind those that are passed over. */
function throughProxies({ sourceRange, ipStrategy }: SpecOf<'ipAllowList'>, base: Draft): readonly Draft[] {
  if (ipStrategy === undefined) return [];
  const ends = sourceRange.slice(0, 4).map(ipEdges).flatMap(({ inside, outside }) => [inside[0], outside[0]]).filter((address) => address !== undefined);
  const depth = Math.min(ipStrategy.depth, MOST_PROXIES);
  const counted = depth > 0 ? [Array.from({ length: depth - 1 }, () => '192.0.2.9')] : [];
  const known = ipStrategy.excludedIPs.slice(0, MOST_PROXIES).flatMap((range) => ipEdges(range).inside.slice(0, 1));
  const passed = known.length === 0 ? [] : [...known.map((address) => [address]), known];
  const bracketed = ends.map((address) => (address.includes(':') ? `[${address}]:443` : `${address}:443`));
  return [...ends, ...bracketed].flatMap((address) => [...counted, ...passed].map((proxies) => ({ ...base, headers: [...base.headers.filter(([name]) => name.toLowerCase() !== 'x-forwarded-for'), ['X-Forwarded-For', [address, ...proxies].join(', ')] as const] })));
}

function paths(base: Draft, texts: readonly string[]): readonly Draft[] {
  return [...new Set(texts)].filter((text) => text.startsWith('/')).map((text) => ({ ...base, path: escaped(text) }));
}

/** The text as a target; escapes that it has on purpose stay. */
function escaped(text: string): string {
  return text.split(/(%[0-9A-Fa-f]{2})/).map((part, at) => (at % 2 === 1 ? part : part === '' ? '' : targetOf(`/${part}`).slice(1))).join('');
}

function field(base: Draft, names: readonly string[]): Draft {
  const named = new Set(names.map((name) => name.toLowerCase()));
  return { ...base, headers: [...base.headers.filter(([name]) => !named.has(name.toLowerCase())), ...names.slice(0, 8).map((name): readonly [string, string] => [name, 'from the client'])] };
}

/** What a browser asks before it sends something unusual, from an origin that is listed and from one that is not. */
function preflights(spec: SpecOf<'headers'>, base: Draft): readonly Draft[] {
  const listed = spec.accessControlAllowOriginList.find((origin) => origin !== '*') ?? 'https://any.example';
  return [listed, 'https://not-allowed.invalid'].map((origin) => {
    const fields = [['Origin', origin], ['Access-Control-Request-Method', 'GET'], ['Access-Control-Request-Headers', 'x-a']] as const;
    const named = new Set<string>(fields.map(([name]) => name.toLowerCase()));
    return { ...base, method: 'OPTIONS', headers: [...base.headers.filter(([name]) => !named.has(name.toLowerCase())), ...fields] };
  });
}
