import type { RawLabel } from '../ir/index.ts';
import type { OriginId, Origins } from '../text/index.ts';
import { asciiLower, compareBytes, fold, hasSurrogates } from './go-text.ts';
import type { LabelPart, RawNode, RawValue } from './raw.ts';

/** A key the engine cannot even split. */
export interface BadKey {
  readonly label: RawLabel;
  readonly kind: 'label-root-case' | 'label-part-empty' | 'label-bracket';
  readonly from: number;
  readonly to: number;
  readonly engineSays: string;
  /** The engine panics here and the provider never delivers again (ran). */
  readonly panics: boolean;
}

export interface LabelTree {
  /** Undefined when no label is left. */
  readonly root: RawNode | undefined;
  /** In the engine's order: it stops at the first. */
  readonly bad: readonly BadKey[];
  /** Keys with more parts than any option has: the engine reads them, here they are left out. */
  readonly tooDeep: readonly RawLabel[];
}

/** Free trees (headers, plugin options) could nest without end, and their readers recurse. */
const MAX_PARTS = 200;

export interface TreeOptions {
  readonly rootName: string;
  readonly origins: Origins;
  /** Where the key's origin begins in its text: flags and environment put `traefik.` before what is written. `whole` = not to be cut. */
  readonly keyFrom?: number | 'whole';
}

/** The prefix test of both decodes: plain text without case, no respect for dots (paerser sortKeys). */
export function hasPrefix(key: string, prefix: string): boolean {
  return key.startsWith(prefix) || (key.length >= prefix.length && asciiLower(key.slice(0, prefix.length)) === prefix);
}

/**
 * Labels, in order, as the engine's untyped tree (paerser/parser/labels_decode.go): keys split at every dot,
 * parts that differ only in case joined under the first spelling.
 */
export function labelTree(sorted: readonly RawLabel[], options: TreeOptions): LabelTree {
  const bad: BadKey[] = [];
  const tooDeep: RawLabel[] = [];
  let root: Draft | undefined;
  for (const label of sorted) {
    const split = splitKey(label, options.rootName);
    if (!Array.isArray(split)) {
      bad.push(split);
      continue;
    }
    const [first] = split;
    if (split.length > MAX_PARTS) tooDeep.push(label);
    if (first === undefined || split.length > MAX_PARTS) continue;
    root ??= draft(first, options);
    insert(root, split, options);
  }
  return { root, bad, tooDeep };
}

/** In the order in which the engine reads them: that of the bytes of their keys. */
export function inOrder(labels: readonly RawLabel[]): readonly RawLabel[] {
  const compare = labels.some(({ key }) => hasSurrogates(key.value.text)) ? compareBytes : compareUnits;
  return [...labels].sort((a, b) => compare(a.key.value.text, b.key.value.text));
}

function compareUnits(a: string, b: string): number {
  return a < b ? -1 : a === b ? 0 : 1;
}

type Parts = readonly LabelPart[];

function splitKey(label: RawLabel, rootName: string): LabelPart[] | BadKey {
  const key = label.key.value.text;
  const parts: LabelPart[] = [];
  let from = 0;
  for (const text of key.split('.')) {
    const to = from + text.length;
    if (from === 0 && text !== rootName) return { label, kind: 'label-root-case', from, to, engineSays: `invalid label root ${text}`, panics: false };
    if (text === '') return { label, kind: 'label-part-empty', from: Math.max(0, from - 1), to: Math.min(key.length, from + 1), engineSays: `invalid element: ${key}`, panics: false };
    if (text.startsWith('[')) return { label, kind: 'label-bracket', from, to, engineSays: `invalid leading character '[' in field name (bracket is a slice delimiter): ${text}`, panics: false };
    const bracket = text.endsWith(']') ? text.indexOf('[') : -2;
    if (bracket === -1) return { label, kind: 'label-bracket', from, to, engineSays: 'panic in operation', panics: true };
    if (bracket === -2) parts.push({ label, text, from, to });
    else parts.push({ label, text: text.slice(0, bracket), from, to: from + bracket }, { label, text: text.slice(bracket), from: from + bracket, to });
    from = to + 1;
  }
  return parts;
}

interface Draft extends RawNode {
  readonly children: Draft[];
  readonly parts: LabelPart[];
  readonly ends: RawLabel[];
  /** Only for many children: a few are compared one by one. */
  byName?: Map<string, Draft>;
  value?: RawValue;
}

const MANY = 8;

function draft(part: LabelPart, options: TreeOptions): Draft {
  const { label } = part;
  return { name: part.text, origin: partOrigin(part, options.origins, options.keyFrom), unsure: label.key.value.holes.length > 0 && label.key.value.holes.some((name) => part.text.includes(`\${${name}`)), children: [], parts: [], ends: [] };
}

/** Where one part of a key stands. */
export function partOrigin(part: LabelPart, origins: Origins, keyFrom: number | 'whole' = 0): OriginId {
  const { key } = part.label;
  const whole = keyFrom === 'whole' || part.from < keyFrom || (part.from === keyFrom && part.to === key.value.text.length);
  return whole ? key.origin : origins.slice(key.origin, part.from - keyFrom, part.to - keyFrom);
}

function insert(root: Draft, parts: Parts, options: TreeOptions): void {
  let at = root;
  let isRoot = true;
  for (const part of parts) {
    if (!isRoot) at = childOf(at, part, options);
    isRoot = false;
    at.parts.push(part);
  }
  const label = parts[0]?.label;
  if (label === undefined) return;
  at.ends.push(label);
  at.value = { text: label.value.value, origin: label.value.origin };
}

function childOf(parent: Draft, part: LabelPart, options: TreeOptions): Draft {
  const found = parent.children.length < MANY ? among(parent.children, part.text) : indexOf(parent).get(fold(part.text));
  if (found !== undefined) return found;
  const made = draft(part, options);
  parent.children.push(made);
  parent.byName?.set(fold(part.text), made);
  return made;
}

/** Labels are in order: what was named last is what is named again. */
function among(children: readonly Draft[], text: string): Draft | undefined {
  for (let index = children.length - 1; index >= 0; index -= 1) if (children[index]?.name === text) return children[index];
  const name = children.length === 0 ? '' : fold(text);
  return children.find((child) => fold(child.name) === name);
}

function indexOf(parent: Draft): Map<string, Draft> {
  parent.byName ??= new Map(parent.children.map((child) => [fold(child.name), child]));
  return parent.byName;
}
