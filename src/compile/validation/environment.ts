import type { Middleware, Routing } from '../../ir/index.ts';

/**
 * The variables that Traefik would find in its environment, as far as the routing says what they held: a secret that is
 * deferred in the file has its value (or `${NAME}`) here.
 */
export function environmentOf(routing: Routing): (name: string, before: string) => string {
  const values = new Map<string, string[]>();
  for (const middleware of middlewaresOf(routing)) {
    for (const [path, { unset, filled }] of middleware.variables) {
      const [name, ...more] = [...new Set([...unset, ...filled])];
      const value = valueAt(middleware, path);
      if (name === undefined || more.length > 0 || value === undefined) continue;
      const known = values.get(name);
      if (known === undefined) values.set(name, [value]);
      else if (!known.includes(value)) known.push(value);
    }
  }
  return (name, before) => {
    const known = values.get(name) ?? [];
    if (before === '') return known.join(',');
    return known.find((value) => value.startsWith(before))?.slice(before.length) ?? known[0] ?? '';
  };
}

/** Every middleware of a chain, once. */
export function middlewaresOf(routing: Routing): ReadonlySet<Middleware> {
  return new Set(routing.listeners.flatMap(({ plain, tls }) => [...plain, ...tls].flatMap(({ chain, service }) => [...chain, ...service.chain])));
}

/** `basicAuth.users[1]`, `headers.customRequestHeaders.X-Token`: the text there. */
function valueAt({ spec }: Middleware, path: string): string | undefined {
  const [, ...keys] = path.replace(/\[(\d+)\]/g, '.$1').split('.');
  const joined = keys.length > 2 && !/^\d+$/.test(keys[1] ?? '') ? [keys[0] ?? '', keys.slice(1).join('.')] : keys;
  let at: unknown = spec;
  for (const key of joined) at = typeof at === 'object' && at !== null ? Object.entries(at).find(([name]) => name === key)?.[1] : undefined;
  if (Array.isArray(at)) return at.map(String).join(',');
  return typeof at === 'string' ? at : undefined;
}
