import { canBeEmpty } from '../../rule-lang/re2/index.ts';
import type { Node } from '../../rule-lang/re2/index.ts';
import { startsAnchored } from '../../rule-lang/re2/shape.ts';
import { includes, intersect, type Ranges } from '../../rule-lang/re2/ranges.ts';

/** What may stand right behind a match: false where the match would have gone on with it. */
export interface Ends {
  readonly slash: boolean;
  readonly dot: boolean;
}

/** A pattern that says where it ends, and what may follow. */
export interface Cut {
  readonly node: Node;
  readonly ends: Ends;
}

/** More alternatives or characters than that are no pattern that somebody reads. */
const MOST_PARTS = 8;
const MOST_CHARACTERS = 200;

/**
 * The pattern in parts of which each has one end on every path, in the order in which Go tries them; undefined where it has
 * none. A guard asks what stands behind a match, and a search for that would also be content with a shorter or longer match
 * than the one which is cut.
 */
export function cutsOf(node: Node): readonly Cut[] | undefined {
  const whole = endsOf(node);
  if (whole !== undefined) return [{ node, ends: whole }];
  const parts = partsOf(node).map((part) => ({ node: part, ends: canBeEmpty(part) ? undefined : endsOf(part) }));
  const cuts = parts.flatMap(({ ends, ...part }) => (ends === undefined ? [] : [{ ...part, ends }]));
  return parts.length > 1 && cuts.length === parts.length ? cuts : undefined;
}

/** Alternatives and what may be left out, spelled out as far as nothing that repeats stands before them. */
function partsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'alternate':
      return node.nodes.flatMap(partsOf);
    case 'capture':
      return partsOf(node.node);
    case 'repeat':
      if (node.min !== 0 || node.max !== 1) return [node];
      return node.greedy ? [...partsOf(node.node), { kind: 'empty' }] : [{ kind: 'empty' }, ...partsOf(node.node)];
    case 'concat':
      return concatParts(node.nodes);
    default:
      return [node];
  }
}

function concatParts(nodes: readonly Node[]): readonly Node[] {
  let all: readonly (readonly Node[])[] = [[]];
  let fixed = true;
  for (const node of nodes) {
    const parts: readonly Node[] = fixed ? partsOf(node) : [node];
    const spelled: readonly Node[] = all.length * parts.length <= MOST_PARTS ? parts : [node];
    all = all.flatMap((before) => spelled.map((part) => [...before, part]));
    fixed &&= spelled.every((part) => !hasChoice(part));
  }
  return all.map((parts): Node => ({ kind: 'concat', nodes: parts }));
}

function hasChoice(node: Node): boolean {
  if (node.kind === 'repeat') return node.min !== node.max || hasChoice(node.node);
  if (node.kind === 'capture') return hasChoice(node.node);
  return node.kind === 'alternate' || (node.kind === 'concat' && node.nodes.some(hasChoice));
}

/** A character of a pattern, with those that may come next. */
interface Position {
  readonly ranges: Ranges;
  readonly next: Set<Position>;
}
interface Piece {
  readonly first: readonly Position[];
  readonly last: readonly Position[];
  readonly empty: boolean;
}

/**
 * Where each next character tells which part of the pattern it belongs to, and nothing is lazy, the match is the longest
 * one. Then it ends before a slash on every path, or on none, if no end of the pattern differs in that from the others.
 */
function endsOf(node: Node): Ends | undefined {
  if (isWholePath(node)) return { slash: false, dot: false };
  const positions: Position[] = [];
  const piece = pieceOf(withoutStart(node), positions);
  if (piece === undefined || ![new Set(piece.first), ...positions.map(({ next }) => next)].every(isDistinct)) return undefined;
  const ends = new Set(piece.last);
  const [slash, dot] = [endsBefore('/', ends), endsBefore('.', ends)];
  return slash === undefined || dot === undefined ? undefined : { slash, dot };
}

/** Whether a match may take the slash at its end with it; true also where that is not known. */
export function mayEndWithSlash(node: Node): boolean {
  const piece = pieceOf(withoutEnd(withoutStart(node)), []);
  return piece === undefined || piece.last.some(({ ranges }) => includes(ranges, '/'.charCodeAt(0)));
}

/** `^…$`: nothing stands behind it. Without the `^` Go may find a later match of the same text. */
function isWholePath(node: Node): boolean {
  if (node.kind === 'capture') return isWholePath(node.node);
  const last = node.kind === 'concat' ? node.nodes.at(-1) : undefined;
  return last?.kind === 'assert' && last.at === 'endText' && startsAnchored(node);
}

function withoutStart(node: Node): Node {
  if (node.kind === 'assert' && node.at === 'beginText') return { kind: 'empty' };
  if (node.kind === 'capture') return withoutStart(node.node);
  if (node.kind === 'alternate') return { ...node, nodes: node.nodes.map(withoutStart) };
  const [first, ...rest] = node.kind === 'concat' ? node.nodes : [];
  return first === undefined ? node : { kind: 'concat', nodes: [withoutStart(first), ...rest] };
}

function withoutEnd(node: Node): Node {
  if (node.kind === 'capture') return withoutEnd(node.node);
  const last = node.kind === 'concat' ? node.nodes.at(-1) : undefined;
  return node.kind === 'concat' && last?.kind === 'assert' && last.at === 'endText' ? { ...node, nodes: node.nodes.slice(0, -1) } : node;
}

function isDistinct(positions: ReadonlySet<Position>): boolean {
  const list = [...positions];
  return list.every(({ ranges }, at) => list.slice(at + 1).every((other) => intersect(ranges, other.ranges).length === 0));
}

/** False: every match goes on with that character; undefined: some do, or need more behind it. */
function endsBefore(char: string, ends: ReadonlySet<Position>): boolean | undefined {
  const found = [...ends].map(({ next }) => [...next].find(({ ranges }) => includes(ranges, char.charCodeAt(0))));
  if (found.every((position) => position === undefined)) return true;
  return found.every((position) => position !== undefined && ends.has(position)) ? false : undefined;
}

/** Undefined: it looks around, is lazy or too long. */
function pieceOf(node: Node, positions: Position[]): Piece | undefined {
  switch (node.kind) {
    case 'empty':
      return { first: [], last: [], empty: true };
    case 'set':
      return positionOf(node.ranges, positions);
    case 'capture':
      return pieceOf(node.node, positions);
    case 'concat':
      return inOrder(node.nodes.map((inner) => pieceOf(inner, positions)));
    case 'alternate':
      return oneOf(node.nodes.map((inner) => pieceOf(inner, positions)));
    case 'repeat':
      return repeated(node, positions);
    case 'assert':
      return undefined;
  }
}

function positionOf(ranges: Ranges, positions: Position[]): Piece | undefined {
  const position: Position = { ranges, next: new Set() };
  positions.push(position);
  return positions.length > MOST_CHARACTERS ? undefined : { first: [position], last: [position], empty: false };
}

function inOrder(pieces: readonly (Piece | undefined)[]): Piece | undefined {
  let whole: Piece = { first: [], last: [], empty: true };
  for (const piece of pieces) {
    if (piece === undefined) return undefined;
    link(whole.last, piece.first);
    whole = { first: whole.empty ? [...whole.first, ...piece.first] : whole.first, last: piece.empty ? [...whole.last, ...piece.last] : piece.last, empty: whole.empty && piece.empty };
  }
  return whole;
}

function oneOf(pieces: readonly (Piece | undefined)[]): Piece | undefined {
  const known = pieces.filter((piece) => piece !== undefined);
  if (known.length < pieces.length) return undefined;
  return { first: known.flatMap(({ first }) => first), last: known.flatMap(({ last }) => last), empty: known.some(({ empty }) => empty) };
}

function repeated({ node, min, max, greedy }: Extract<Node, { kind: 'repeat' }>, positions: Position[]): Piece | undefined {
  const count = max === -1 ? Math.max(1, min) : max;
  if ((!greedy && min !== max) || count > MOST_CHARACTERS) return undefined;
  const pieces = Array.from({ length: count }, () => pieceOf(node, positions));
  if (positions.length > MOST_CHARACTERS) return undefined;
  const final = pieces.at(-1);
  if (max === -1 && final !== undefined) link(final.last, final.first);
  return inOrder(pieces.map((piece, at) => (piece !== undefined && at >= min ? { ...piece, empty: true } : piece)));
}

function link(from: readonly Position[], to: readonly Position[]): void {
  for (const position of from) for (const next of to) position.next.add(next);
}
