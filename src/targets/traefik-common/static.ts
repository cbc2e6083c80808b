import type { EntryPoint, Gateway, Ref, Routing } from '../../ir/index.ts';
import { map, placeText } from '../../text/index.ts';
import type { YamlEntry, YamlMap, YamlValue } from '../../text/index.ts';
import type { Names } from './names.ts';
import { tree } from './options.ts';
import type { TraefikVersion } from './version.ts';

type Tree = Readonly<Record<string, unknown>>;

/** What the static configuration reads: our own provider in the place of those that the gateway was read from. */
export interface StaticForm {
  readonly names: Names;
  readonly version: TraefikVersion;
  readonly own: readonly YamlEntry[];
  /** The namespace of what we write: absent = `file`, empty = the one of each router. */
  readonly namespace?: string;
}

/**
 * The static file: what was found, verbatim, but for the providers (ours reads what we write) and the entry points'
 * addresses. Without a found static configuration only the entry points are written.
 */
export function staticTree(gateway: Gateway, routing: Routing, form: StaticForm): YamlMap {
  const { static: found } = gateway.proxy;
  const raw = found === 'unknown' || !isTree(found.raw) ? {} : found.raw;
  const rest = Object.entries(raw).filter(([key]) => key !== 'entryPoints' && key !== 'providers' && !(key === 'core' && form.version === '2.11'));
  return map([
    { key: 'entryPoints', value: map(routing.listeners.map((listener) => entryPoint(listener.entryPoint, form))) },
    { key: 'providers', value: providers(raw['providers'], form.own) },
    ...rest.map(([key, value]): YamlEntry => ({ key, value: tree(value) })),
  ]);
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Docker and Swarm are replaced by what is written; an own file provider too, since its files are among it. */
function providers(raw: unknown, own: readonly YamlEntry[]): YamlMap {
  const replaced = ['docker', 'swarm', 'file', 'precedence', ...own.map((entry) => entry.key)];
  const kept = isTree(raw) ? Object.entries(raw).filter(([key]) => !replaced.includes(key)) : [];
  return map([...own, ...kept.map(([key, value]): YamlEntry => ({ key, value: tree(value) }))]);
}

function entryPoint(point: EntryPoint, form: StaticForm): YamlEntry {
  const raw = isTree(point.raw) ? point.raw : {};
  const address = `${placeText(point)}${point.udp ? '/udp' : ''}`;
  const rest = Object.entries(raw).filter(([key]) => key !== 'address');
  return { key: point.name, value: map([{ key: 'address', value: address }, ...rest.map(([key, value]) => optionEntry(key, value, point, form))]) };
}

function optionEntry(key: string, value: unknown, point: EntryPoint, form: StaticForm): YamlEntry {
  if (key !== 'http' || !isTree(value)) return { key, value: tree(value) };
  const entries = Object.entries(value).map(([name, option]): YamlEntry => ({ key: name, value: name === 'middlewares' ? references(point, form) : tree(option) }));
  return { key, value: map(entries) };
}

/** Entry-point middlewares are resolved by the provider of each router: everything is of one provider in what we write. */
function references(point: EntryPoint, { names, namespace: own = 'file' }: StaticForm): YamlValue {
  return point.middlewares.map((written) => {
    const [name = '', namespace] = written.value.split('@');
    const ref: Ref = { protocol: 'http', kind: 'middleware', name, namespace: namespace ?? 'docker' };
    return namespace === 'internal' ? written.value : own === '' ? names(ref) : `${names(ref)}@${own}`;
  });
}
