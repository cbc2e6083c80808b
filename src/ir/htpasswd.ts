/** A hash that Traefik's basicAuth compares: apr1, $1$, {SHA}, bcrypt (SEMANTICS: ran). Others load and never match. */
export type HashAlgorithm = 'apr1' | 'md5crypt' | 'sha' | 'bcrypt';
export type UserLine =
  | { readonly kind: 'usable'; readonly user: string; readonly algorithm: HashAlgorithm }
  /** Loads without a word, nobody can log in. `reason` never holds the hash. */
  | { readonly kind: 'unusable'; readonly user: string; readonly reason: string }
  /** Not `name:hash`: Traefik disables the router. */
  | { readonly kind: 'malformed' };

/** Reads one `name:hash` of basicAuth.users. Split at `:` it must give two parts. */
export function readUser(line: string): UserLine {
  const parts = line.split(':');
  const [user, hash] = parts;
  if (parts.length !== 2 || user === undefined || hash === undefined) return { kind: 'malformed' };
  const verdict = readHash(hash);
  return 'algorithm' in verdict ? { kind: 'usable', user, algorithm: verdict.algorithm } : { kind: 'unusable', user, reason: verdict.reason };
}

function readHash(hash: string): { readonly algorithm: HashAlgorithm } | { readonly reason: string } {
  if (hash === '') return { reason: 'the hash is empty' };
  if (hash.startsWith('$$')) return { reason: 'each "$" of the hash is still doubled, so it is no known hash' };
  if (hash.startsWith('$apr1$') || hash.startsWith('$1$')) return md5(hash);
  if (hash.startsWith('{SHA}')) {
    return /^[A-Za-z0-9+/]{27}=$/.test(hash.slice(5)) ? { algorithm: 'sha' } : { reason: 'a {SHA} digest is 28 characters of base64, this is not' };
  }
  if (/^\$2[abxy]?\$/.test(hash)) return bcrypt(hash);
  if (/^\$[0-9a-z]+\$/.test(hash)) return { reason: `hashes of kind "${hash.slice(0, hash.indexOf('$', 1) + 1)}" are never accepted (use apr1 or bcrypt)` };
  return { reason: 'this is no hash: a plain password is never accepted (use htpasswd)' };
}

function md5(hash: string): { readonly algorithm: HashAlgorithm } | { readonly reason: string } {
  const kind = hash.startsWith('$apr1$') ? 'apr1' : '$1$';
  const digest = hash.slice(hash.lastIndexOf('$') + 1);
  const rest = hash.slice(kind === 'apr1' ? 6 : 3);
  if (!rest.includes('$')) return { reason: `an ${kind} hash has a salt and a digest, this has only one part` };
  if (digest.length !== 22) return { reason: `an ${kind} digest has 22 characters, this has ${String(digest.length)}` };
  if (!/^[./0-9A-Za-z]{22}$/.test(digest)) return { reason: `an ${kind} digest is made of ./0-9A-Za-z, this has another character` };
  return { algorithm: kind === 'apr1' ? 'apr1' : 'md5crypt' };
}

function bcrypt(hash: string): { readonly algorithm: HashAlgorithm } | { readonly reason: string } {
  if (hash.length !== 60) return { reason: `a bcrypt hash has 60 characters, this has ${String(hash.length)}` };
  return /^\$2[abxy]?\$\d\d\$[./0-9A-Za-z]{53}$/.test(hash) ? { algorithm: 'bcrypt' } : { reason: 'this is no complete bcrypt hash' };
}
