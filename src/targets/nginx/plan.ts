import type { OutputFile } from '../target.ts';

/** Text, or a variable by its name without `$`. */
export type Part = string | { readonly variable: string };

/**
 * One word of a directive.
 * - `word`: ours, printed as it stands;
 * - `literal`: a text in a place where nginx expands no variables (locations, server names, map keys, regexes, files of geo);
 * - `template`: text and variables where nginx expands variables;
 * - `message`: a constant of ours that may hold line breaks.
 */
export type Word =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'template'; readonly parts: readonly Part[] }
  | { readonly kind: 'message'; readonly text: string };

/** Templates look at nothing that is not there: `block` is always written out. */
export type Statement =
  | { readonly kind: 'directive'; readonly words: readonly Word[]; readonly block: readonly Statement[] | undefined }
  | { readonly kind: 'comment'; readonly text: string; readonly block: undefined }
  | { readonly kind: 'blank'; readonly block: undefined };

export interface HttpPlan {
  /** What is included, and what depends on the gateway. */
  readonly settings: readonly Statement[];
  /** Variables of this gateway's rules and middlewares. */
  readonly computed: readonly Statement[];
  readonly pools: readonly Statement[];
  readonly servers: readonly Statement[];
}

/** A file that `nginx.conf` includes. */
export interface IncludedFile {
  readonly path: string;
  readonly notes: readonly string[];
  readonly statements: readonly Statement[];
}

/** The nginx target's own tree: a configuration file, what it includes, and the files beside it. */
export interface Plan {
  readonly note: string;
  readonly main: readonly Statement[];
  readonly http: HttpPlan | undefined;
  readonly stream: readonly Statement[] | undefined;
  readonly included: readonly IncludedFile[];
  readonly files: readonly OutputFile[];
  /** Whether nginx.conf itself holds a secret: it is for its owner alone. */
  readonly secret: boolean;
}

export function literal(text: string): Word {
  return { kind: 'literal', text };
}

export function template(...parts: readonly Part[]): Word {
  return { kind: 'template', parts };
}

export function message(text: string): Word {
  return { kind: 'message', text };
}

export function variable(name: string): Part {
  return { variable: name };
}

/** A directive without a block; strings are our own words. */
export function directive(name: string | Word, ...words: readonly (string | Word)[]): Statement {
  return { kind: 'directive', words: [name, ...words].map(asWord), block: undefined };
}

/** A directive with a block. */
export function block(words: readonly (string | Word)[], statements: readonly Statement[]): Statement {
  return { kind: 'directive', words: words.map(asWord), block: statements };
}

export function comment(text: string): Statement {
  return { kind: 'comment', text, block: undefined };
}

export const BLANK: Statement = { kind: 'blank', block: undefined };

function asWord(word: string | Word): Word {
  return typeof word === 'string' ? { kind: 'word', text: word } : word;
}
