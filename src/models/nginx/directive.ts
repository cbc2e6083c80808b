import { groupedBy, oncePer } from '../../text/index.ts';
import { ConfigError, tokenize } from './tokens.ts';
import type { Token } from './tokens.ts';

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block?: readonly Directive[];
  readonly line: number;
}

/** Gives the text of another file, bytes as latin-1; undefined = there is none. */
export type ReadFile = (path: string) => string | undefined;

/** The tree of a configuration and of what it includes; bytes as latin-1. */
export function parseConfig(text: string, readFile: ReadFile): readonly Directive[] {
  const known = new Map<string, readonly Directive[]>();
  const load: Load = (path, line) => {
    // A pattern that matches nothing is no error; what a machine has installed is not part of the text.
    if (path.includes('*')) return [];
    const had = known.get(path);
    if (had !== undefined) return had;
    const found = readFile(path);
    if (found === undefined) throw new ConfigError(`line ${String(line)}: "${path}" is not there`);
    const made = parseFile(found, load);
    known.set(path, made);
    return made;
  };
  return parseFile(text, load);
}

/** What a file brings that is included at a line. */
type Load = (path: string, line: number) => readonly Directive[];

interface File {
  readonly tokens: readonly Token[];
  readonly load: Load;
}

function parseFile(text: string, load: Load): readonly Directive[] {
  const tokens = tokenize(text);
  const { directives, at } = parseBlock({ tokens, load }, 0, 0);
  if (at < tokens.length) throw new ConfigError(`line ${String(tokens[at]?.line ?? 0)}: unexpected "}"`);
  return directives;
}

function parseBlock(file: File, from: number, depth: number): { readonly directives: readonly Directive[]; readonly at: number } {
  const { tokens } = file;
  const directives: Directive[] = [];
  let at = from;
  for (;;) {
    const first = tokens[at];
    if (first === undefined || first.kind === '}') {
      if ((first === undefined) !== (depth === 0)) throw new ConfigError(first === undefined ? 'unexpected end of file' : `line ${String(first.line)}: unexpected "}"`);
      return { directives, at };
    }
    if (first.kind !== 'word') throw new ConfigError(`line ${String(first.line)}: unexpected "${first.text}"`);
    const args: string[] = [];
    for (at += 1; tokens[at]?.kind === 'word'; at += 1) args.push(tokens[at]?.text ?? '');
    const end = tokens[at];
    if (end === undefined || end.kind === '}') throw new ConfigError(`line ${String(first.line)}: "${first.text}" is not ended by ";"`);
    if (end.kind === ';') add(directives, { name: first.text, args, line: first.line }, file);
    else {
      const inner = parseBlock(file, at + 1, depth + 1);
      directives.push({ name: first.text, args, block: inner.directives, line: first.line });
      at = inner.at;
    }
    at += 1;
  }
}

/** What is included stands where it is included. */
function add(directives: Directive[], directive: Directive, { load }: File): void {
  if (directive.name !== 'include') directives.push(directive);
  else for (const included of load(directive.args[0] ?? '', directive.line)) directives.push(included);
}

/** The directives of that name, in order. */
export function named(directives: readonly Directive[], name: string): readonly Directive[] {
  if (directives.length > SHORT) return byName(directives).get(name) ?? NONE;
  return directives.filter((directive) => directive.name === name);
}

export function first(directives: readonly Directive[], name: string): Directive | undefined {
  return directives.length > SHORT ? byName(directives).get(name)?.[0] : directives.find((directive) => directive.name === name);
}

/** The last one counts where a directive may stand once. */
export function last(directives: readonly Directive[], name: string): Directive | undefined {
  return directives.length > SHORT ? byName(directives).get(name)?.at(-1) : directives.findLast((directive) => directive.name === name);
}

const NONE: readonly Directive[] = [];
/** Longer lists are asked for so many names that they are sorted once. */
const SHORT = 8;
const byName = oncePer((directives: readonly Directive[]): ReadonlyMap<string, readonly Directive[]> => groupedBy(directives, ({ name }) => name));
