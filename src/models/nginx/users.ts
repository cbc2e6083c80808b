import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

/** Loaded with the first hash of its kind: few files have one, and every build would wait for it. */
const load: (name: 'bcryptjs') => Pick<typeof import('bcryptjs'), 'compareSync'> = createRequire(import.meta.url);

/** Whether a password fits a line of an htpasswd file; undefined where the kind of hash is not computed here. */
export function passwordFits(hash: string, password: string): boolean | undefined {
  if (hash.startsWith('{SHA}')) return createHash('sha1').update(password, 'latin1').digest('base64') === hash.slice('{SHA}'.length);
  if (/^\$2[aby]\$/.test(hash)) return load('bcryptjs').compareSync(Buffer.from(password, 'latin1').toString('utf8'), hash);
  const md5 = /^\$(apr1|1)\$([^$]*)\$(.*)$/.exec(hash);
  return md5 === null ? undefined : md5Crypt(password, md5[2]?.slice(0, 8) ?? '', `$${md5[1] ?? ''}$`) === md5[3];
}

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The digest part of md5-crypt and Apache's variant of it. */
function md5Crypt(password: string, salt: string, magic: string): string {
  const digest = (...parts: readonly (string | Buffer)[]): Buffer => createHash('md5').update(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)))).digest();
  const inner = digest(password, salt, password);
  const { length } = password;
  const parts: (string | Buffer)[] = [password, magic, salt, Buffer.concat(Array.from({ length: Math.ceil(length / 16) }, () => inner)).subarray(0, length)];
  for (let bits = length; bits > 0; bits >>= 1) parts.push((bits & 1) === 1 ? '\0' : password.slice(0, 1));
  let out = digest(...parts);
  for (let round = 0; round < 1000; round += 1) {
    const odd = round % 2 === 1;
    out = digest(odd ? password : out, ...(round % 3 === 0 ? [] : [salt]), ...(round % 7 === 0 ? [] : [password]), odd ? out : password);
  }
  return encode(out);
}

const ORDER = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5]] as const;

function encode(bytes: Buffer): string {
  const to64 = (value: number, count: number): string => Array.from({ length: count }, (_, index) => ALPHABET[(value >> (6 * index)) & 63] ?? '').join('');
  const groups = ORDER.map(([a, b, c]) => to64(((bytes[a] ?? 0) << 16) | ((bytes[b] ?? 0) << 8) | (bytes[c] ?? 0), 4));
  return groups.join('') + to64(bytes[11] ?? 0, 2);
}
