import type { Diagnostic } from '../../diagnostics/index.ts';
import { suggest } from '../../diagnostics/index.ts';
import type { OriginId, Origins } from '../../text/index.ts';
import { isNull, isOwn } from './node.ts';
import type { SpecEntry, SpecMapping, SpecNode, SpecScalar } from './node.ts';
import { wantedBy } from './shape.ts';
import type { ChoiceShape, NamedShape, ObjectShape, Shape } from './shape.ts';

export interface Checking {
  readonly origins: Origins;
  readonly report: (diagnostic: Diagnostic) => void;
  /** Prefix of symbols: the gateway's name. */
  readonly symbol: string;
}

/** A finding about the spec itself: always blocking, because nothing can be built from it. */
export function mistake(checking: Checking, at: OriginId, path: string, message: string, more: Partial<Pick<Diagnostic, 'why' | 'help' | 'fixes' | 'related'>> & { readonly label?: string } = {}): void {
  const { label, ...rest } = more;
  checking.report({ rule: 'gateway-schema', severity: 'error', blocking: true, message, at: label === undefined ? { origin: at } : { origin: at, label }, symbol: `${checking.symbol} ${path}`, ...rest });
}

/** Checks a node against a shape; everything wrong is reported, nothing throws. Null counts as absent. */
export function check(node: SpecNode, shape: Shape, path: string, checking: Checking): void {
  if (isNull(node) || shape.kind === 'any') return;
  switch (shape.kind) {
    case 'choice':
      return checkChoice(node, shape, path, checking);
    case 'list':
      if (node.kind !== 'sequence') return wrong(node, shape, path, checking);
      return node.items.forEach((item, index) => check(item, shape.item, `${path}[${String(index)}]`, checking));
    case 'named':
      return checkNamed(node, shape, path, checking);
    case 'object':
      return checkObject(node, shape, path, checking);
    default:
      return node.kind === 'scalar' ? checkScalar(node, shape, path, checking) : wrong(node, shape, path, checking);
  }
}

function wrong(node: SpecNode, shape: Shape, path: string, checking: Checking): void {
  mistake(checking, node.origin, path, `"${lastOf(path)}" takes ${wantedBy(shape)}, got ${what(node, shape)}`);
}

/** A value is quoted only where one value was wanted: it might be a secret in the wrong place. */
function what(node: SpecNode, shape: Shape): string {
  if (node.kind === 'mapping') return 'a mapping';
  if (node.kind === 'sequence') return 'a list';
  return node.type === 'text' && ['list', 'named', 'object', 'choice'].includes(shape.kind) ? 'a text' : `"${node.text.text}"`;
}

function lastOf(path: string): string {
  return path.split('.').at(-1) ?? path;
}

/** The spelling that fits best by form is the one that is meant. */
function checkChoice(node: SpecNode, shape: ChoiceShape, path: string, checking: Checking): void {
  const fitting = shape.options.filter((option) => fits(node, option));
  const [first] = fitting;
  if (first === undefined) return wrong(node, shape, path, checking);
  if (fitting.length === 1) return check(node, first, path, checking);
  const clean = fitting.find((option) => isClean(node, option, path, checking));
  if (clean === undefined) check(node, first, path, checking);
}

function isClean(node: SpecNode, option: Shape, path: string, checking: Checking): boolean {
  let found = false;
  check(node, option, path, { ...checking, report: () => { found = true; } });
  return !found;
}

/** Whether a node has the form of a shape; what stands inside is not looked at. */
export function fits(node: SpecNode, shape: Shape): boolean {
  switch (shape.kind) {
    case 'any':
      return true;
    case 'choice':
      return shape.options.some((option) => fits(node, option));
    case 'list':
      return node.kind === 'sequence';
    case 'named':
    case 'object':
      return node.kind === 'mapping';
    default:
      return node.kind === 'scalar' && scalarFits(node, shape);
  }
}

function scalarFits(node: SpecScalar, shape: Exclude<Shape, { kind: 'any' | 'choice' | 'list' | 'named' | 'object' }>): boolean {
  if (node.type === 'unknown') return true;
  if (shape.kind === 'flag') return shape.onlyTrue === true ? node.text.text === 'true' : node.type === 'flag' || /^(?:true|false)$/.test(node.text.text);
  if (shape.kind === 'integer') return node.type === 'integer' || /^-?\d+$/.test(node.text.text);
  if (shape.kind === 'number') return node.type === 'integer' || node.type === 'number';
  return true;
}

function checkScalar(node: SpecScalar, shape: Exclude<Shape, { kind: 'any' | 'choice' | 'list' | 'named' | 'object' }>, path: string, checking: Checking): void {
  if (node.text.holes.length > 0) return;
  if (!scalarFits(node, shape)) return wrong(node, shape, path, checking);
  const { text } = node.text;
  if (shape.kind === 'text' && shape.values !== undefined && !shape.values.includes(text)) return checkWord(node, shape.values, path, checking);
  if (shape.kind === 'text' && shape.pattern !== undefined && !shape.pattern.test(text)) return mistake(checking, node.origin, path, `"${lastOf(path)}" takes ${wantedBy(shape)}, got "${text}"`);
  if (shape.kind === 'integer' && (Number(text) < (shape.least ?? -Infinity) || Number(text) > (shape.most ?? Infinity))) {
    mistake(checking, node.origin, path, `"${lastOf(path)}" takes a number ${shape.most === undefined ? `from ${String(shape.least)}` : `from ${String(shape.least ?? 0)} to ${String(shape.most)}`}, got ${text}`);
  }
}

function checkWord(node: SpecScalar, values: readonly string[], path: string, checking: Checking): void {
  const meant = suggest(node.text.text, values);
  mistake(checking, node.origin, path, `"${lastOf(path)}" takes one of ${values.join(', ')}, got "${node.text.text}"`, meant === undefined ? {} : { label: `did you mean "${meant}"?` });
}

/** What no reference could say: a blank, `@` before the provider, control characters. */
export const ENTITY_NAME = /^[^\s@\p{Cc}]+$/u;

function checkNamed(node: SpecNode, shape: NamedShape, path: string, checking: Checking): void {
  if (node.kind !== 'mapping') return wrong(node, shape, path, checking);
  for (const entry of node.entries.values()) {
    if (shape.names === 'entity' && !ENTITY_NAME.test(entry.key)) mistake(checking, entry.origin, `${path}.${entry.key}`, `"${entry.key}" is no name for a ${shape.noun}`, { help: 'a name has no blanks and no "@"' });
    check(entry.value, shape.entry, `${path}.${entry.key}`, checking);
  }
}

function checkObject(node: SpecNode, shape: ObjectShape, path: string, checking: Checking): void {
  if (node.kind !== 'mapping') return wrong(node, shape, path, checking);
  for (const entry of node.entries.values()) {
    const field = shape.fields[entry.key];
    if (field !== undefined) check(entry.value, field, path === '' ? entry.key : `${path}.${entry.key}`, checking);
    else if (!isOwn(entry.key)) unknownField(entry, shape, path, checking);
  }
  if (shape.required === undefined && shape.oneOf === undefined) return;
  const there = [...node.entries.values()].filter((entry) => !isNull(entry.value)).map((entry) => entry.key);
  for (const name of shape.required ?? []) if (!there.includes(name)) missing(node, shape, name, path, checking);
  checkOneOf(node, shape, there, path, checking);
}

function missing(node: SpecMapping, shape: ObjectShape, name: string, path: string, checking: Checking): void {
  mistake(checking, node.origin, path, `${path === '' ? 'the file' : `${shape.noun} "${lastOf(path)}"`} has no "${name}"`, { help: shape.fields[name]?.description ?? `add "${name}"` });
}

function checkOneOf(node: SpecMapping, shape: ObjectShape, there: readonly string[], path: string, checking: Checking): void {
  if (shape.oneOf === undefined) return;
  const given = shape.oneOf.filter((name) => there.includes(name));
  if (given.length === 1) return;
  const own = [...node.entries.values()].filter((entry) => !isOwn(entry.key));
  if (given.length === 0 && own.some((entry) => shape.fields[entry.key] === undefined)) return;
  const list = shape.oneOf.length > 6 ? `${shape.oneOf.slice(0, 6).join(', ')}, …` : shape.oneOf.join(', ');
  const both = [...node.entries.keys()].filter((key) => given.includes(key));
  const second = node.entries.get(both[1] ?? '');
  mistake(checking, second?.origin ?? node.origin, path, given.length === 0 ? `${shape.noun} "${lastOf(path)}" needs one of: ${list}` : `${shape.noun} "${lastOf(path)}" has both "${both.join('" and "')}": give it one`);
}

/** `an entry point`, `a route`; a kind of middleware is its own name. */
function withArticle(noun: string): string {
  if (/^[a-z]+[A-Z]/.test(noun)) return noun;
  return `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function unknownField(entry: SpecEntry, shape: ObjectShape, path: string, checking: Checking): void {
  const names = Object.keys(shape.fields);
  const called = shape.alias?.[entry.key];
  const meant = called ?? suggest(entry.key, names);
  const noun = path === '' ? 'gateway.yaml' : withArticle(shape.noun);
  const span = checking.origins.firstSpan(entry.origin);
  const few = names.length <= 12 ? `it takes: ${names.join(', ')}` : `it takes ${String(names.length)} options: gateway schema gateway lists them`;
  mistake(checking, entry.origin, path === '' ? entry.key : `${path}.${entry.key}`, `"${entry.key}" is no option of ${noun}`, {
    help: few,
    ...(meant === undefined ? {} : { label: called === undefined ? `did you mean "${meant}"?` : `here it is called "${meant}"` }),
    ...(called !== undefined || meant === undefined || span === undefined ? {} : { fixes: [{ title: `write "${meant}"`, safety: 'safe' as const, edits: [{ file: span.file, start: span.start, end: span.end, newText: meant }] }] }),
  });
}
