/** The escapes that Traefik 3 leaves in the path that rules see (RFC 3986 reserved, and `%`), in upper case. */
export const RESERVED_ESCAPE = /^%(?:2[1346-9A-CF35]|3[ABDF]|40|5[BD])/;

/**
 * Why a literal can never equal (or begin) a path that Traefik 3 compares rules with; undefined when it can. `partial`
 * literals are prefixes: their last segment and last escape may go on.
 */
export function notNormal(path: string, partial: boolean, sanitized: boolean): string | undefined {
  if (/[?#]/.test(path)) return 'the query and the fragment are no part of the path';
  for (let at = path.indexOf('%'); at >= 0; at = path.indexOf('%', at + 1)) {
    const escape = path.slice(at, at + 3);
    if (partial && escape.length < 3 && /^%(?:[2-5])?$/.test(escape)) continue;
    if (RESERVED_ESCAPE.test(escape)) continue;
    return escapeReason(escape);
  }
  return sanitized ? notClean(path, partial) : undefined;
}

function escapeReason(escape: string): string {
  if (!/^%[0-9A-Fa-f]{2}$/.test(escape)) return 'a percent sign arrives as `%25`';
  if (RESERVED_ESCAPE.test(escape.toUpperCase())) return `escapes arrive in upper case: \`${escape.toUpperCase()}\``;
  return `\`${escape}\` arrives decoded`;
}

function notClean(path: string, partial: boolean): string | undefined {
  if (path.includes('//')) return 'double slashes are removed before routing';
  const segments = path.split('/');
  const settled = partial ? segments.slice(0, -1) : segments;
  return settled.some((segment) => segment === '.' || segment === '..') ? 'dot segments are removed before routing' : undefined;
}

/** The literal as it would arrive; undefined when that is not clear. */
export function normalForm(path: string): string | undefined {
  const cut = path.split(/[?#]/)[0] ?? path;
  const decoded = cut.replace(/%[0-9A-Fa-f]{2}/g, (escape) => {
    if (RESERVED_ESCAPE.test(escape.toUpperCase())) return escape.toUpperCase();
    const byte = Number.parseInt(escape.slice(1), 16);
    return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : escape;
  });
  const clean = decoded.replace(/\/{2,}/g, '/');
  return clean.split('/').some((segment) => segment === '.' || segment === '..') ? undefined : clean;
}
