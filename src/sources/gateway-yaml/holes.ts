import { hashHoles } from '../../text/index.ts';
import type { Hole } from '../variables/index.ts';
import { mistake } from './check.ts';
import type { Checking } from './check.ts';
import type { SpecNode } from './node.ts';

/** Variables without a value that a file needs, at each of their places. */
export function holesIn(node: SpecNode): readonly Hole[] {
  if (node.kind === 'sequence') return node.items.flatMap(holesIn);
  if (node.kind === 'mapping') return [...node.entries.values()].flatMap(({ value }) => holesIn(value));
  // A question mark stands for a variable that cannot be read, which is said already.
  return node.text.holes.filter((name) => name !== '?').map((name) => ({ name, required: false, origin: node.origin }));
}

/** A hash whose dollars are taken for variables lets nobody in. Their names are parts of it: they are not said. */
export function reportCutHashes(node: SpecNode, path: string, checking: Checking): void {
  if (node.kind === 'sequence') return node.items.forEach((item) => reportCutHashes(item, path, checking));
  if (node.kind === 'mapping') return node.entries.forEach(({ value }, key) => reportCutHashes(value, path === '' ? key : `${path}.${key}`, checking));
  if (hashHoles(node.text).length === 0) return;
  mistake(checking, node.origin, path, 'the dollars of this password hash are taken for variables, and they have no value', { help: 'write each "$" twice, or, where a variable brings the hash, put its value in single quotes in .env' });
}
