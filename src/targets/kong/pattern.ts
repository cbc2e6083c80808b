import { parseRe2, toRust } from '../../rule-lang/re2/index.ts';
import type { Node, Re2 } from '../../rule-lang/re2/index.ts';
import { intersect, negate, normalize, type Ranges } from '../../rule-lang/re2/ranges.ts';
import { regexLiteral } from './quote.ts';

export type RustPattern = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

/** A Go pattern for the Rust engine behind Kong's expressions. */
export function rustPattern(source: string): RustPattern {
  const parsed = parseRe2(source);
  if (!parsed.ok) return { ok: false, why: parsed.error.message };
  return printed(parsed.re);
}

function printed(re: Re2): RustPattern {
  const translated = toRust(re);
  return 'pattern' in translated ? { ok: true, text: translated.pattern } : { ok: false, why: translated.unsupported };
}

/** Characters whose escapes Kong keeps in `http.path`, so that both spellings of one character occur (kong/tools/uri.lua). */
const RESERVED = "!*'();:@&=+$,/?%#[]";

/** One decoded character as it may stand in `http.path`: a raw `%` or `?` cannot occur there. */
export function decodedChar(char: string): string {
  if (!RESERVED.includes(char)) return regexLiteral(char);
  const escape = `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return char === '%' || char === '?' ? escape : `(?:${regexLiteral(char)}|${escape})`;
}

/** A prefix of the *decoded* path (Traefik strips there) as a pattern on Kong's path. The first slash is always raw. */
export function decodedPrefix(prefix: string): string {
  const [first = '', ...rest] = prefix;
  return regexLiteral(first) + rest.map(decodedChar).join('');
}

/** A pattern on the decoded path, for Kong's path: each reserved character that it takes may also stand there as its escape. */
export function decodedPattern(re: Re2): RustPattern {
  return printed({ ...re, node: mapSets(re.node, decodedSet) });
}

/** A raw `%` or `?` cannot occur there: one is the beginning of an escape, the other of the query. */
const RAW: Ranges = negate([...'%?'].map((char): readonly [number, number] => [char.charCodeAt(0), char.charCodeAt(0)]));

function decodedSet(ranges: Ranges): Node {
  const escapes = [...RESERVED].filter((char) => within(ranges, char)).map((char) => char.charCodeAt(0).toString(16).toUpperCase());
  const raw = intersect(ranges, RAW);
  if (escapes.length === 0) return { kind: 'set', ranges: raw };
  const nodes = [...new Set(escapes.map(([first = '']) => first))].map((first) => escapeNode(first, escapes.filter((escape) => escape.startsWith(first)).map((escape) => escape.slice(1))));
  return { kind: 'alternate', nodes: raw.length === 0 ? nodes : [{ kind: 'set', ranges: raw }, ...nodes] };
}

/** `%2[5F]`. */
function escapeNode(first: string, seconds: readonly string[]): Node {
  return { kind: 'concat', nodes: [...[...`%${first}`].map(literalNode), { kind: 'set', ranges: normalize(seconds.map((char): readonly [number, number] => [char.charCodeAt(0), char.charCodeAt(0)])) }] };
}

function within(ranges: readonly (readonly [number, number])[], char: string): boolean {
  const code = char.charCodeAt(0);
  return ranges.some(([low, high]) => code >= low && code <= high);
}

function literalNode(char: string): Node {
  const code = char.codePointAt(0) ?? 0;
  return { kind: 'set', ranges: [[code, code]] };
}

function mapSets(node: Node, change: (ranges: readonly (readonly [number, number])[]) => Node): Node {
  switch (node.kind) {
    case 'set':
      return change(node.ranges);
    case 'capture':
    case 'repeat':
      return { ...node, node: mapSets(node.node, change) };
    case 'concat':
    case 'alternate':
      return { ...node, nodes: node.nodes.map((inner) => mapSets(inner, change)) };
    default:
      return node;
  }
}

export interface WholePattern {
  readonly text: string;
  /** Names of the groups by number, as written into the pattern. */
  readonly groups: readonly string[];
  /** The pattern with a group that must look like this instead (Go syntax), to the end of the path. */
  variant(group: number, instead: string): string;
}

/**
 * A replacePathRegex pattern that Kong can follow: it must begin with `^` and reach the end of the path, so that there is
 * one match and it is the whole path. Every group gets the name `gN`; a dot also takes a newline, because Traefik matches
 * the escaped path, which has none.
 */
export function wholePattern(source: string): WholePattern | { readonly why: string } {
  const parsed = parseRe2(source);
  if (!parsed.ok) return { why: parsed.error.message };
  const { re } = parsed;
  const nodes = re.node.kind === 'concat' ? re.node.nodes : [re.node];
  const [first] = nodes;
  if (first?.kind !== 'assert' || first.at !== 'beginText') return { why: 'the pattern does not begin with `^`: Kong matches once, from the start of the path' };
  if (!reachesEnd(nodes.at(-1))) return { why: 'the pattern does not reach the end of the path: what it leaves over would be lost in Kong' };
  const named = renameGroups(mapSets(re.node, (ranges) => ({ kind: 'set', ranges: isDot(ranges) ? [[0, 0x10ffff]] : ranges })));
  const text = printed({ ...re, node: named, names: re.names.map((_, index) => (index === 0 ? undefined : `g${String(index)}`)) });
  if (!text.ok) return { why: text.why };
  const variant = (group: number, instead: string): string => {
    const other = parseRe2(instead);
    const changed = other.ok ? printed({ ...re, node: unnamed(replaceGroup(named, group, other.re.node)), names: [] }) : other;
    return changed.ok && 'text' in changed ? `(?:${changed.text})$` : '';
  };
  return { text: text.text, groups: re.names.map((name, index) => name ?? String(index)), variant };
}

/** Several variants stand in one pattern, and a group name may occur once. */
function unnamed(node: Node): Node {
  switch (node.kind) {
    case 'capture':
      return { kind: 'capture', index: node.index, node: unnamed(node.node) };
    case 'repeat':
      return { ...node, node: unnamed(node.node) };
    case 'concat':
    case 'alternate':
      return { ...node, nodes: node.nodes.map(unnamed) };
    default:
      return node;
  }
}

function replaceGroup(node: Node, group: number, instead: Node): Node {
  switch (node.kind) {
    case 'capture':
      return node.index === group ? { ...node, node: instead } : { ...node, node: replaceGroup(node.node, group, instead) };
    case 'repeat':
      return { ...node, node: replaceGroup(node.node, group, instead) };
    case 'concat':
    case 'alternate':
      return { ...node, nodes: node.nodes.map((inner) => replaceGroup(inner, group, instead)) };
    default:
      return node;
  }
}

function isDot(ranges: readonly (readonly [number, number])[]): boolean {
  return JSON.stringify(ranges) === '[[0,9],[11,1114111]]';
}

function renameGroups(node: Node): Node {
  switch (node.kind) {
    case 'capture':
      return { ...node, name: `g${String(node.index)}`, node: renameGroups(node.node) };
    case 'repeat':
      return { ...node, node: renameGroups(node.node) };
    case 'concat':
    case 'alternate':
      return { ...node, nodes: node.nodes.map(renameGroups) };
    default:
      return node;
  }
}

function reachesEnd(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if (node.kind === 'assert') return node.at === 'endText';
  if (node.kind === 'capture') return reachesEnd(node.node);
  return node.kind === 'repeat' && node.max === -1 && node.greedy && node.node.kind === 'set' && within(node.node.ranges, '/') && within(node.node.ranges, 'a') && within(node.node.ranges, '%');
}
