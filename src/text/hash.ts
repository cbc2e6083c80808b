import type { Text } from './text.ts';

/** A password hash behind its user or at the beginning of a text, up to the next user; `$apr1` is a variable's name as well. */
const HASH = /(?:^|[:=])(?:\$\{apr1\}|\$(?:apr1|1|2[abxy]|5|6|sha1)(?=\$))[^,\s]*/g;

/**
 * The variables of a text that are the dollars of a password hash: nobody meant them, and their names are parts of it, so they
 * are told to nobody.
 */
export function hashHoles({ text, holes }: Text): readonly string[] {
  if (holes.length === 0) return holes;
  const hashes = [...text.matchAll(HASH)].map(([hash]) => hash);
  return holes.filter((name) => hashes.some((hash) => hash.includes(`\${${name}}`)));
}
