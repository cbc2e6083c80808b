import type { Assertion, Node } from './ast.ts';
import { assertNever } from '../../text/index.ts';
import type { Ranges } from './ranges.ts';

/** How another engine writes the parts. `many` is true below `*` and `+`, where a dialect may count bytes for characters. */
export interface Dialect {
  set(ranges: Ranges, many: boolean): string;
  assert(at: Assertion): string;
  /** Written for a set that nothing is in. */
  capture(body: string, name: string | undefined): string;
}

/** Prints a pattern; every operator's operand is grouped unless it is one atom already. */
export function printNode(node: Node, dialect: Dialect): string {
  switch (node.kind) {
    case 'empty':
      return '(?:)';
    case 'set':
      return dialect.set(node.ranges, false);
    case 'assert':
      return dialect.assert(node.at);
    case 'capture':
      return dialect.capture(node.node.kind === 'empty' ? '' : printNode(node.node, dialect), node.name);
    case 'concat':
      return node.nodes.map((inner) => (inner.kind === 'alternate' ? `(?:${printNode(inner, dialect)})` : printNode(inner, dialect))).join('');
    case 'alternate':
      return node.nodes.map((inner) => (inner.kind === 'empty' ? '' : printNode(inner, dialect))).join('|');
    case 'repeat':
      return printOperand(node, dialect) + operator(node);
    default:
      return assertNever(node);
  }
}

function printOperand(node: Extract<Node, { kind: 'repeat' }>, dialect: Dialect): string {
  const inner = node.node;
  const unbounded = node.max === -1 && node.min <= 1;
  if (inner.kind === 'capture') return printNode(inner, dialect);
  if (inner.kind !== 'set') return `(?:${printNode(inner, dialect)})`;
  return dialect.set(inner.ranges, unbounded);
}

function operator(node: Extract<Node, { kind: 'repeat' }>): string {
  return counts(node.min, node.max) + (node.greedy ? '' : '?');
}

function counts(min: number, max: number): string {
  if (max === -1) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}
