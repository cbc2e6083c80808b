import { fits } from './check.ts';
import { isNull, isOwn } from './node.ts';
import type { SpecEntry, SpecMapping, SpecNode } from './node.ts';
import type { Shape } from './shape.ts';

/**
 * The part of a checked file that has a meaning: fields without a value and the author's own (`x-`) are left out. Only
 * where the spec names the fields is `x-` the author's: a header may be called so too.
 */
export function cleaned(spec: SpecMapping, shape: Shape): SpecMapping {
  // Most mappings stay as they are: a copy is made where the first difference is found.
  let entries: Map<string, SpecEntry> | undefined;
  for (const [key, one] of spec.entries) {
    const field = isNull(one.value) ? undefined : fieldOf(shape, key);
    const value = field === undefined ? undefined : cleanedNode(one.value, field);
    if (value === one.value) continue;
    entries ??= new Map(spec.entries);
    if (value === undefined) entries.delete(key);
    else entries.set(key, { ...one, value });
  }
  return entries === undefined ? spec : { ...spec, entries };
}

function cleanedNode(node: SpecNode, shape: Shape): SpecNode {
  if (node.kind === 'scalar') return node;
  const fitting = fittingShape(node, shape);
  if (node.kind === 'mapping') return fitting === undefined ? node : cleaned(node, fitting);
  const item = fitting?.kind === 'list' ? fitting.item : undefined;
  const clean = (one: SpecNode): SpecNode => (item === undefined ? one : cleanedNode(one, item));
  if (node.items.every((one) => !isNull(one) && clean(one) === one)) return node;
  return { ...node, items: node.items.filter((one) => !isNull(one)).map(clean) };
}

/** The spelling that a node uses. */
function fittingShape(node: SpecNode, shape: Shape): Shape | undefined {
  if (shape.kind !== 'choice') return shape;
  const option = shape.options.find((one) => fits(node, one));
  return option === undefined ? undefined : fittingShape(node, option);
}

const ANY: Shape = { kind: 'any', title: 'Any', description: 'A free tree.' };

function fieldOf(shape: Shape, key: string): Shape | undefined {
  if (shape.kind === 'object') return Object.hasOwn(shape.fields, key) ? shape.fields[key] : isOwn(key) ? undefined : ANY;
  return shape.kind === 'named' ? shape.entry : ANY;
}
