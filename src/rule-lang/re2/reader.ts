import type { Re2 } from './ast.ts';
import { buildMachine, holds, isWord, NEWLINE, type Instruction, type Machine } from './machine.ts';
import { includes, type Ranges } from './ranges.ts';

/** Where a pattern stands after some letters: texts that lead to the same one are told apart by nothing that follows. */
export interface Stand {
  readonly id: number;
  /** It has matched already, whatever follows. */
  readonly found: boolean;
  /** Nothing that follows makes it match. */
  readonly lost: boolean;
}

/** A pattern that is given a text letter by letter, and says of each beginning what may still become of it. */
export interface Reader {
  readonly start: Stand;
  readonly read: (from: Stand, rune: number) => Stand;
  /** Whether a text that ends here matches. */
  readonly ends: (at: Stand) => boolean;
  /** The sets of letters that it asks for. */
  readonly sets: readonly Ranges[];
}

interface Inner extends Stand {
  readonly pcs: readonly number[];
  /** The letter before, one for all that assertions take for the same; undefined at the beginning. */
  readonly before: number | undefined;
  readonly next: Map<number, Inner>;
}

/** Follows all ways through a pattern at once; where they stand is looked up the second time. */
export function createReader(re: Re2): Reader {
  const machine = buildMachine(re);
  const stands: Inner[] = [];
  const known = new Map<string, Inner>();
  const isAnchored = isBoundToStart(machine);
  const standAt = (pcs: readonly number[], before: number | undefined, found: boolean): Inner => {
    const key = found ? 'found' : `${String(before)} ${pcs.join(' ')}`;
    const old = known.get(key);
    if (old !== undefined) return old;
    const stand = { id: stands.length, found, lost: !found && pcs.length === 0 && before !== undefined && isAnchored, pcs, before, next: new Map() };
    stands.push(stand);
    known.set(key, stand);
    return stand;
  };
  const step = (from: Inner, rune: number): Inner => {
    const { reached, found } = closure(machine, from, rune);
    const pcs = reached.flatMap((one) => (one.op === 'set' && includes(one.ranges, rune) ? [one.next] : []));
    return standAt([...new Set(pcs)].toSorted((a, b) => a - b), kindOf(rune), found);
  };
  const innerOf = ({ id }: Stand): Inner => stands[id] ?? start;
  const start = standAt([], undefined, false);
  return {
    start,
    read: (at, rune) => {
      const from = innerOf(at);
      if (from.found) return from;
      const to = from.next.get(rune) ?? step(from, rune);
      from.next.set(rune, to);
      return to;
    },
    ends: (at) => at.found || closure(machine, innerOf(at), undefined).found,
    sets: machine.program.flatMap((one) => (one.op === 'set' ? [one.ranges] : [])),
  };
}

/** What is reached without a letter when `rune` comes next; a match may begin anywhere. */
function closure({ program, start }: Machine, { pcs, before }: Inner, rune: number | undefined): { readonly reached: readonly Instruction[]; readonly found: boolean } {
  const seen = new Set<number>();
  const reached: Instruction[] = [];
  const stack = [...pcs, start];
  for (let pc = stack.pop(); pc !== undefined; pc = stack.pop()) {
    const instruction = program[pc];
    if (seen.has(pc) || instruction === undefined) continue;
    seen.add(pc);
    if (instruction.op === 'match') return { reached, found: true };
    if (instruction.op === 'set') reached.push(instruction);
    else if (instruction.op === 'split') stack.push(instruction.first, instruction.second);
    else if (instruction.op === 'save' || holds(instruction.at, before, rune)) stack.push(instruction.next);
  }
  return { reached, found: false };
}

function isBoundToStart({ program, start }: Machine): boolean {
  let at = program[start];
  while (at?.op === 'save') at = program[at.next];
  return at?.op === 'assert' && at.at === 'beginText';
}

const LETTER = 0x61;
const OTHER = 0x2d;

function kindOf(rune: number): number {
  if (rune === NEWLINE) return NEWLINE;
  return isWord(rune) ? LETTER : OTHER;
}
