import { chainOf, type Middleware, type Routing } from '../../ir/index.ts';
import type { Environment } from '../../models/traefik/index.ts';
import { once } from '../../text/index.ts';

/**
 * What Traefik would find in its environment, as far as the routing says what it held: a secret that is deferred in the
 * file has its value (or `${NAME}`) here. A variable has the shortest of the texts that it is a part of.
 */
export function environmentOf(routing: Routing): Environment {
  const known = once(() => textsOf(routing));
  return ({ names, format, list }) => {
    const { texts, lists } = known();
    const fitting = [...((list ? lists : texts).get(keyOf(names)) ?? [])].filter((text) => format.test(text));
    return fitting.sort((a, b) => a.length - b.length)[0] ?? '';
  };
}

type Texts = ReadonlyMap<string, ReadonlySet<string>>;

/** Every text that holds variables, by their names. */
function textsOf(routing: Routing): { readonly texts: Texts; readonly lists: Texts } {
  const texts = new Map<string, Set<string>>();
  const lists = new Map<string, Set<string>>();
  for (const middleware of middlewaresOf(routing)) {
    for (const [path, names] of namesByPath(middleware)) note(texts, names, valueAt(middleware, path));
    for (const [path, names] of listsOf(middleware)) note(lists, names, valueAt(middleware, path));
  }
  return { texts, lists };
}

function note(into: Map<string, Set<string>>, names: ReadonlySet<string>, value: string | undefined): void {
  if (value === undefined) return;
  const key = keyOf([...names]);
  const known = into.get(key);
  if (known === undefined) into.set(key, new Set([value]));
  else known.add(value);
}

function keyOf(names: readonly string[]): string {
  return [...names].sort().join(' ');
}

function namesByPath({ variables }: Middleware): readonly (readonly [string, ReadonlySet<string>])[] {
  return [...variables].map(([path, { unset, filled }]) => [path, new Set([...unset, ...filled])]);
}

/** Lists as a whole, with the variables of all their items. */
function listsOf(middleware: Middleware): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const [path, names] of namesByPath(middleware)) {
    const whole = path.replace(/\[\d+\]$/, '');
    found.set(whole, new Set([...(found.get(whole) ?? []), ...names]));
  }
  return found;
}

/** Every middleware of a chain, once. */
export function middlewaresOf(routing: Routing): ReadonlySet<Middleware> {
  return new Set(routing.listeners.flatMap(({ plain, tls }) => [...plain, ...tls].flatMap(chainOf)));
}

/** `basicAuth.users[1]`, `headers.customRequestHeaders.X-Token`, `plugin.guard.token`: the text there. */
function valueAt({ spec }: Middleware, path: string): string | undefined {
  const [, ...keys] = path.replace(/\[(\d+)\]/g, '.$1').split('.');
  let at: unknown = spec.kind === 'plugin' ? spec.options : spec;
  for (const key of spec.kind === 'plugin' ? keys.slice(1) : optionKeys(keys)) at = typeof at === 'object' && at !== null ? Object.entries(at).find(([name]) => name === key)?.[1] : undefined;
  if (Array.isArray(at)) return at.map(String).join(',');
  return typeof at === 'string' ? at : undefined;
}

/** A name of the user's own may hold dots. */
function optionKeys(keys: readonly string[]): readonly string[] {
  return keys.length > 2 && !/^\d+$/.test(keys[1] ?? '') ? [keys[0] ?? '', keys.slice(1).join('.')] : keys;
}
