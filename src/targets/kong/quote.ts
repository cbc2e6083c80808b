import { fieldValue } from '../../text/index.ts';

/**
 * Text into Kong's languages. Everything here comes from labels and is hostile: a value either becomes a literal that can
 * mean nothing else, or there is no literal (undefined) and the caller reports it.
 */

/** Half of a surrogate pair has no UTF-8 form. */
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
/** Kong 3.9 rewrites this text anywhere in an expression, literals included (kong/router/transform.lua). */
const REWRITTEN = /net\.port\s*[=><!]/;

/** A string literal of the ATC language: `"..."` with `\\ \" \n \r \t`. */
export function atcString(text: string): string | undefined {
  if (LONE.test(text) || text.includes('\0') || REWRITTEN.test(text)) return undefined;
  const names: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return `"${text.replace(/[\\"\n\r\t]/g, (char) => names[char] ?? char)}"`;
}

/** A pattern of the Rust regex crate as a raw literal; `"#` would end it and is written `"\x23`. */
export function atcRegex(pattern: string): string | undefined {
  if (LONE.test(pattern) || pattern.includes('\0')) return undefined;
  const safe = pattern.replaceAll('"#', '"\\x23').replaceAll('net.port', 'net(?:.)port');
  return `r#"${safe}"#`;
}

/** Literal text inside a Rust pattern. */
export function regexLiteral(text: string): string {
  return [...text].map(regexChar).join('');
}

function regexChar(char: string): string {
  if (/[\\.+*?()|[\]{}^$#&~-]/.test(char)) return char === '#' ? '\\x23' : `\\${char}`;
  const code = char.codePointAt(0) ?? 0;
  return code < 0x20 || code === 0x7f ? `\\x{${code.toString(16).toUpperCase()}}` : char;
}

/** `name:value` of the transformer plugins: names as Kong validates them, no template, no colon that would get lost. */
export function headerPair(name: string, value: string): string | undefined {
  const trimmed = fieldValue(value);
  if (!/^[A-Za-z0-9_-]+$/.test(name) || trimmed === '' || trimmed.startsWith(':')) return undefined;
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(trimmed) || trimmed.includes('$(') || LONE.test(trimmed)) return undefined;
  return `${name}:${trimmed}`;
}

export function headerName(name: string): string | undefined {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : undefined;
}

/** A tag; `,`, `/` and `%` are percent-encoded, because a tag cannot hold the first two. */
export function tag(text: string): string {
  const escaped = text.replace(/[%,/\0-\x1f\x7f]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
  return LONE.test(escaped) ? escaped.replace(/[\ud800-\udfff]/g, '_') : escaped;
}

/** A host name or address that Kong takes as a host without port. */
export function plainHost(host: string): string | undefined {
  return /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(host) || /^\[[0-9A-Fa-f:.]+\]$/.test(host) ? host : undefined;
}

/** A value of `kong.conf`: one line, no comment sign, no vault reference. */
export function confValue(text: string): string | undefined {
  return /^[A-Za-z0-9_./,:@%+=~ -]+$/.test(text) && text.trim() === text ? text : undefined;
}
