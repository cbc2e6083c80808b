/**
 * Kong's own view of a path (kong/tools/uri.lua of 3.9): reserved escapes stay in upper case, everything else is decoded,
 * dot segments are resolved and double slashes merged. Texts are latin-1 views of bytes.
 */
const RESERVED = new Set("!*'();:@&=+$,/?%#[]");

/** `normalize(uri, true)`. */
export function normalizePath(uri: string): string {
  if (uri === '' || uri === '/') return uri;
  const decoded = uri.replace(/%([0-9A-Fa-f]{2})/g, (whole, hex: string) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return RESERVED.has(char) ? whole.toUpperCase() : char;
  });
  return removeDots(decoded);
}

function removeDots(input: string): string {
  let rest = input;
  const output: string[] = [];
  while (rest !== '') {
    if (rest === '/.') rest = '/';
    else if (rest === '/..') {
      rest = '/';
      output.pop();
    } else if (rest === '.' || rest === '..') rest = '';
    else if (rest.startsWith('../')) rest = rest.slice(3);
    else if (rest.startsWith('./')) rest = rest.slice(2);
    else if (rest.startsWith('/./')) rest = rest.slice(2);
    else if (rest.startsWith('/../')) {
      rest = rest.slice(3);
      output.pop();
    } else if (rest.startsWith('//')) rest = rest.slice(1);
    else {
      const next = rest.indexOf('/', 1);
      output.push(next === -1 ? rest : rest.slice(0, next));
      rest = next === -1 ? '' : rest.slice(next);
    }
  }
  return output.join('');
}

/** `escape(uri)`: what goes on the wire; reserved characters, unreserved ones and `%` stay. */
export function escapePath(uri: string): string {
  return uri.replace(/[^!#$&'()*+,/:;=?@[\]A-Za-z0-9\-_.~%]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** The Unicode text behind bytes; undefined when they are not UTF-8: no expression matches such a path in Kong 3.9 (ran). */
export function decodeUtf8(bytes: string): string | undefined {
  if (!/[^\0-\x7f]/.test(bytes)) return bytes;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

/** Bytes of a Unicode text as latin-1 characters. */
export function encodeUtf8(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}
