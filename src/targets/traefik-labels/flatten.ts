import type { YamlMap, YamlValue } from '../../text/index.ts';
import { childKey, writtenName } from '../../traefik-config/keys.ts';
import type { KeyNode, KeyObject } from '../../traefik-config/keys.ts';
import { literalText } from './compose-text.ts';

/** A label below an entity: its key without the entity's own, and Compose's text of its value. */
export interface Flat {
  readonly path: readonly string[];
  readonly text: string;
}
export type Flattened = { readonly ok: true; readonly labels: readonly Flat[] } | { readonly ok: false; readonly path: string; readonly because: string };

/** The options of an entity as labels, by the engine's own list of what labels can set. */
export function flatten(key: KeyNode, value: YamlValue, path: readonly string[] = []): Flattened {
  switch (key.kind) {
    case 'object': return isMap(value) ? flattenObject(key, value, path) : bad(path, 'it is no group of options');
    case 'map':
    case 'texts': return isMap(value) ? join(value.entries.map((entry) => (nameFits(entry.key) ? flatten(key.kind === 'map' ? key.entry : TEXT, entry.value, [...path, entry.key]) : bad([...path, entry.key], 'a label key cannot hold this name')))) : bad(path, 'it is no map');
    case 'raw': return flattenFree(value, path);
    case 'items': return isList(value) ? join(value.map((item, index) => flatten(key.item, item, indexed(path, index)))) : bad(path, 'it is no list');
    case 'scalars': return flattenList(value, path);
    case 'scalar': return flattenScalar(value, path);
  }
}

const TEXT = { kind: 'scalar', name: '*', path: '', settable: { label: true, file: true, kv: true }, ignored: { label: false, file: false, kv: false }, emptyOk: { label: true, file: true, kv: true }, internal: false, goType: 'string', goKind: 'string', deprecated: false, type: 'string', bits: 64, unsigned: false } as const;

function flattenObject(key: KeyObject, value: YamlMap, path: readonly string[]): Flattened {
  if (value.entries.length === 0) return key.emptyOk.label ? one(path, 'true') : bad(path, 'labels cannot set it without an option');
  const below = value.entries.map((entry): Flattened => {
    const child = childKey(key, entry.key, 'label') ?? childKey(key, entry.key, 'file');
    const name = child === undefined ? entry.key : writtenName(child, 'label');
    const here = [...path, name];
    if (child === undefined || !child.settable.label || child.internal) return bad(here, 'labels have no such option');
    return child.kind === 'items' && child.labelName !== undefined ? flatten(child.item, entry.value, here) : flatten(child, entry.value, here);
  });
  // A TLS section is there for its own sake, whatever is below.
  return path.at(-1) === 'tls' && key.emptyOk.label ? join([one(path, 'true'), ...below]) : join(below);
}

/** Plugin options: the engine takes every value as text. */
function flattenFree(value: YamlValue, path: readonly string[]): Flattened {
  if (isList(value)) return join(value.map((item, index) => flattenFree(item, indexed(path, index))));
  if (isMap(value)) return join(value.entries.map((entry) => (nameFits(entry.key) && !entry.key.includes('.') ? flattenFree(entry.value, [...path, entry.key]) : bad([...path, entry.key], 'a label key cannot hold this name'))));
  return flattenScalar(value, path);
}

function flattenList(value: YamlValue, path: readonly string[]): Flattened {
  if (!isList(value)) return flattenScalar(value, path);
  if (value.length === 0) return { ok: true, labels: [] };
  const texts: string[] = [];
  for (const item of value) {
    const plain = typeof item === 'object' ? undefined : String(item);
    if (plain !== undefined && (plain === '' || plain.includes(',') || plain.trim() !== plain)) return bad(path, 'a label splits its value at commas and cuts blanks');
    const flat = flattenScalar(item, path);
    if (!flat.ok) return flat;
    texts.push(...flat.labels.map((label) => label.text));
  }
  return one(path, texts.join(','));
}

function flattenScalar(value: YamlValue, path: readonly string[]): Flattened {
  if (typeof value !== 'object') return one(path, literalText(String(value)));
  if (isList(value) || value.kind === 'map') return bad(path, 'it is no single value');
  return value.text === '' ? bad(path, 'its variable stands in a form that cannot be repeated') : one(path, value.text);
}

function one(path: readonly string[], text: string): Flattened {
  return { ok: true, labels: [{ path, text }] };
}

function bad(path: readonly string[], because: string): Flattened {
  return { ok: false, path: path.join('.'), because };
}

function join(parts: readonly Flattened[]): Flattened {
  const failed = parts.find((part) => !part.ok);
  return failed ?? { ok: true, labels: parts.flatMap((part) => (part.ok ? part.labels : [])) };
}

function indexed(path: readonly string[], index: number): readonly string[] {
  return [...path.slice(0, -1), `${path.at(-1) ?? ''}[${String(index)}]`];
}

/** Part of a key: empty ones and brackets have a meaning of their own. */
function nameFits(name: string): boolean {
  return name !== '' && !name.includes('[') && !name.includes(']') && !name.split('.').includes('');
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function isMap(value: YamlValue): value is YamlMap {
  return typeof value === 'object' && !Array.isArray(value) && 'entries' in value;
}
