import { map } from '../text/index.ts';
import type { YamlEntry, YamlMap, YamlValue } from '../text/index.ts';

/** Trees in Traefik's words, in the words of gateway.yaml. */

function isMap(value: YamlValue | undefined): value is YamlMap {
  return typeof value === 'object' && 'kind' in value && value.kind === 'map';
}

function get(tree: YamlMap, key: string): YamlValue | undefined {
  return tree.entries.find((entry) => entry.key === key)?.value;
}

function renamed(tree: YamlMap, names: Readonly<Record<string, string>>): YamlMap {
  return map(tree.entries.map((entry) => ({ ...entry, key: names[entry.key] ?? entry.key })));
}

/** `tls: {}` is said `tls: true`. */
function routeTls(value: YamlValue): YamlValue {
  if (!isMap(value)) return value;
  return value.entries.length === 0 ? true : renamed(value, { certResolver: 'resolver' });
}

/** An entry of `entryPoints`. */
export function entryPointWords(tree: YamlMap): YamlValue {
  const entries = tree.entries.flatMap((entry): readonly YamlEntry[] => {
    if (entry.key === 'asDefault') return [{ key: 'default', value: entry.value }];
    return entry.key === 'http' && isMap(entry.value) ? entry.value.entries.map(httpWords) : [entry];
  });
  return map(entries);
}

function httpWords({ key, value }: YamlEntry): YamlEntry {
  if (key === 'middlewares') return { key: 'use', value };
  if (key === 'tls') return { key, value: routeTls(value) };
  const target = key === 'redirections' && isMap(value) ? get(value, 'entryPoint') : undefined;
  return target === undefined ? { key, value } : { key: 'redirect', value: target };
}

const ROUTE: Readonly<Record<string, string>> = { middlewares: 'use', service: 'to', parentRefs: 'parents', ruleSyntax: 'syntax' };

/** An entry of `routes`. */
export function routeWords(tree: YamlMap, protocol: 'http' | 'tcp' | 'udp'): YamlMap {
  const rule = get(tree, 'rule');
  const isPlain = get(tree, 'ruleSyntax') === undefined && typeof rule === 'string';
  const entries = tree.entries.flatMap((entry): readonly YamlEntry[] => {
    if (entry.key === 'rule' && isPlain && protocol === 'http') return shortRule(rule);
    // The length of the rule is what the priority is without one.
    if (entry.key === 'priority' && typeof rule === 'string' && protocol === 'http' && String(entry.value) === String(new TextEncoder().encode(rule).length)) return [];
    return [{ key: ROUTE[entry.key] ?? entry.key, value: entry.key === 'tls' ? routeTls(entry.value) : entry.value }];
  });
  return map(entries);
}

const ONE_HOST = /^Host\(`([^`*]+)`\)(?: && (Path|PathPrefix)\(`(\/[^`*]*)`\))?$/;
const ONE_PATH = /^(Path|PathPrefix)\(`(\/[^`*]*)`\)$/;

/** `host` and `path` where the rule that they make is the same text. */
function shortRule(rule: string): readonly YamlEntry[] {
  const withHost = ONE_HOST.exec(rule);
  if (withHost !== null) return [{ key: 'host', value: withHost[1] ?? '' }, ...pathWord(withHost[2], withHost[3])];
  const alone = ONE_PATH.exec(rule);
  return alone === null ? [{ key: 'rule', value: rule }] : pathWord(alone[1], alone[2]);
}

function pathWord(matcher: string | undefined, path: string | undefined): readonly YamlEntry[] {
  return path === undefined ? [] : [{ key: 'path', value: matcher === 'Path' ? path : `${path}*` }];
}

/** An entry of `services`. */
export function serviceWords(tree: YamlMap, protocol: 'http' | 'tcp' | 'udp'): YamlMap {
  return map(tree.entries.flatMap((entry) => {
    const { key, value } = entry;
    if (key === 'middlewares') return [{ key: 'use', value }];
    if (!isMap(value)) return [entry];
    if (key === 'loadBalancer') return poolWords(value, protocol);
    if (key === 'weighted' || key === 'highestRandomWeight') return split(key, value, ['services'], (own) => members(get(own, 'services'), 'weight'));
    if (key === 'mirroring') return split('mirror', value, ['service', 'mirrors', 'mirrorBody', 'maxBodySize'], (own) => map(own.entries.map(mirrorWords)));
    return key === 'failover' ? split(key, value, ['service', 'fallback', 'errors'], (own) => renamed(own, { service: 'to' })) : [entry];
  }));
}

/** The kind's own options below its word, what all kinds share beside it. */
function split(key: string, tree: YamlMap, own: readonly string[], words: (tree: YamlMap) => YamlValue): readonly YamlEntry[] {
  const mine = map(tree.entries.filter((entry) => own.includes(entry.key)));
  return [{ key, value: words(mine) }, ...tree.entries.filter((entry) => !own.includes(entry.key))];
}

function mirrorWords({ key, value }: YamlEntry): YamlEntry {
  if (key === 'service') return { key: 'to', value };
  return key === 'mirrors' ? { key: 'copies', value: members(value, 'percent') } : { key, value };
}

/** `- name: a, weight: 9` is `a: 9`. */
function members(list: YamlValue | undefined, number: 'weight' | 'percent'): YamlMap {
  const items = Array.isArray(list) ? list : [];
  return map(items.flatMap((item: YamlValue): readonly YamlEntry[] => {
    const name = isMap(item) ? get(item, 'name') : undefined;
    return isMap(item) && typeof name === 'string' ? [{ key: name, value: get(item, number) ?? (number === 'weight' ? 1 : 0) }] : [];
  }));
}

function poolWords(tree: YamlMap, protocol: 'http' | 'tcp' | 'udp'): readonly YamlEntry[] {
  const servers = get(tree, 'servers');
  const items = Array.isArray(servers) ? servers : [];
  const endpoints = items.map((item: YamlValue): YamlValue => {
    const address = isMap(item) && item.entries.length === 1 ? get(item, protocol === 'http' ? 'url' : 'address') : undefined;
    return address ?? item;
  });
  return [{ key: 'endpoints', value: endpoints }, ...tree.entries.filter((entry) => entry.key !== 'servers')];
}

const CERTIFICATE: Readonly<Record<string, string>> = { certFile: 'cert', keyFile: 'key' };

/** The `tls` section. */
export function tlsWords(tree: YamlMap): YamlMap {
  return map(tree.entries.map((entry) => {
    const list = entry.key === 'certificates' && Array.isArray(entry.value) ? entry.value : undefined;
    return list === undefined ? entry : { ...entry, value: list.map((item: YamlValue) => (isMap(item) ? renamed(item, CERTIFICATE) : item)) };
  }));
}
