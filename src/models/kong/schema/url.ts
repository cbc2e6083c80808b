/** The parts of a URL as Kong's library cuts them (LuaSocket 3.0-rc1): it refuses nothing but an empty text. */
export interface LuaUrl {
  readonly scheme?: string;
  readonly host?: string;
  readonly port?: string;
  readonly path?: string;
  readonly userinfo?: string;
  readonly fragment?: string;
}

/** Cut from the outside in: fragment, scheme, authority, query, parameters; what is left is the path. */
export function parseUrl(text: string): LuaUrl | undefined {
  if (text === '') return undefined;
  const [, whole = '', fragment] = /^([^#]*)(?:#(.*))?$/s.exec(text) ?? [];
  const [, scheme, afterScheme = ''] = /^(?:([0-9A-Za-z][0-9A-Za-z+\-.]*):)?(.*)$/s.exec(whole) ?? [];
  const [, authority, afterAuthority = ''] = /^(?:\/\/([^/]*))?(.*)$/s.exec(afterScheme) ?? [];
  const path = afterAuthority.replace(/\?.*$/s, '').replace(/;.*$/s, '');
  return {
    ...(scheme === undefined ? {} : { scheme }),
    ...(fragment === undefined ? {} : { fragment }),
    ...(path === '' ? {} : { path }),
    ...(authority === undefined ? {} : authorityOf(authority)),
  };
}

function authorityOf(text: string): LuaUrl {
  const [, userinfo, rest = ''] = /^(?:([^@]*)@)?(.*)$/s.exec(text) ?? [];
  const [, head = '', port] = /^(.*?)(?::([^:\]]*))?$/s.exec(rest) ?? [];
  const host = /^\[(.+)\]$/s.exec(head)?.[1] ?? head;
  return { ...(userinfo === undefined ? {} : { userinfo }), ...(port === undefined ? {} : { port }), ...(head === '' ? {} : { host }) };
}
