import { compilePattern, type Pattern } from '../rule-lang/index.ts';
import { assertNever, createMemory } from '../text/index.ts';

type Node = Pattern['re']['node'];
type Ranges = Extract<Node, { kind: 'set' }>['ranges'];

/** Letters that stand for a whole class, the first that it holds; each variant begins elsewhere. */
const FILLERS = ['axq7z-_./0AZ', 'xqz7a-_./1ZA', '7aqzx_-./2QA', 'zq7xa.-_/9XA'] as const;
const VARIANTS = 12;

/** Texts that a Go pattern matches, shortest first in kind: made from its structure and asked of the pattern itself. */
export function samplesOf(pattern: string, count: number): readonly string[] {
  return remembered(`${String(count)} ${pattern}`, () => makeSamples(pattern, count));
}

const remembered = createMemory<readonly string[]>();

function makeSamples(pattern: string, count: number): readonly string[] {
  const compiled = compilePattern(pattern);
  if (!compiled.ok) return [];
  const found = new Set<string>();
  for (let variant = 0; variant < VARIANTS && found.size < count; variant += 1) {
    const text = write(compiled.pattern.re.node, variant);
    if (text.length <= 512 && compiled.pattern.test(text)) found.add(text);
  }
  return [...found];
}

function write(node: Node, variant: number): string {
  switch (node.kind) {
    case 'empty':
    case 'assert':
      return '';
    case 'set':
      return pick(node.ranges, variant);
    case 'capture':
      return write(node.node, variant);
    case 'repeat':
      return times(node, variant);
    case 'concat':
      return node.nodes.map((inner) => write(inner, variant)).join('');
    case 'alternate':
      return write(node.nodes[variant % node.nodes.length] ?? { kind: 'empty' }, Math.floor(variant / node.nodes.length));
    default:
      return assertNever(node);
  }
}

/** The least number of times in every other variant, else one or two more: what may be absent is there too. */
function times({ node, min, max }: Extract<Node, { kind: 'repeat' }>, variant: number): string {
  const more = min + (variant % 4 === 3 ? 2 : variant % 2 === 1 || min === 0 ? 1 : 0);
  const least = variant % 4 === 0 ? min : more;
  const count = Math.min(max === -1 ? least : Math.min(max, least), 64);
  return Array.from({ length: count }, () => write(node, variant)).join('');
}

function pick(ranges: Ranges, variant: number): string {
  const fillers = FILLERS[variant % FILLERS.length] ?? FILLERS[0];
  for (const letter of fillers) if (holds(ranges, letter.charCodeAt(0))) return letter;
  const printable = ranges.find(([, high]) => high > 0x20);
  const [low] = printable ?? ranges[0] ?? [0x3f];
  return String.fromCodePoint(Math.max(low, printable === undefined ? low : 0x21));
}

function holds(ranges: Ranges, code: number): boolean {
  return ranges.some(([low, high]) => code >= low && code <= high);
}
