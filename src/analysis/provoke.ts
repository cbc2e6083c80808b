import type { MiddlewareSpec, SpecOf } from '../ir/index.ts';
import { exercise } from './chain.ts';
import { targetOf, type Draft } from './draft.ts';
import { samplesOf } from './sample.ts';

/** Requests that a middleware lets through where it stops others, and that are tried with what the rest of the chain does. */
const MAX_GATES = 4;

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

function rarely(spec: MiddlewareSpec, base: Draft): readonly Draft[] {
  switch (spec.kind) {
    case 'stripPrefix':
      return paths(base, spec.prefixes.slice(0, 8).flatMap((prefix) => [stemOf(prefix) + base.path, `${stemOf(prefix)}./x`, `${prefix}%2Fx`]));
    case 'stripPrefixRegex':
      return paths(base, spec.regex.flatMap((pattern) => samplesOf(pattern, 2).flatMap((text) => [stemOf(text) + base.path, stemOf(base.path) + text, `${text}./x`, `${text}%2Fx`])));
    case 'addPrefix':
    case 'replacePath':
      return paths(base, [`${stemOf(base.path)}/x`, `${base.path}x`, '/x']);
    case 'replacePathRegex':
      return paths(base, samplesOf(spec.regex, 3).flatMap((text) => [stemOf(text) + base.path, stemOf(base.path) + text]));
    case 'redirectRegex':
      return [...paths(base, [`${base.path}%20`]), ...exercise(spec, base).slice(0, 4).map((one) => ({ ...one, path: `${one.path}%20` }))];
    case 'redirectScheme':
      return [{ ...base, host: `*.${base.host}` }];
    case 'forwardAuth':
      return [field(base, [...spec.authResponseHeaders, ...(spec.authResponseHeadersRegex === '' ? [] : samplesOf(spec.authResponseHeadersRegex, 2).filter((name) => /^[\w-]+$/.test(name)))])];
    case 'encodedCharacters':
      return paths(base, [`${stemOf(base.path)}/a%00b`]);
    case 'headers':
      return preflights(spec, base);
    default:
      return [];
  }
}

function stemOf(path: string): string {
  return path.replace(/\/$/, '');
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
  const isAsked = [spec.accessControlAllowHeaders, spec.accessControlAllowMethods, spec.accessControlAllowOriginList, spec.accessControlAllowOriginListRegex].some((list) => list.length > 0);
  if (!isAsked) return [];
  const listed = spec.accessControlAllowOriginList.find((origin) => origin !== '*') ?? 'https://any.example';
  return [listed, 'https://not-allowed.invalid'].map((origin) => {
    const fields = [['Origin', origin], ['Access-Control-Request-Method', 'GET'], ['Access-Control-Request-Headers', 'x-a']] as const;
    const named = new Set<string>(fields.map(([name]) => name.toLowerCase()));
    return { ...base, method: 'OPTIONS', headers: [...base.headers.filter(([name]) => !named.has(name.toLowerCase())), ...fields] };
  });
}
