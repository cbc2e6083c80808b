import type { OriginId, Origins } from '../../text/index.ts';
import type { Entry, MappingValue, Value } from './value.ts';
import { isNull } from './value.ts';

/** How two files' sayings about one setting become one (compose-go `override/merge.go`, 2.16). */
type Rule = 'replace' | 'layers' | 'build';

/** Paths with `*` for the name of a service or network. */
const RULES: Readonly<Record<string, Rule>> = {
  'services.*.command': 'replace',
  'services.*.entrypoint': 'replace',
  'services.*.healthcheck.test': 'replace',
  'services.*.build': 'build',
  ...layered('services.*', ['annotations', 'build.args', 'build.labels', 'build.additional_contexts', 'build.extra_hosts', 'depends_on', 'deploy.labels', 'dns', 'dns_opt', 'dns_search', 'env_file', 'environment', 'extra_hosts', 'label_file', 'labels', 'models', 'networks', 'sysctls', 'tmpfs']),
  ...layered('networks.*', ['labels']),
  ...layered('volumes.*', ['labels']),
  ...layered('secrets.*', ['labels']),
  ...layered('configs.*', ['labels']),
};

function layered(prefix: string, names: readonly string[]): Record<string, Rule> {
  return Object.fromEntries(names.map((name): [string, Rule] => [`${prefix}.${name}`, 'layers']));
}

export interface Merging {
  /** Whether any file has a `!reset`: hardly one has. */
  readonly resets: boolean;
  /** A setting that two files write in forms that do not go together: Compose says `cannot override`. */
  readonly conflict: (path: readonly string[], over: Value) => void;
}

/** Lays `over` on `base`. Lists are kept as layers: their reader knows by which key entries replace each other. */
export function merge(base: MappingValue, over: MappingValue, path: readonly string[], merging: Merging): MappingValue {
  const entries = new Map<string, Entry>(base.entries);
  for (const [key, entry] of over.entries) {
    if (entry.value.operation === 'reset') {
      entries.delete(key);
      continue;
    }
    const old = entries.get(key);
    const value = old === undefined || entry.value.operation === 'override' ? withoutResets(entry.value, merging) : mergeValues(old.value, entry.value, [...path, key], merging);
    const replaced = entry.value.operation === 'override' && value.kind === 'mapping';
    entries.set(key, old === undefined || (value === entry.value && !replaced) ? { ...entry, value } : { ...old, value });
  }
  return { ...base, entries };
}

function mergeValues(base: Value, over: Value, path: readonly string[], merging: Merging): Value {
  const rule = RULES[path.map((part, index) => (index === 1 ? '*' : part)).join('.')];
  if (rule === 'replace') return over;
  if (rule === 'layers') return asLayers(base, over);
  if (rule === 'build') return mergeBuild(base, over, path, merging);
  if (isNull(over)) return base;
  if (base.kind === 'mapping' && over.kind === 'mapping') return merge(base, over, path, merging);
  const listed = base.kind === 'sequence' || base.kind === 'layers';
  if (listed && over.kind === 'sequence') return asLayers(base, over);
  if (listed || base.kind === 'mapping') merging.conflict(path, over);
  return over;
}

/** A null adds nothing. */
function asLayers(base: Value, over: Value): Value {
  if (isNull(over)) return base;
  if (isNull(base)) return over;
  const layers = base.kind === 'layers' ? base.layers : [base];
  return { kind: 'layers', layers: [...layers, ...(over.kind === 'layers' ? over.layers : [over])], origin: over.origin };
}

/** `build: ./dir` is `build: {context: ./dir}`. */
function mergeBuild(base: Value, over: Value, path: readonly string[], merging: Merging): Value {
  const left = asBuild(base);
  const right = asBuild(over);
  return left === undefined || right === undefined ? over : merge(left, right, path, merging);
}

function asBuild(value: Value): MappingValue | undefined {
  if (value.kind === 'mapping') return value;
  if (value.kind !== 'scalar') return undefined;
  return { kind: 'mapping', entries: new Map([['context', { key: 'context', keyOrigin: value.origin, keyIsText: true, value }]]), origin: value.origin };
}

/** A `!reset` with nothing below it takes only itself away. */
function withoutResets(value: Value, merging: Merging): Value {
  if (!merging.resets || !holdsReset(value)) return value;
  const kept = [...value.entries].filter(([, entry]) => entry.value.operation !== 'reset');
  return { ...value, entries: new Map(kept.map(([key, entry]) => [key, { ...entry, value: withoutResets(entry.value, merging) }])) };
}

/** Nothing is copied where there is none. */
function holdsReset(value: Value): value is MappingValue {
  if (value.kind !== 'mapping') return false;
  for (const entry of value.entries.values()) if (entry.value.operation === 'reset' || holdsReset(entry.value)) return true;
  return false;
}

/** The value with all its places reached by way of `via`. */
export function through(value: Value, via: OriginId, origins: Origins): Value {
  const origin = origins.through(value.origin, via);
  switch (value.kind) {
    case 'scalar':
      return { ...value, origin };
    case 'sequence':
      return { ...value, origin, items: value.items.map((item) => through(item, via, origins)) };
    case 'layers':
      return { ...value, origin, layers: value.layers.map((layer) => through(layer, via, origins)) };
    case 'mapping':
      return { ...value, origin, entries: new Map([...value.entries].map(([key, entry]) => [key, throughEntry(entry, via, origins)])) };
  }
}

function throughEntry(entry: Entry, via: OriginId, origins: Origins): Entry {
  return { ...entry, keyOrigin: origins.through(entry.keyOrigin, via), value: through(entry.value, via, origins) };
}
