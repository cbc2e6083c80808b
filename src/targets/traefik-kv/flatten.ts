import { map } from '../../text/index.ts';
import type { YamlMap, YamlValue } from '../../text/index.ts';
import { childKey } from '../../traefik-config/keys.ts';
import type { KeyNode } from '../../traefik-config/keys.ts';
import type { PlannedKey } from './plan.ts';

export type Flattened = { readonly ok: true; readonly keys: readonly PlannedKey[] } | { readonly ok: false; readonly path: string; readonly because: string };

/** The options of an entity as keys, by the engine's own list of what keys can set. */
export function flatten(key: KeyNode, value: YamlValue, path: string): Flattened {
  switch (key.kind) {
    case 'object': {
      if (!isMap(value)) return bad(path, 'it is no group of options');
      if (value.entries.length === 0) return key.emptyOk.kv ? one(path, 'true') : bad(path, 'keys cannot set it without an option');
      return join(value.entries.map((entry) => {
        const child = childKey(key, entry.key, 'kv');
        return child?.settable.kv === true && !child.internal ? flatten(child, entry.value, `${path}/${child.name}`) : bad(`${path}/${entry.key}`, 'keys have no such option');
      }));
    }
    case 'map': return named(key.name === 'statusRewrites' ? statusRanges(value) : value, path, (item, below) => flatten(key.entry, item, below));
    case 'texts': return named(value, path, scalarKey);
    case 'raw': return flattenFree(value, path);
    case 'items': return isList(value) && value.length === 0 ? bad(path, 'a list without items leaves no key') : isList(value) ? join(value.map((item, index) => flatten(key.item, item, `${path}/${place(index, value)}`))) : bad(path, 'it is no list');
    case 'scalars': return isList(value) ? flattenList(value, path) : scalarKey(value, path);
    case 'scalar': return scalarKey(value, path);
  }
}

/** A status alone would be a place in a list; as a range of one it is a name. */
function statusRanges(value: YamlValue): YamlValue {
  return isMap(value) ? map(value.entries.map((entry) => (/^[0-9]+$/.test(entry.key) ? { ...entry, key: `${entry.key}-${entry.key}` } : entry))) : value;
}

/** Names that a key can hold as one part, and as no place in a list. */
function named(value: YamlValue, path: string, below: (item: YamlValue, path: string) => Flattened): Flattened {
  if (!isMap(value)) return bad(path, 'it is no map');
  const folded = value.entries.map((entry) => entry.key.toLowerCase());
  if (new Set(folded).size < folded.length) return bad(path, 'names that differ only in case are one key');
  return join(value.entries.map((entry) => (/^[0-9]*$|[/[\]]/.test(entry.key) ? bad(`${path}/${entry.key}`, 'a key cannot hold this name') : below(entry.value, `${path}/${entry.key}`))));
}

function flattenFree(value: YamlValue, path: string): Flattened {
  if (isList(value)) return join(value.map((item, index) => flattenFree(item, `${path}/${place(index, value)}`)));
  return isMap(value) ? named(value, path, flattenFree) : scalarKey(value, path);
}

/** The items of a list of scalars are put together with commas and cut there again. */
function flattenList(items: readonly YamlValue[], path: string): Flattened {
  const parts = items.map((item, index): Flattened => {
    const text = typeof item === 'object' ? undefined : String(item);
    if (text !== undefined && (text === '' || text.includes(',') || text.trim() !== text)) return bad(path, 'the engine splits a list of keys at commas and cuts blanks');
    return scalarKey(item, `${path}/${place(index, items)}`);
  });
  return join(parts);
}

/** The engine reads keys in byte order, `10` before `2` (ran): places of a long list have the same number of digits. */
function place(index: number, items: readonly YamlValue[]): string {
  return String(index).padStart(String(items.length - 1).length, '0');
}

function scalarKey(value: YamlValue, path: string): Flattened {
  if (typeof value !== 'object') return one(path, String(value));
  return bad(path, isList(value) || value.kind === 'map' ? 'it is no single value' : 'its value comes from a variable, which a key-value store cannot read');
}

function one(key: string, value: string): Flattened {
  return { ok: true, keys: [{ key, value }] };
}

function bad(path: string, because: string): Flattened {
  return { ok: false, path, because };
}

function join(parts: readonly Flattened[]): Flattened {
  return parts.find((part) => !part.ok) ?? { ok: true, keys: parts.flatMap((part) => (part.ok ? part.keys : [])) };
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function isMap(value: YamlValue): value is YamlMap {
  return typeof value === 'object' && !Array.isArray(value) && 'entries' in value;
}
