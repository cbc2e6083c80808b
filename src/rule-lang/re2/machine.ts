import type { Assertion, Node, Re2 } from './ast.ts';
import { assertNever } from '../../text/index.ts';
import { includes, type Ranges, REPLACEMENT } from './ranges.ts';

export type Instruction =
  | { readonly op: 'set'; readonly ranges: Ranges; readonly next: number }
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  | { readonly op: 'save'; readonly slot: number; readonly next: number }
  | { readonly op: 'assert'; readonly at: Assertion; readonly next: number }
  | { readonly op: 'match' };

/** A compiled pattern: runs in time linear in the subject, whatever the pattern (as RE2 does). */
export interface Machine {
  readonly program: readonly Instruction[];
  readonly start: number;
  readonly slots: number;
}

export function buildMachine(re: Re2): Machine {
  const program: Instruction[] = [{ op: 'match' }];
  const body = emit(program, re.node, push(program, { op: 'save', slot: 1, next: 0 }));
  return { program, start: push(program, { op: 'save', slot: 0, next: body }), slots: 2 * (re.captures + 1) };
}

function push(program: Instruction[], instruction: Instruction): number {
  program.push(instruction);
  return program.length - 1;
}

/** Emits `node` so that it continues at `next`; returns its entry. Built from the back, so no jumps are patched but loops. */
function emit(program: Instruction[], node: Node, next: number): number {
  switch (node.kind) {
    case 'empty':
      return next;
    case 'set':
      return push(program, { op: 'set', ranges: node.ranges, next });
    case 'assert':
      return push(program, { op: 'assert', at: node.at, next });
    case 'capture':
      return push(program, { op: 'save', slot: 2 * node.index, next: emit(program, node.node, push(program, { op: 'save', slot: 2 * node.index + 1, next })) });
    case 'concat':
      return node.nodes.reduceRight((after, inner) => emit(program, inner, after), next);
    case 'alternate':
      return emitAlternate(program, node.nodes, next);
    case 'repeat':
      return emitRepeat(program, node, next);
    default:
      return assertNever(node);
  }
}

function emitAlternate(program: Instruction[], nodes: readonly Node[], next: number): number {
  return nodes
    .map((inner) => emit(program, inner, next))
    .reduceRight((second, first) => push(program, { op: 'split', first, second }));
}

function emitRepeat(program: Instruction[], node: Extract<Node, { kind: 'repeat' }>, next: number): number {
  let entry = next;
  if (node.max === -1) entry = emitLoop(program, node, next);
  else for (let count = node.min; count < node.max; count += 1) entry = split(program, node.greedy, emit(program, node.node, entry), next);
  const copies = node.max === -1 && node.min > 0 ? node.min - 1 : node.min;
  for (let count = 0; count < copies; count += 1) entry = emit(program, node.node, entry);
  return entry;
}

/** `x*`; `x+` for the last of the wanted copies, which is what gives Go its captures. */
function emitLoop(program: Instruction[], node: Extract<Node, { kind: 'repeat' }>, next: number): number {
  const at = push(program, { op: 'match' });
  const body = emit(program, node.node, at);
  program[at] = node.greedy ? { op: 'split', first: body, second: next } : { op: 'split', first: next, second: body };
  if (node.min > 0) return body;
  // Go compiles x* over an x that may be empty as (x+)?: the empty match of x is tried before giving up.
  return canBeEmpty(node.node) ? split(program, node.greedy, body, next) : at;
}

function split(program: Instruction[], greedy: boolean, body: number, next: number): number {
  return push(program, greedy ? { op: 'split', first: body, second: next } : { op: 'split', first: next, second: body });
}

/** True when the node can match without consuming anything. */
export function canBeEmpty(node: Node): boolean {
  switch (node.kind) {
    case 'empty':
    case 'assert':
      return true;
    case 'set':
      return false;
    case 'capture':
      return canBeEmpty(node.node);
    case 'repeat':
      return node.min === 0 || canBeEmpty(node.node);
    case 'concat':
      return node.nodes.every(canBeEmpty);
    case 'alternate':
      return node.nodes.some(canBeEmpty);
    default:
      return assertNever(node);
  }
}

/** A subject as Go sees it, one entry per rune; stray bytes are U+FFFD for matching. */
export function runesOf(text: string): readonly number[] {
  return Array.from(text, (char) => {
    const rune = char.codePointAt(0) ?? 0;
    return rune >= 0xd800 && rune <= 0xdfff ? REPLACEMENT : rune;
  });
}

interface Thread {
  readonly pc: number;
  readonly slots: readonly number[];
}

/** Leftmost-first match at or after `from`: slot pairs in rune indexes, -1 for a group that took no part. */
export function execute(machine: Machine, runes: readonly number[], from: number): readonly number[] | undefined {
  let threads: Thread[] = [];
  let found: readonly number[] | undefined;
  const fresh = Array.from({ length: machine.slots }, () => -1);
  for (let at = from; at <= runes.length; at += 1) {
    const seen = new Set(threads.map((thread) => thread.pc));
    if (found === undefined) follow(machine, runes, at, { pc: machine.start, slots: fresh }, threads, seen);
    if (threads.length === 0 && found !== undefined) break;
    const next: Thread[] = [];
    const seenNext = new Set<number>();
    for (const thread of threads) {
      const instruction = machine.program[thread.pc];
      if (instruction?.op === 'match') {
        found = thread.slots;
        break;
      }
      const rune = runes[at];
      if (instruction?.op !== 'set' || rune === undefined || !includes(instruction.ranges, rune)) continue;
      follow(machine, runes, at + 1, { pc: instruction.next, slots: thread.slots }, next, seenNext);
    }
    threads = next;
  }
  return found;
}

/** Adds what is reachable without consuming; an explicit stack, because a pattern may be long. */
function follow(machine: Machine, runes: readonly number[], at: number, start: Thread, out: Thread[], seen: Set<number>): void {
  const stack: Thread[] = [start];
  for (let thread = stack.pop(); thread !== undefined; thread = stack.pop()) {
    if (seen.has(thread.pc)) continue;
    seen.add(thread.pc);
    const instruction = machine.program[thread.pc];
    if (instruction === undefined) continue;
    if (instruction.op === 'split') stack.push({ ...thread, pc: instruction.second }, { ...thread, pc: instruction.first });
    else if (instruction.op === 'save') stack.push({ pc: instruction.next, slots: thread.slots.with(instruction.slot, at) });
    else if (instruction.op === 'assert') {
      if (holds(instruction.at, runes[at - 1], runes[at])) stack.push({ ...thread, pc: instruction.next });
    } else out.push(thread);
  }
}

/** Whether an assertion holds between two letters; undefined stands for the end of the text on that side. */
export function holds(assertion: Assertion, before: number | undefined, after: number | undefined): boolean {
  switch (assertion) {
    case 'beginText':
      return before === undefined;
    case 'endText':
      return after === undefined;
    case 'beginLine':
      return before === undefined || before === NEWLINE;
    case 'endLine':
      return after === undefined || after === NEWLINE;
    case 'wordBoundary':
      return isWord(before) !== isWord(after);
    case 'notWordBoundary':
      return isWord(before) === isWord(after);
    default:
      return assertNever(assertion);
  }
}

export const NEWLINE = 10;

export function isWord(rune: number | undefined): boolean {
  if (rune === undefined) return false;
  return (rune >= 0x30 && rune <= 0x39) || (rune >= 0x41 && rune <= 0x5a) || rune === 0x5f || (rune >= 0x61 && rune <= 0x7a);
}
