/**
 * Hides secrets in a source line before it is shown, by what the text looks like and by the field it stands in. Every
 * character keeps its place, so carets stay under their text.
 */
export function maskSecrets(line: string): string {
  return PATTERNS.reduce((text, pattern) => text.replace(pattern, (...found: readonly unknown[]) => hide(found)), line);
}

/** Group 1 stays, group 2 is hidden; what follows stays. */
const PATTERNS: readonly RegExp[] = [
  // Password hashes, also with each `$` doubled for Compose.
  /(\$\$?(?:apr1|2[abxy]?|[156])\$\$?)([^\s"',]+)/g,
  /(\{S?SHA\})([^\s"',]+)/g,
  // name:hash in users fields, whatever the hash.
  /((?:basicauth|digestauth)\.users(?:\[\d+\])?\s*[=:]\s*["']?[^\s:=,"']+:)([^\s"']+)/gi,
  // user:password@ in an address.
  /(:\/\/[^\s:/@]+:)([^\s@/]+)(?=@)/g,
  // Fields that are named for what they hold.
  /((?:^|[\s."'_-])[\w.-]*(?:password|passwd|secret|token|api_?-?key|private_?-?key|credentials?)[\w-]*["']?\s*[=:]\s*["']?)([^\s"'${]+)/gi,
  /((?:authorization|proxy-authorization)["']?\s*[=:]\s*["']?)([^\s"'$][^"']*)/gi,
];

function hide(found: readonly unknown[]): string {
  const [whole, kept, hidden] = found;
  if (typeof kept !== 'string' || typeof hidden !== 'string') return String(whole);
  return kept + '*'.repeat(hidden.length);
}
