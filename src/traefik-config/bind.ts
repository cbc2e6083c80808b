import { assertNever } from '../text/index.ts';
import type { Text } from '../text/index.ts';
import { fold } from './go-text.ts';
import { childKey, siblingNames, writtenName } from './keys.ts';
import type { ByForm, KeyItems, KeyMap, KeyNode, KeyObject, KeyScalar } from './keys.ts';
import type { Report } from './mistake.ts';
import { engineValue } from './raw.ts';
import type { RawNode } from './raw.ts';

/** A node of the untyped tree and the option that it is. */
export interface Bound {
  readonly node: RawNode;
  readonly key: KeyNode;
  /** Dropped with everything below: switched off, or not settable here. */
  readonly disabled: boolean;
  readonly children: readonly Bound[];
}

export interface BindOptions {
  readonly form: keyof ByForm;
  readonly report: Report;
  /** The table of the other engine version, to name options that only it has. */
  readonly other?: (path: string) => KeyNode | undefined;
}

/**
 * Gives every node its option: paerser's metadata pass (parser/nodes_metadata.go). The engine stops at the first
 * mistake; here the node is left out and the walk goes on, so the first fatal report is what the engine says.
 */
export function bindObject(table: KeyObject, nodes: readonly RawNode[], options: BindOptions): readonly Bound[] {
  return bindChildren(table, nodes, { ...options, quiet: false });
}

interface Walk extends BindOptions {
  /** Below a dropped node: names are still checked, the rest is silent. */
  readonly quiet: boolean;
}

function bindChildren(parent: KeyObject, nodes: readonly RawNode[], walk: Walk): readonly Bound[] {
  const out: Bound[] = [];
  for (const node of nodes) {
    const bound = bindChild(parent, node, walk);
    if (bound !== undefined) out.push(bound);
  }
  return out;
}

/** Shared by all leaves: a large file has very many. */
const NONE: readonly Bound[] = [];

function bindChild(parent: KeyObject, node: RawNode, walk: Walk): Bound | undefined {
  const key = childKey(parent, node.name, walk.form);
  if (key === undefined) {
    if (!node.unsure) reportUnknown(parent, node, walk);
    return undefined;
  }
  if (isObject(key) && node.children.length === 0 && !key.emptyOk[walk.form] && !key.ignored[walk.form]) {
    reportStandalone(key, node, walk);
    return undefined;
  }
  const off = isObject(key) && key.emptyOk[walk.form] && node.value !== undefined && isOff(node.value.text);
  const disabled = off || key.ignored[walk.form];
  if (!walk.quiet) reportSilent(key, node, off, walk);
  if (node.children.length === 0) return { node, key, disabled, children: NONE };
  const children = bindBelow(key, node, disabled && !walk.quiet ? { ...walk, quiet: true } : walk);
  return children === undefined ? undefined : { node, key, disabled, children };
}

/** What Go calls a struct, a pointer to one, or a map. */
function isObject(key: KeyNode): boolean {
  return key.kind === 'object' || key.kind === 'map' || key.kind === 'texts' || key.kind === 'raw';
}

/** `tls=false`, `tls=yes`: any value but the empty one and `true` in any case. */
export function isOff({ text, holes }: Text): boolean {
  return holes.length === 0 && text !== '' && fold(text) !== 'true';
}

function bindBelow(key: KeyNode, node: RawNode, walk: Walk): readonly Bound[] | undefined {
  switch (key.kind) {
    case 'object':
      return bindChildren(key, node.children, walk);
    case 'map':
      return node.children.map((child) => bindEntry(key, child, walk));
    case 'texts':
    case 'raw':
      return [];
    case 'items':
      return bindItems(key, node, walk);
    case 'scalars':
      return bindScalarItems(node, walk);
    case 'scalar':
      return reportBelowScalar(key, node, walk);
    default:
      return assertNever(key);
  }
}

function bindEntry(map: KeyMap, node: RawNode, walk: Walk): Bound {
  const key = map.entry;
  if (!walk.quiet && node.value !== undefined && key.kind !== 'scalar') reportIgnoredValue(key, node, walk);
  const children = key.kind === 'object' ? bindChildren(key, node.children, walk) : NONE;
  return { node, key, disabled: false, children };
}

function bindItems(key: KeyItems, node: RawNode, walk: Walk): readonly Bound[] {
  if (walk.form === 'label' && key.labelName !== undefined) return bindChildren(key.item, node.children, walk);
  if (!walk.quiet && walk.form === 'label') reportItems(key, node, walk);
  return node.children.map((item) => ({ node: item, key: key.item, disabled: false, children: bindChildren(key.item, item.children, walk) }));
}

/** A list of scalars has no children: they vanish, and theirs are an error. */
function bindScalarItems(node: RawNode, walk: Walk): readonly Bound[] | undefined {
  let fine = true;
  for (const child of node.children) {
    for (const below of child.children) {
      if (below.unsure) continue;
      fine = false;
      walk.report({ kind: 'label-below-scalar', node: below, origin: below.origin, subject: below.name, fatal: true, engineSays: `field not found, node: ${below.name}`, context: 'list' });
    }
    if (!walk.quiet) walk.report({ kind: 'label-below-scalar', node: child, origin: child.origin, subject: child.name, fatal: false, loss: 'nothing', context: 'list' });
  }
  return fine ? [] : undefined;
}

// What is reported, and how.

function reportUnknown(parent: KeyObject, node: RawNode, walk: Walk): void {
  const guess = hintOf(parent, node, walk);
  walk.report({
    kind: 'label-part-unknown',
    node,
    origin: node.origin,
    subject: node.name,
    fatal: true,
    engineSays: `field not found, node: ${node.name}`,
    candidates: [...guess.candidates, ...siblingNames(parent, walk.form)],
    context: parent.path,
    ...(guess.hint === undefined ? {} : { hint: guess.hint }),
  });
}

interface Guess {
  readonly hint?: 'other-version' | 'dot-in-name' | 'missing-segment';
  readonly candidates: readonly string[];
}

function hintOf(parent: KeyObject, node: RawNode, walk: Walk): Guess {
  const other = walk.other?.(parent.path);
  if (other?.kind === 'object' && childKey(other, node.name, walk.form)?.settable[walk.form] === true) return { hint: 'other-version', candidates: [] };
  const segment = missingSegment(parent, node, walk);
  if (segment !== undefined) return { hint: 'missing-segment', candidates: [segment] };
  const isName = parent.path.endsWith('*');
  if (isName && node.children.some((child) => childKey(parent, child.name, walk.form) !== undefined)) return { hint: 'dot-in-name', candidates: [] };
  return { candidates: [] };
}

/** `services.x.server`: the option stands one level deeper, `loadbalancer.server`. */
function missingSegment(parent: KeyObject, node: RawNode, walk: Walk): string | undefined {
  for (const child of parent.children.values()) {
    if (child.kind !== 'object' || !child.settable[walk.form]) continue;
    const found = childKey(child, node.name, walk.form);
    if (found?.settable[walk.form] !== true) continue;
    const fits = node.children.every((below) => found.kind !== 'object' || childKey(found, below.name, walk.form) !== undefined);
    if (fits) return `${writtenName(child, walk.form)}.${writtenName(found, walk.form)}`;
  }
  return undefined;
}

function reportStandalone(key: KeyNode, node: RawNode, walk: Walk): void {
  const type = key.goType === '' ? undefined : `${node.name} cannot be a standalone element (type ${key.goType})`;
  const candidates = key.kind === 'object' ? siblingNames(key, walk.form) : [];
  walk.report({ kind: 'label-standalone', node, origin: node.origin, subject: node.name, fatal: true, candidates, context: key.path, ...(type === undefined ? {} : { engineSays: type }) });
}

function reportBelowScalar(key: KeyScalar, node: RawNode, walk: Walk): undefined {
  const [child] = node.children;
  walk.report({ kind: 'label-below-scalar', node, origin: child?.origin ?? node.origin, subject: child?.name ?? node.name, fatal: true, engineSays: `invalid node ${node.name}: ${goKind(key)}`, context: key.path });
  return undefined;
}

const GO_KINDS = { string: 'string', bool: 'bool', int: 'int', float: 'float64', duration: 'int64' } as const;
function goKind(key: KeyScalar): string {
  return key.goKind === '' ? GO_KINDS[key.type] : key.goKind;
}

/** Mistakes that the engine accepts without a word. */
function reportSilent(key: KeyNode, node: RawNode, off: boolean, walk: Walk): void {
  if (isLeftOut(key, walk.form)) reportNotSettable(key, node, walk);
  else if (off) reportSwitchedOff(key, node, walk);
  else if (isObject(key) && !key.emptyOk[walk.form] && node.value !== undefined) reportIgnoredValue(key, node, walk);
  else if (key.kind === 'items' && isLoneValue(key, node, walk)) reportIgnoredValue(key, node, walk);
}

/** `tls.domains=x`, `servers: [http://a]`: a list of objects without objects is empty, silently. */
function isLoneValue(key: KeyItems, node: RawNode, walk: Walk): boolean {
  if (walk.form === 'label' && key.labelName !== undefined) return false;
  return node.children.length === 0 && engineValue(node) !== '';
}

/** An option that may be written here and does nothing; of models, only those of the internal provider are applied (ran). */
export function isLeftOut(key: KeyNode, form: keyof ByForm): boolean {
  return key.ignored[form] || (form === 'label' && key.path === 'http.models');
}

function reportNotSettable(key: KeyNode, node: RawNode, walk: Walk): void {
  walk.report({ kind: 'label-not-for-labels', node, origin: node.origin, subject: node.name, fatal: false, loss: 'nothing', context: key.path, ...(walk.form === 'file' ? { hint: 'label-only' as const } : {}) });
}

/** A word with which someone switches a thing off, and no slip of the pen. */
export function meansOff(text: string): boolean {
  return /^(?:0|f|false|off|no)$/i.test(text);
}

function reportSwitchedOff(key: KeyNode, node: RawNode, walk: Walk): void {
  const text = node.value?.text.text ?? '';
  const meant = node.children.length === 0 && meansOff(text);
  walk.report({ kind: 'label-switched-off', node, origin: node.value?.origin ?? node.origin, subject: text, fatal: false, loss: meant ? 'nothing' : 'requests', candidates: ['true'], context: key.path, ...(meant ? { hint: 'off' as const } : {}) });
}

function reportIgnoredValue(key: KeyNode, node: RawNode, walk: Walk): void {
  const candidates = key.kind === 'object' ? siblingNames(key, walk.form) : [];
  walk.report({ kind: 'label-value-ignored', node, origin: node.origin, subject: node.name, fatal: false, loss: 'nothing', context: key.path, candidates });
}

/** `domains.main=x` is one empty item called `main`; `[10]` sorts before `[1]` (ran). */
function reportItems(key: KeyItems, node: RawNode, walk: Walk): void {
  const fields = siblingNames(key.item, walk.form);
  for (const item of node.children) {
    if (item.children.length > 0 || item.unsure) continue;
    walk.report({ kind: 'label-list-index', node: item, origin: item.origin, subject: item.name, fatal: false, loss: 'nothing', context: key.path, candidates: fields });
  }
  const indexes = node.children.map((item) => Number(/^\[([0-9]+)\]$/.exec(item.name)?.[1] ?? Number.NaN));
  const at = indexes.findIndex((index, position) => position > 0 && index < (indexes[position - 1] ?? index));
  const item = node.children[at];
  if (item !== undefined) walk.report({ kind: 'label-list-index', node: item, origin: item.origin, subject: item.name, fatal: false, loss: 'nothing', context: `${key.path} order` });
}
