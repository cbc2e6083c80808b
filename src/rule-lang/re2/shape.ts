import type { Node } from './ast.ts';

/** The nodes directly inside. */
export function children(node: Node): readonly Node[] {
  if (node.kind === 'concat' || node.kind === 'alternate') return node.nodes;
  return node.kind === 'capture' || node.kind === 'repeat' ? [node.node] : [];
}

/** True when every match begins at the start of the text. */
export function startsAnchored(node: Node): boolean {
  if (node.kind === 'assert') return node.at === 'beginText';
  if (node.kind === 'capture') return startsAnchored(node.node);
  if (node.kind === 'alternate') return node.nodes.every(startsAnchored);
  return node.kind === 'concat' && node.nodes[0] !== undefined && startsAnchored(node.nodes[0]);
}
