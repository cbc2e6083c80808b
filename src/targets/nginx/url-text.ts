import { parseRe2, type Node } from '../../rule-lang/re2/index.ts';
import { pcre } from './re2.ts';

const GROUP = /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;
const SLASH = 0x2f;
const QUESTION_MARK = 0x3f;
/** A URL that has no path yet. */
const OPEN = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*$/;
const NO_HOST = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:[?#]|$)/;

/**
 * True where text of the request may stand in place of a scheme, host or port: Go takes what comes out apart as a URL and writes it
 * anew (a user name with escapes, no slashes of an empty host), which nginx cannot.
 */
export function isTakenApart(regex: string, replacement: string): boolean {
  const parsed = parseRe2(regex);
  const re = pcre(regex, 'bytes');
  if (!parsed.ok || 'unsupported' in re) return false;
  const { node, names } = parsed.re;
  // `scheme://host/`: what is behind the third slash is the path. A pattern that begins later may have seen fewer.
  const needed = re.atStart || regex.includes('://') ? 3 : 1;
  let out = re.atStart ? '' : 'x://x';
  for (const part of partsOf(replacement, names, node)) {
    if (typeof part !== 'string' && (out === '' ? part.before > 0 : part.before >= needed && OPEN.test(out) && !isHostText(part.node))) return true;
    // A group that may be missing leaves no host.
    out += typeof part === 'string' ? part : out.endsWith('://') && !part.certain ? '' : standIn(part);
  }
  if (!re.atEnd && (out === '/' || (slashes(node) >= needed && OPEN.test(out)))) return true;
  return out === '' || NO_HOST.test(out) || (!re.atStart && /^x:\/\/x[^/?#]*@/.test(out));
}

/** True where the query of a request may come to stand behind the `#` of a replacement: Go writes a fragment anew. */
export function takesQueryIntoFragment(regex: string, replacement: string): boolean {
  const parsed = parseRe2(regex);
  const re = pcre(regex, 'bytes');
  if (!parsed.ok || 'unsupported' in re) return false;
  const parts = partsOf(replacement, parsed.re.names, parsed.re.node);
  const mark = parts.findIndex((part) => typeof part === 'string' && part.includes('#'));
  if (mark < 0) return false;
  return !re.atEnd || parts.slice(mark).some((part) => typeof part !== 'string' && mayHold(part.node, QUESTION_MARK));
}

/** A replacement as text and the groups of the pattern that it names; Go puts nothing in place of others. */
export function partsOf(replacement: string, names: readonly (string | undefined)[], pattern: Node): readonly (string | Group)[] {
  const groups = groupsOf(pattern);
  const parts: (string | Group)[] = [];
  let at = 0;
  for (const found of replacement.matchAll(GROUP)) {
    const name = found[1] ?? found[2];
    const group = name === undefined ? undefined : groups.get(/^\d+$/.test(name) ? Number(name) : names.indexOf(name));
    parts.push(replacement.slice(at, found.index), ...(group === undefined ? [] : [group]));
    at = found.index + found[0].length;
  }
  return [...parts, replacement.slice(at)].filter((part) => part !== '');
}

/** Text with as many slashes. A group from the very start of the URL holds its scheme. */
function standIn({ before, inside }: Group): string {
  return before === 0 && inside > 1 ? `x://x${'/'.repeat(inside - 2)}` : `x${'/'.repeat(inside)}`;
}

interface Group {
  readonly node: Node;
  /** Each match has it. */
  readonly certain: boolean;
  /** Slashes that stand before it in any match, and in it. */
  readonly before: number;
  readonly inside: number;
}

/** By number. */
function groupsOf(pattern: Node): ReadonlyMap<number, Group> {
  const out = new Map<number, Group>();
  const visit = (node: Node, before: number, certain: boolean): void => {
    switch (node.kind) {
      case 'capture':
        out.set(node.index, { node: node.node, certain, before, inside: slashes(node.node) });
        return visit(node.node, before, certain);
      case 'concat': return node.nodes.forEach((part, at) => visit(part, before + slashes({ kind: 'concat', nodes: node.nodes.slice(0, at) }), certain));
      case 'alternate': return node.nodes.forEach((part) => visit(part, before, false));
      case 'repeat': return visit(node.node, before, certain && node.min > 0);
      default:
    }
  };
  visit(pattern, 0, true);
  return out;
}

/** True for letters, digits, dots, hyphens and underscores: what a host may be made of anywhere. */
function isHostText(node: Node): boolean {
  switch (node.kind) {
    case 'set': return node.ranges.every(([from, to]) => HOST_RANGES.some(([first, last]) => from >= first && to <= last));
    case 'capture': case 'repeat': return isHostText(node.node);
    case 'concat': case 'alternate': return node.nodes.every(isHostText);
    default: return true;
  }
}

function mayHold(node: Node, character: number): boolean {
  switch (node.kind) {
    case 'set': return node.ranges.some(([from, to]) => from <= character && character <= to);
    case 'capture': case 'repeat': return mayHold(node.node, character);
    case 'concat': case 'alternate': return node.nodes.some((part) => mayHold(part, character));
    default: return false;
  }
}

const HOST_RANGES = ['-.', '09', 'AZ', '__', 'az'].map((ends): readonly [number, number] => [ends.charCodeAt(0), ends.charCodeAt(1)]);

/** The slashes that every match has at least. */
function slashes(node: Node): number {
  switch (node.kind) {
    case 'set': return node.ranges.length === 1 && node.ranges[0]?.[0] === SLASH && node.ranges[0][1] === SLASH ? 1 : 0;
    case 'capture': return slashes(node.node);
    case 'repeat': return node.min * slashes(node.node);
    case 'concat': return node.nodes.reduce((sum, part) => sum + slashes(part), 0);
    case 'alternate': return Math.min(...node.nodes.map(slashes));
    default: return 0;
  }
}
