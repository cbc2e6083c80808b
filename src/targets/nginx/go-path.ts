import { percentDecoded } from '../../rule-lang/index.ts';

/** `url.PathUnescape` on latin-1 text; undefined for a bad escape. */
function unescapePath(text: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  return percentDecoded(text);
}

/** The path that Go sends after `URL.RawPath = path; URL.Path = unescaped`: as written where that is well escaped, else escaped anew. */
export function sentPath(path: string): string | undefined {
  const raw = String.fromCharCode(...new TextEncoder().encode(path));
  const decoded = unescapePath(raw);
  if (decoded === undefined) return undefined;
  // validEncoded of net/url: these may stand, and well-formed escapes.
  if (/^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@[\]/]|%[0-9A-Fa-f]{2})*$/.test(raw)) return raw;
  return decoded.replace(/[^A-Za-z0-9\-._~$&+,/:;=@]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** True for a path part that Go sends exactly as it is written, cleaned or not. */
export function isPlainPath(path: string): boolean {
  return /^[A-Za-z0-9\-._~$&+,:;=@/]*$/.test(path);
}

/** True when cleaning would leave it as it is. */
export function isCleanPath(path: string): boolean {
  return path.startsWith('/') && !path.includes('//') && !path.split('/').some((segment) => segment === '.' || segment === '..');
}
