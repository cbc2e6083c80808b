import type { Node } from './re2/ast.ts';
import { assertNever } from '../text/index.ts';
import { intersect, type Ranges } from './re2/ranges.ts';

/** False when no text over the alphabet can match: a proof, assertions count as satisfiable. */
export function canMatch(node: Node, alphabet: Ranges): boolean {
  switch (node.kind) {
    case 'empty':
    case 'assert':
      return true;
    case 'set':
      return intersect(node.ranges, alphabet).length > 0;
    case 'capture':
      return canMatch(node.node, alphabet);
    case 'repeat':
      return node.min === 0 || canMatch(node.node, alphabet);
    case 'concat':
      return node.nodes.every((inner) => canMatch(inner, alphabet));
    case 'alternate':
      return node.nodes.some((inner) => canMatch(inner, alphabet));
    default:
      return assertNever(node);
  }
}

/** True when every match begins at the start of the text with a character outside of `first`. */
export function startsOutside(node: Node, first: Ranges): boolean {
  if (node.kind === 'capture') return startsOutside(node.node, first);
  if (node.kind === 'alternate') return node.nodes.every((inner) => startsOutside(inner, first));
  if (node.kind !== 'concat') return false;
  const [anchor, next] = node.nodes;
  return anchor?.kind === 'assert' && anchor.at === 'beginText' && next?.kind === 'set' && intersect(next.ranges, first).length === 0;
}
