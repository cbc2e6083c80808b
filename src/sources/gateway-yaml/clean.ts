import { fits } from './check.ts';
import { isNull, isOwn } from './node.ts';
import type { SpecEntry, SpecMapping, SpecNode } from './node.ts';
import type { Shape } from './shape.ts';

/**
 * The part of a checked file that has a meaning: fields without a value and the author's own (`x-`) are left out. Only
 * where the spec names the fields is `x-` the author's: a header may be called so too.
 */
export function cleaned(spec: SpecMapping, shape: Shape): SpecMapping {
  const entries = new Map<string, SpecEntry>();
  let isSame = true;
  for (const [key, one] of spec.entries) {
    const field = isNull(one.value) ? undefined : fieldOf(shape, key);
    const value = field === undefined ? undefined : cleanedNode(one.value, field);
    if (value !== undefined) entries.set(key, value === one.value ? one : { ...one, value });
    isSame &&= value === one.value;
  }
  return isSame ? spec : { ...spec, entries };
}

function cleanedNode(node: SpecNode, shape: Shape): SpecNode {
  if (node.kind === 'scalar') return node;
  const fitting = fittingShape(node, shape);
  if (node.kind === 'mapping') return fitting === undefined ? node : cleaned(node, fitting);
  const item = fitting?.kind === 'list' ? fitting.item : undefined;
  const items = node.items.filter((one) => !isNull(one)).map((one) => (item === undefined ? one : cleanedNode(one, item)));
  return items.length === node.items.length && items.every((one, at) => one === node.items[at]) ? node : { ...node, items };
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
