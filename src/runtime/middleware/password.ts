import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

/** Loaded with the first hash of its kind: few routes have one. */
const load: (name: 'bcryptjs') => Pick<typeof import('bcryptjs'), 'compareSync'> = createRequire(import.meta.url);

/** Compares a password with an htpasswd hash as go-http-auth does: {SHA}, bcrypt, else MD5 crypt; unknown hashes never match. */
function checkPassword(password: Uint8Array, hash: string): boolean {
  if (hash.startsWith('{SHA}')) return createHash('sha1').update(password).digest('base64') === hash.slice(5);
  if (/^\$2[abxy]\$/.test(hash)) return checkBcrypt(password, hash);
  const [, magic, salt] = hash.split('$', 3);
  if (magic === undefined || salt === undefined || hash.split('$').length < 4) return false;
  return md5Crypt(password, salt, `$${magic}$`) === hash;
}

const REMEMBERED = 1000;

/** As {@link checkPassword}, but a bcrypt hash, made to be slow, is computed once for a password that fits. Only digests are kept. */
export function rememberingCheck(): typeof checkPassword {
  const fitting = new Set<string>();
  return (password, hash) => {
    if (!hash.startsWith('$2')) return checkPassword(password, hash);
    const key = createHash('sha256').update(hash).update(password).digest('base64');
    if (fitting.has(key)) return true;
    if (!checkPassword(password, hash)) return false;
    if (fitting.size >= REMEMBERED) fitting.clear();
    fitting.add(key);
    return true;
  };
}

function checkBcrypt(password: Uint8Array, hash: string): boolean {
  // Go refuses what is longer than 72 bytes.
  if (hash.length !== 60 || password.length > 72) return false;
  try {
    return load('bcryptjs').compareSync(Buffer.from(password).toString('utf8'), `$2b$${hash.slice(4)}`);
  } catch {
    return false;
  }
}

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ORDER = [12, 6, 0, 13, 7, 1, 14, 8, 2, 15, 9, 3, 5, 10, 4, 11];

/** FreeBSD's MD5 crypt with any magic (`$1$`, `$apr1$`), Poul-Henning Kamp's thousand rounds. */
function md5Crypt(password: Uint8Array, saltText: string, magic: string): string {
  const salt = Buffer.from(saltText);
  let digest = firstDigest(password, salt, Buffer.from(magic));
  for (let round = 0; round < 1000; round += 1) digest = nextDigest(round, digest, password, salt);
  return `${magic}${saltText}$${encode(digest)}`;
}

function firstDigest(password: Uint8Array, salt: Uint8Array, magic: Uint8Array): Buffer {
  const mixin = createHash('md5').update(password).update(salt).update(password).digest();
  const hash = createHash('md5').update(password).update(magic).update(salt);
  for (let at = 0; at < password.length; at += 1) hash.update(mixin.subarray(at % 16, (at % 16) + 1));
  for (let bits = password.length; bits !== 0; bits >>= 1) hash.update((bits & 1) === 0 ? password.subarray(0, 1) : Uint8Array.of(0));
  return hash.digest();
}

function nextDigest(round: number, digest: Uint8Array, password: Uint8Array, salt: Uint8Array): Buffer {
  const odd = (round & 1) === 1;
  const hash = createHash('md5').update(odd ? password : digest);
  if (round % 3 !== 0) hash.update(salt);
  if (round % 7 !== 0) hash.update(password);
  return hash.update(odd ? digest : password).digest();
}

function encode(digest: Uint8Array): string {
  let out = '';
  let value = 0;
  let bits = 0;
  for (const index of ORDER) {
    value |= (digest[index] ?? 0) << bits;
    for (bits += 8; bits > 6; bits -= 6) {
      out += ALPHABET[value & 63] ?? '';
      value >>= 6;
    }
  }
  return out + (ALPHABET[value & 63] ?? '');
}
