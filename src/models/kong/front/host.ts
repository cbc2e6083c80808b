/** ngx_http_validate_host: true where nginx goes on, false where it answers 400. */
export function hostIsValid(host: string): boolean {
  let dot = host.length;
  let length = host.length;
  let state: 'usual' | 'literal' | 'rest' = 'usual';
  for (const [index, char] of [...host].entries()) {
    if (char === '.') {
      if (dot === index - 1) return false;
      dot = index;
    } else if (char === ':' && state === 'usual') {
      length = index;
      state = 'rest';
    } else if (char === '[' && index === 0) state = 'literal';
    else if (char === ']' && state === 'literal') {
      length = index + 1;
      state = 'rest';
    } else if (char === '/' || char <= ' ' || char === '\x7f') return false;
  }
  if (dot === length - 1) length -= 1;
  return length > 0;
}

/** `split_host_port` of kong/router: cuts at the first colon when the rest is a Lua number. */
export function splitHostPort(host: string): { readonly host: string; readonly port?: number } {
  const colon = host.indexOf(':');
  if (colon === -1) return { host };
  const port = luaNumber(host.slice(colon + 1));
  return port === undefined ? { host } : { host: host.slice(0, colon), port };
}

function luaNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^[+-]?(?:0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)$/i.test(trimmed)) return undefined;
  const value = Number(trimmed.replace(/^[+-](?=0x)/i, ''));
  return Number.isNaN(value) ? 0 : value;
}

/** `$host`: lower case, without port and one trailing dot. */
export function nginxHost(host: string): string {
  const name = /^\[[^\]]*\]|^[^:]*/.exec(host)?.[0] ?? '';
  return name.replace(/\.$/, '').toLowerCase();
}
