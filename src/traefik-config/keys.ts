import type { CatalogueRow } from './catalogue/row.ts';
import { rows as dynamic2 } from './catalogue/dynamic-2.11.ts';
import { rows as dynamic3 } from './catalogue/dynamic-3.7.ts';
import { removed as removed2, rows as static2 } from './catalogue/static-2.11.ts';
import { removed as removed3, rows as static3 } from './catalogue/static-3.7.ts';
import { fold } from './go-text.ts';
import { once } from '../text/index.ts';

/** The families whose options are known: 2.11 stands for every 2.x, 3.7 for every 3.x. */
export type TraefikVersion = '2.11' | '3.7';
export const TRAEFIK_VERSIONS: readonly TraefikVersion[] = ['2.11', '3.7'];

export type ScalarType = 'string' | 'bool' | 'int' | 'float' | 'duration';

/** Where a configuration is written: label (and flag, environment), file, key-value store. */
export interface ByForm {
  readonly label: boolean;
  readonly file: boolean;
  readonly kv: boolean;
}

interface KeyBase {
  /** Canonical name, `stripPrefix`; `*` for a user-chosen name, `[n]` for a list item. */
  readonly name: string;
  /** `http.routers.*.tls.domains[n].main`. */
  readonly path: string;
  /** Setting it has an effect. */
  readonly settable: ByForm;
  /** The engine's own tag `-`: the name is known, what stands here and below is dropped silently. */
  readonly ignored: ByForm;
  /** May stand without children: `compress=true`, `compress: {}`. */
  readonly emptyOk: ByForm;
  /** A field of the engine that is no option. */
  readonly internal: boolean;
  /** Go's type and kind, as the engine prints them; empty where unknown. */
  readonly goType: string;
  readonly goKind: string;
  readonly default?: unknown;
  readonly deprecated: boolean;
  readonly use?: string;
  readonly enum?: readonly (string | number)[];
  readonly check?: string;
  readonly since?: string;
}
export interface KeyScalar extends KeyBase {
  readonly kind: 'scalar';
  readonly type: ScalarType;
  readonly bits: 32 | 64;
  readonly unsigned: boolean;
}
/** A list of scalars: comma-separated in a label. */
export interface KeyScalars extends KeyBase {
  readonly kind: 'scalars';
  readonly type: ScalarType;
}
export interface KeyObject extends KeyBase {
  readonly kind: 'object';
  /** By canonical name. */
  readonly children: ReadonlyMap<string, KeyNode>;
}
/** User-chosen names; `entry` describes what stands below each. */
export interface KeyMap extends KeyBase {
  readonly kind: 'map';
  readonly entry: KeyNode;
}
/** `map[string]string`: everything after its name is the key, dots included. */
export interface KeyTexts extends KeyBase {
  readonly kind: 'texts';
}
export interface KeyItems extends KeyBase {
  readonly kind: 'items';
  readonly item: KeyObject;
  /** Labels call the list by this name and write its one item without an index (`server`). */
  readonly labelName?: string;
}
/** A tree of unknown content (plugins). */
export interface KeyRaw extends KeyBase {
  readonly kind: 'raw';
}
export type KeyNode = KeyScalar | KeyScalars | KeyObject | KeyMap | KeyTexts | KeyItems | KeyRaw;

/** The options of a dynamic configuration, as a tree made from the catalogue. */
export function keyTable(version: TraefikVersion): KeyObject {
  return cached(`dynamic ${version}`, () => tree(version === '3.7' ? dynamic3 : dynamic2));
}

/** The options of a dynamic configuration and further ones that a source of ours has; rows as the catalogue has them. */
export function widerTable(version: TraefikVersion, name: string, more: readonly CatalogueRow[]): KeyObject {
  return cached(`dynamic ${version} ${name}`, () => tree([...(version === '3.7' ? dynamic3 : dynamic2), ...more]));
}

/** The options of the static configuration. */
export function staticTable(version: TraefikVersion): KeyObject {
  return cached(`static ${version}`, () => tree(version === '3.7' ? static3 : static2));
}

/** Static options that make a version refuse to start, and what to write instead. */
export function removedStatic(version: TraefikVersion): Readonly<Record<string, string>> {
  return version === '3.7' ? removed3 : removed2;
}

const SWITCHES: readonly (readonly [path: string, type: string, go: string, versions: string])[] = [
  ['enable', 'bool', 'bool', '2.11 3.7'],
  ['docker', 'object', '*docker.dockerSpecificConfiguration', '3.7'],
  ['docker', 'object', 'docker.specificConfiguration', '2.11'],
  ['docker.network', 'string', 'string', '2.11'],
  ['docker.network', 'string', '*string', '3.7'],
  ['docker.lbSwarm', 'bool', 'bool', '2.11 3.7'],
  ['docker.allowNonRunning', 'bool', 'bool', '3.7'],
  ['swarm', 'object', '*docker.specificConfiguration', '3.7'],
  ['swarm.network', 'string', '*string', '3.7'],
  ['swarm.lbSwarm', 'bool', 'bool', '3.7'],
];

/** `traefik.enable`, `traefik.docker.*`, `traefik.swarm.*`: read by a decode of its own (pkg/provider/docker). */
export function switchTable(version: TraefikVersion): KeyObject {
  return cached(`switch ${version}`, () => {
    const rows = SWITCHES.filter(([, , , versions]) => versions.split(' ').includes(version));
    return tree(rows.map(([path, type, go]) => ({ path, type, in: 'L', go, kind: go.startsWith('*') ? 'ptr' : type === 'object' ? 'struct' : type })));
  });
}

/** The option that a written name means: without case, `server` for `servers` in labels. */
export function childKey(parent: KeyObject, name: string, form: keyof ByForm): KeyNode | undefined {
  const known = namesOf(parent, form);
  return known.get(name) ?? known.get(fold(name));
}

/** The names that may stand below an object, as written in this form; internal fields left out. */
export function siblingNames(parent: KeyObject, form: keyof ByForm): readonly string[] {
  return [...parent.children.values()].filter((child) => child.settable[form]).map((child) => writtenName(child, form));
}

/** How people write the option: labels in lower case, files as in the catalogue. */
export function writtenName(key: KeyNode, form: keyof ByForm): string {
  if (form !== 'label') return key.name;
  return (key.kind === 'items' ? (key.labelName ?? key.name) : key.name).toLowerCase();
}

/** The table entry at a catalogue path; undefined when the version has no such option. */
export function keyAt(table: KeyObject, path: string): KeyNode | undefined {
  if (path === '') return table;
  let at: KeyNode | undefined = table;
  for (const part of path.replaceAll('[n]', '.[n]').split('.')) {
    if (at?.kind === 'object') at = at.children.get(part);
    else if (at?.kind === 'map') at = part === '*' ? at.entry : undefined;
    else if (at?.kind === 'items') at = part === '[n]' ? at.item : undefined;
    else return undefined;
  }
  return at;
}

const cache = new Map<string, KeyObject>();
function cached(name: string, make: () => KeyObject): KeyObject {
  const found = cache.get(name) ?? make();
  cache.set(name, found);
  return found;
}

type Names = WeakMap<KeyObject, ReadonlyMap<string, KeyNode>>;
const names: Readonly<Record<keyof ByForm, Names>> = { label: new WeakMap(), file: new WeakMap(), kv: new WeakMap() };
/** The options below an object by their names, folded. */
function namesOf(parent: KeyObject, form: keyof ByForm): ReadonlyMap<string, KeyNode> {
  const known = names[form].get(parent);
  if (known !== undefined) return known;
  const found = new Map([...parent.children.values()].map((child) => [fold(writtenName(child, form)), child]));
  names[form].set(parent, found);
  return found;
}

// The tree is made from rows that name their parents by path, each level when somebody looks: a command needs few of the options.

interface Draft {
  readonly row: CatalogueRow;
  /** The rows below. */
  readonly below: readonly CatalogueRow[];
  /** Where the names of the next level begin in the paths of those rows. */
  readonly from: number;
}

const NO_ROW: CatalogueRow = { path: '', type: 'object', in: 'FLK' };

function tree(rows: readonly CatalogueRow[]): KeyObject {
  return objectOf({ row: NO_ROW, below: rows, from: 0 }, ROOT, ALL);
}

/** The next level, in the order of the rows; of two rows with one path the last counts. */
function childrenOf({ below, from }: Draft): ReadonlyMap<string, Draft> {
  const out = new Map<string, { row: CatalogueRow; below: CatalogueRow[]; from: number }>();
  for (const row of below) {
    const end = endOfPart(row.path, from);
    const name = row.path.slice(from, end);
    let child = out.get(name);
    if (child === undefined) {
      child = { row: NO_ROW, below: [], from: end };
      out.set(name, child);
    }
    if (end === row.path.length) child.row = row;
    else {
      child.from = row.path[end] === '.' ? end + 1 : end;
      child.below.push(row);
    }
  }
  return out;
}

/** `items[n].name` has the parts `items`, `[n]` and `name`. */
function endOfPart(path: string, from: number): number {
  if (path.startsWith('[n]', from)) return from + '[n]'.length;
  const dot = path.indexOf('.', from);
  const bracket = path.indexOf('[n]', from);
  if (bracket === -1) return dot === -1 ? path.length : dot;
  return dot === -1 ? bracket : Math.min(dot, bracket);
}

const ALL: ByForm = { label: true, file: true, kv: true };

interface Place {
  /** Canonical name, as in {@link KeyBase}. */
  readonly name: string;
  readonly path: string;
}

const ROOT: Place = { name: '', path: '' };

function objectOf(item: Draft, place: Place, parent: ByForm): KeyObject {
  const base = baseOf(item.row, place, parent);
  const children = once((): ReadonlyMap<string, KeyNode> => {
    const out = new Map<string, KeyNode>();
    for (const [name, child] of childrenOf(item)) out.set(name, nodeOf(child, below(place, name), base.settable));
    return out;
  });
  return {
    ...base,
    kind: 'object',
    get children() {
      return children();
    },
  };
}

function below({ path }: Place, name: string): Place {
  return { name, path: path === '' ? name : name === '[n]' ? `${path}[n]` : `${path}.${name}` };
}

function nodeOf(item: Draft, place: Place, parent: ByForm): KeyNode {
  const { type } = item.row;
  const base = baseOf(item.row, place, parent);
  const list = /^list<(string|bool|int|float|duration)>$/.exec(type)?.[1];
  if (list !== undefined) return { ...base, kind: 'scalars', type: scalarType(list) };
  if (type === 'map<string,string>') return { ...base, kind: 'texts' };
  if (type === 'map<string,any>') return { ...base, kind: 'raw' };
  if (type.startsWith('map<')) return { ...base, kind: 'map', entry: nodeOf(entryDraft(item), below(place, '*'), base.settable) };
  if (type === 'list<object>') {
    const itemDraft = childrenOf(item).get('[n]') ?? { row: NO_ROW, below: [], from: 0 };
    const base2 = { ...base, kind: 'items' as const, item: objectOf(itemDraft, below(place, '[n]'), base.settable) };
    return item.row.label === undefined ? base2 : { ...base2, labelName: item.row.label };
  }
  if (type === 'object' || type === 'object(empty)') return objectOf(item, place, parent);
  return { ...base, kind: 'scalar', type: scalarType(type), ...width(base) };
}

function entryDraft(item: Draft): Draft {
  const entry = childrenOf(item).get('*');
  return entry ?? { row: { ...NO_ROW, type: item.row.type === 'map<string,int>' ? 'int' : 'object' }, below: [], from: 0 };
}

function scalarType(text: string): ScalarType {
  if (text === 'bool' || text === 'int' || text === 'float' || text === 'duration') return text;
  return 'string';
}

/** Only the HTTP/2 limits of an entry point are 32 bits wide. */
function width(base: KeyBase): { readonly bits: 32 | 64; readonly unsigned: boolean } {
  const short = base.goKind === 'uint32' || base.path.includes('.http2.max');
  return { bits: short ? 32 : 64, unsigned: base.goKind === 'uint32' };
}

function baseOf(row: CatalogueRow, { name, path }: Place, parent: ByForm): KeyBase {
  const own = forms(row.in);
  const settable = { label: own.label && parent.label, file: own.file && parent.file, kv: own.kv && parent.kv };
  const { label, file, kv } = parent;
  const goType = row.go ?? '';
  return {
    name,
    path,
    settable,
    // A child of a dropped node carries no tag of its own: its names are still checked.
    ignored: row.internal === true ? forms(row.dropped ?? '') : { label: !own.label && label, file: !own.file && file, kv: !own.kv && kv },
    emptyOk: forms(row.emptyOk ?? ''),
    internal: row.internal === true,
    goType,
    goKind: row.kind ?? '',
    deprecated: row.deprecated === true,
    ...(row.default === undefined ? {} : { default: row.default }),
    ...(row.use === undefined ? {} : { use: row.use }),
    ...(row.enum === undefined ? {} : { enum: row.enum }),
    ...(row.check === undefined ? {} : { check: row.check }),
    ...(row.since === undefined ? {} : { since: row.since }),
  };
}

function forms(letters: string): ByForm {
  return { label: letters.includes('L'), file: letters.includes('F'), kv: letters.includes('K') };
}
