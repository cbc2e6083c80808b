import { canBeEmpty, parseRe2, type Node } from '../../rule-lang/re2/index.ts';
import { pcre } from './re2.ts';
import { partsOf } from './url-text.ts';

/**
 * How a replaced path begins: with a slash, with one or not at all (the endpoint gets a slash), perhaps with something else, which
 * Traefik sends as it is (ran on 3.7.15), or never with a slash.
 */
export function beginningOf(regex: string, replacement: string): 'slash' | 'slashOrNothing' | 'open' | 'never' {
  const parsed = parseRe2(regex);
  const re = pcre(regex, 'bytes');
  if (!parsed.ok || 'unsupported' in re) return 'never';
  const { node, names } = parsed.re;
  if (!re.atStart && startOf(node) === 'other') return 'slash';
  for (const part of partsOf(replacement, names, node)) {
    if (typeof part === 'string') return part.startsWith('/') ? 'slash' : 'never';
    const start = startOf(part.node);
    if (start !== 'slash') return start === 'either' ? 'open' : 'never';
    if (part.certain && !canBeEmpty(part.node)) return 'slash';
  }
  return re.atEnd ? 'slashOrNothing' : 'open';
}

/** What a text of this begins with, unless it is empty. */
function startOf(node: Node): 'slash' | 'other' | 'either' {
  switch (node.kind) {
    case 'empty': case 'assert': return 'slash';
    case 'set': return node.ranges.every(([from, to]) => from === SLASH && to === SLASH) ? 'slash' : node.ranges.some(([from, to]) => from <= SLASH && to >= SLASH) ? 'either' : 'other';
    case 'capture': case 'repeat': return startOf(node.node);
    case 'alternate': return together(node.nodes);
    case 'concat': return together(node.nodes.filter((_, at) => node.nodes.slice(0, at).every(canBeEmpty)));
  }
}

const SLASH = 0x2f;

function together(nodes: readonly Node[]): ReturnType<typeof startOf> {
  const all = new Set(nodes.map(startOf));
  const [only = 'slash'] = all;
  return all.size > 1 ? 'either' : only;
}
