import { canBeEmpty, compilePattern, parseRe2, toPcre, type Node } from '../../rule-lang/re2/index.ts';
import type { Part } from './plan.ts';

/** A Go pattern as nginx needs it. */
export interface Pcre {
  readonly pattern: string;
  /** Every match begins at the start of the text, so there is at most one. */
  readonly atStart: boolean;
  /** Every match ends at the end of the text. */
  readonly atEnd: boolean;
  /** No text has two matches side by side. */
  readonly once: boolean;
  readonly canBeEmpty: boolean;
  readonly names: readonly (string | undefined)[];
  readonly captures: number;
}

export type PcreResult = Pcre | { readonly unsupported: string };

/** nginx has no word for a token of 4 kB (its configuration buffer). */
const LONGEST = 3500;

export function pcre(source: string, subject: 'bytes' | 'ascii'): PcreResult {
  const parsed = parseRe2(source);
  if (!parsed.ok) return { unsupported: parsed.error.message };
  const translated = toPcre(parsed.re, { subject });
  if ('unsupported' in translated) return translated;
  if (translated.pattern.length > LONGEST) return { unsupported: 'the pattern is longer than the 4 kB that nginx takes as one word' };
  const { node, names, captures } = parsed.re;
  const [atStart, atEnd] = [beginsAt(node) || isDotStar(node), endsAt(node)];
  return { pattern: translated.pattern, atStart, atEnd, once: atStart || atEnd || reachesLast(node), canBeEmpty: canBeEmpty(node), names, captures };
}

/** The pattern, where judge has made sure that there is one. */
export function mustPcre(source: string, subject: 'bytes' | 'ascii'): Pcre {
  const result = pcre(source, subject);
  if ('unsupported' in result) throw new Error(`a pattern that was judged untranslatable reached the lowering: ${result.unsupported}`);
  return result;
}

/** What Go answers, for texts that are known here. */
export function matches(source: string, text: string): boolean | undefined {
  const compiled = compilePattern(source);
  return compiled.ok ? compiled.pattern.test(text) : undefined;
}

function beginsAt(node: Node): boolean {
  switch (node.kind) {
    case 'assert': return node.at === 'beginText';
    case 'capture': return beginsAt(node.node);
    case 'concat': return node.nodes.length > 0 && beginsAt(first(node.nodes));
    case 'alternate': return node.nodes.every(beginsAt);
    default: return false;
  }
}

function endsAt(node: Node): boolean {
  switch (node.kind) {
    case 'assert': return node.at === 'endText';
    case 'capture': return endsAt(node.node);
    case 'concat': return node.nodes.length > 0 && endsAt(last(node.nodes));
    case 'alternate': return node.nodes.every(endsAt);
    case 'repeat': return takesRest(node);
    default: return false;
  }
}

/** `.*` takes everything; targets hold no line breaks. */
function isDotStar(node: Node): boolean {
  return node.kind === 'capture' ? isDotStar(node.node) : takesRest(node) && node.kind === 'repeat' && node.min === 0;
}

/** A greedy `.*` or `.+` runs to the end. */
function takesRest(node: Node): boolean {
  return node.kind === 'repeat' && node.greedy && node.min <= 1 && node.max === -1 && node.node.kind === 'set' && node.node.ranges.length <= 2 && node.node.ranges[0]?.[0] === 0 && node.node.ranges.at(-1)?.[1] === 0x10ffff;
}

/** A greedy `.*` stops where what is behind it fits for the last time: behind such a match there cannot be another one. */
function reachesLast(node: Node): boolean {
  if (node.kind === 'capture') return reachesLast(node.node);
  return node.kind === 'concat' ? node.nodes.some(reachesLast) : takesRest(node);
}

/** True where what a match looks at goes on behind its text, or begins before it: the same text elsewhere may be no match. */
export function looksAround(source: string): boolean {
  const parsed = parseRe2(source);
  return parsed.ok && hasAssertion(parsed.re.node);
}

function hasAssertion(node: Node): boolean {
  switch (node.kind) {
    case 'assert': return node.at !== 'beginText';
    case 'capture': case 'repeat': return hasAssertion(node.node);
    case 'concat': case 'alternate': return node.nodes.some(hasAssertion);
    default: return false;
  }
}

function first(nodes: readonly Node[]): Node {
  return nodes[0] ?? { kind: 'empty' };
}

function last(nodes: readonly Node[]): Node {
  return nodes.at(-1) ?? { kind: 'empty' };
}

/**
 * A Go replacement as text and nginx captures; `shift` is the number of groups before the pattern's own. Undefined when it
 * needs a group beyond the nine that nginx numbers.
 */
export function replacementParts(replacement: string, { names, captures }: Pcre, shift: number): readonly Part[] | undefined {
  const parts: Part[] = [];
  let at = 0;
  for (const found of replacement.matchAll(/\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu)) {
    parts.push(replacement.slice(at, found.index));
    at = found.index + found[0].length;
    const name = found[1] ?? found[2];
    if (name === undefined) parts.push('$');
    else {
      const index = groupIndex(name, names);
      if (index > captures || index < 0) continue;
      if (index === 0 || index + shift > 9) return undefined;
      parts.push({ variable: String(index + shift) });
    }
  }
  parts.push(replacement.slice(at));
  return parts.filter((part) => part !== '');
}

/** -1 = no such group: Go puts nothing there. */
function groupIndex(name: string, names: readonly (string | undefined)[]): number {
  return /^(?:0|[1-9]\d{0,8})$/.test(name) ? Number(name) : names.indexOf(name);
}
