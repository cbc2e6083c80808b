import type { EntryPoint, Gateway, Ref, Routing } from '../../ir/index.ts';
import { map } from '../../text/index.ts';
import type { YamlEntry, YamlMap, YamlValue } from '../../text/index.ts';
import type { Names } from './names.ts';
import { tree } from './options.ts';

type Tree = Readonly<Record<string, unknown>>;

/**
 * The static file: what was found, verbatim, but for the providers (the file provider reads what we write) and the
 * entry points' addresses. Without a found static configuration only the entry points are written.
 */
export function staticTree(gateway: Gateway, routing: Routing, names: Names): YamlMap {
  const { static: found } = gateway.proxy;
  const raw = found === 'unknown' || !isTree(found.raw) ? {} : found.raw;
  const rest = Object.entries(raw).filter(([key]) => key !== 'entryPoints' && key !== 'providers');
  return map([
    { key: 'entryPoints', value: map(routing.listeners.map((listener) => entryPoint(listener.entryPoint, names))) },
    { key: 'providers', value: providers(raw['providers']) },
    ...rest.map(([key, value]): YamlEntry => ({ key, value: tree(value) })),
  ]);
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Docker and Swarm are replaced by the written files; an own file provider too, since its files are among them. */
function providers(raw: unknown): YamlMap {
  const kept = isTree(raw) ? Object.entries(raw).filter(([key]) => !['docker', 'swarm', 'file', 'precedence'].includes(key)) : [];
  return map([{ key: 'file', value: map([{ key: 'directory', value: 'dynamic' }]) }, ...kept.map(([key, value]): YamlEntry => ({ key, value: tree(value) }))]);
}

function entryPoint(point: EntryPoint, names: Names): YamlEntry {
  const raw = isTree(point.raw) ? point.raw : {};
  const host = point.host.includes(':') ? `[${point.host}]` : point.host;
  const address = `${host}:${String(point.port)}${point.udp ? '/udp' : ''}`;
  const rest = Object.entries(raw).filter(([key]) => key !== 'address');
  return { key: point.name, value: map([{ key: 'address', value: address }, ...rest.map(([key, value]) => optionEntry(key, value, point, names))]) };
}

function optionEntry(key: string, value: unknown, point: EntryPoint, names: Names): YamlEntry {
  if (key !== 'http' || !isTree(value)) return { key, value: tree(value) };
  const entries = Object.entries(value).map(([name, option]): YamlEntry => ({ key: name, value: name === 'middlewares' ? references(point, names) : tree(option) }));
  return { key, value: map(entries) };
}

/** Entry-point middlewares are resolved by the provider of each router: everything is `@file` in what we write. */
function references(point: EntryPoint, names: Names): YamlValue {
  return point.middlewares.map((written) => {
    const [name = '', namespace] = written.value.split('@');
    const ref: Ref = { protocol: 'http', kind: 'middleware', name, namespace: namespace ?? 'docker' };
    return namespace === 'internal' ? written.value : `${names(ref)}@file`;
  });
}
