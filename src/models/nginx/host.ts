/** ngx_http_validate_host: the name that servers are chosen by (lower case, no port, no trailing dot); undefined = 400. */
export function validHost(host: string): string | undefined {
  if (/[\0-\x20\x7f/]/.test(host) || host.includes('..')) return undefined;
  const literal = host.startsWith('[') ? /^\[[^\]]*\]/.exec(host)?.[0] : undefined;
  const bare = literal ?? host.split(':', 1)[0] ?? '';
  const name = literal === undefined && bare.endsWith('.') ? bare.slice(0, -1) : bare;
  return name === '' ? undefined : name.toLowerCase();
}
