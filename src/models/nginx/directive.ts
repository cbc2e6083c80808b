import { ConfigError, tokenize } from './tokens.ts';
import type { Token } from './tokens.ts';

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block?: readonly Directive[];
  readonly line: number;
}

/** The tree of a configuration file; bytes as latin-1. */
export function parseConfig(text: string): readonly Directive[] {
  const tokens = tokenize(text);
  const { directives, at } = parseBlock(tokens, 0, 0);
  if (at < tokens.length) throw new ConfigError(`line ${String(tokens[at]?.line ?? 0)}: unexpected "}"`);
  return directives;
}

function parseBlock(tokens: readonly Token[], from: number, depth: number): { readonly directives: readonly Directive[]; readonly at: number } {
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
    if (end.kind === ';') directives.push({ name: first.text, args, line: first.line });
    else {
      const inner = parseBlock(tokens, at + 1, depth + 1);
      directives.push({ name: first.text, args, block: inner.directives, line: first.line });
      at = inner.at;
    }
    at += 1;
  }
}

/** The directives of that name, in order. */
export function named(directives: readonly Directive[], name: string): readonly Directive[] {
  return directives.filter((directive) => directive.name === name);
}

export function first(directives: readonly Directive[], name: string): Directive | undefined {
  return directives.find((directive) => directive.name === name);
}
