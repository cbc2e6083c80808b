/**
 * ngx_http_parse_complex_uri with merge_slashes on: only whether it refuses. Bad escapes, `%00` and climbing above the
 * root are 400; an escaped slash counts as a slash here.
 */
export function complexUriIsValid(path: string): boolean {
  const chars = decoded(path);
  if (chars === undefined) return false;
  let depth = 0;
  const segments = chars.split('/').slice(1);
  for (const segment of segments) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') {
      depth += 1;
      continue;
    }
    depth -= 1;
    if (depth < 0) return false;
  }
  return true;
}

function decoded(path: string): string | undefined {
  let bad = false;
  const out = path.replace(/%(.{0,2})/gs, (_, hex: string) => {
    if (!/^[0-9A-Fa-f]{2}$/.test(hex) || hex === '00') bad = true;
    return String.fromCharCode(Number.parseInt(hex, 16) || 0);
  });
  return bad ? undefined : out;
}
