import type { EncodedCharacters } from '../../ir/index.ts';
import type { Ends } from './ends.ts';

/**
 * Patterns of requests that Traefik answers with 400. A guard is a route of its own that only answers, one rank above what
 * it guards (all forms ran against Kong 3.9.3 and Traefik 3.7.15).
 */

/** A raw `#` in the path: Traefik refuses it, Kong routes it. */
export const HASH_IN_PATH = '^/.*\\x23';

/**
 * Traefik refuses a cut that leaves an unclean path. Where it cuts before an escaped slash it writes the rest anew: another escape
 * there, and what Go escapes although it came without, is refused too. Undefined: nothing unclean can be left.
 */
export function uncleanRest(cut: string, { slash, dot }: Ends): string | undefined {
  const behind = slash && dot ? '(?:%2F)?' : slash ? '%2F' : '';
  const rests = [...(slash ? ["%2F(?:/|.*[%!'()*\\[\\]])"] : []), ...(slash || dot ? [`${behind}\\.{1,2}(?:/|$)`] : [])];
  return rests.length === 0 ? undefined : `^${cut}(?:${rests.join('|')})`;
}

/** The cut itself: an escaped slash right behind the prefix is a slash for Traefik. */
export function cutPattern(cut: string): string {
  return `^${cut}(?:%2F)?`;
}

/** Dot or empty segments that only an escaped slash makes: what replacePathRegex would put into the new path. */
export const UNCLEAN_ESCAPES = '(?:/|%2F)(?:\\.{1,2})?%2F|%2F(?:/|\\.{1,2}(?:/|$))';

/** A Host that still holds a port for Kong (`x:abc`, `[::1]:80`) although HostRegexp looks at the name alone. */
export const HOST_WITH_REST = '^[^\\[]*:|^\\[';

const ESCAPES: readonly (readonly [keyof EncodedCharacters, string])[] = [
  ['allowEncodedSlash', '%2F'], ['allowEncodedSemicolon', '%3B'], ['allowEncodedPercent', '%25'], ['allowEncodedQuestionMark', '%3F'], ['allowEncodedHash', '%23'],
];

/** Escapes that an entry point or a router denies, as they stand in Kong's path; `%00` is refused by nginx anyway. */
export function deniedEscapes(allowed: EncodedCharacters): string | undefined {
  const denied = ESCAPES.filter(([key]) => !allowed[key]).map(([, escape]) => escape);
  if (!allowed.allowEncodedBackSlash) denied.push('\\\\');
  return denied.length === 0 ? undefined : `^/.*(?:${denied.join('|')})`;
}
