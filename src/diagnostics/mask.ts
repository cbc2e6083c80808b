import type { SourceFile } from '../text/index.ts';

/**
 * Hides secrets in a source line before it is shown, by what the text looks like and by the field it stands in. Every
 * character keeps its place, so carets stay under their text. Each pattern takes time in proportion to the line.
 */
export function maskSecrets(line: string): string {
  return [...LOOKS, ...FIELDS].reduce(hideAll, line);
}

/** Hides in prose what is a secret by its looks alone: hashes, passwords in addresses. */
export function maskMessage(text: string): string {
  return LOOKS.reduce(hideAll, text);
}

/** What an engine says: in its words on a login that it cannot read, the whole login stands. A name may stay, what follows it may not. */
export function maskEngineWords(text: string): string {
  return maskMessage(text.replace(/((?:Basic|Digest)User: )([^:]*)(:?).*$/s, (_, said: string, name: string, colon: string) => `${said}${colon === '' ? '' : `${name}:`}***`));
}

/** A line of a file as it may be shown. One line with very many findings is masked once. */
export function maskedLine(source: SourceFile, number: number): string {
  const lines = cache.get(source) ?? new Map<number, string>();
  cache.set(source, lines);
  const known = lines.get(number);
  if (known !== undefined) return known;
  const masked = maskSecrets(source.line(number));
  lines.set(number, masked);
  return masked;
}

const cache = new WeakMap<SourceFile, Map<number, string>>();

/** Group 1 stays, group 2 is hidden; what follows stays. */
const LOOKS: readonly RegExp[] = [
  // Password hashes, also with each `$` doubled for Compose.
  /(\$\$?(?:apr1|2[abxy]?|[156])\$\$?)([^\s"',]+)/g,
  /(\{S?SHA\})([^\s"',]+)/g,
  // user:password@ in an address.
  /(:\/\/[^\s:/@]{1,256}:)([^\s@/]+)(?=@)/g,
];

const FIELDS: readonly RegExp[] = [
  // name:hash in users fields, whatever the hash.
  /((?:basicauth|digestauth)\.users(?:\[\d{1,6}\])?\s*[=:]\s*["']?[^\s:=,"']+:)([^\s"']+)/gi,
  // A login without a name is all secret.
  /((?:basicauth|digestauth)\.users(?:\[\d{1,6}\])?\s*[=:]\s*["']?)([^\s:=,"'$]+)(?![^\s"',])/gi,
  // Fields that are named for what they hold.
  /((?:password|passwd|secret|token|api_?-?key|private_?-?key|credentials?)[\w-]{0,40}["']?\s{0,20}[=:]\s{0,20}["']?)([^\s"'${]+)/gi,
  /((?:authorization|proxy-authorization)["']?\s{0,20}[=:]\s{0,20}["']?)([^\s"'$][^"']*)/gi,
];

function hideAll(text: string, pattern: RegExp): string {
  return text.replace(pattern, (...found: readonly unknown[]) => hide(found));
}

function hide(found: readonly unknown[]): string {
  const [whole, kept, hidden] = found;
  if (typeof kept !== 'string' || typeof hidden !== 'string') return String(whole);
  return kept + '*'.repeat(hidden.length);
}
