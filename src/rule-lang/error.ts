import type { OriginId } from '../text/index.ts';

export type RuleErrorCode =
  | 'syntax'
  | 'quote'
  | 'empty-rule'
  | 'unknown-matcher'
  | 'arity'
  | 'no-argument'
  | 'empty-argument'
  | 'no-leading-slash'
  | 'non-ascii-host'
  | 'bad-host'
  | 'bad-regexp'
  | 'bad-ip'
  | 'bad-template'
  | 'bad-query'
  | 'bad-protocol';

/** Something that makes the engine refuse the rule. A rule may have several; the engine names the first one only. */
export interface RuleError {
  readonly code: RuleErrorCode;
  /** Our words: lower case, values in double quotes. */
  readonly message: string;
  /** The engine's words behind its `error while parsing rule R: ` prefix (2.11 has no prefix for most). */
  readonly engineSays: string;
  /** The exact part of the rule. */
  readonly origin: OriginId;
  /** What to write in that place instead. */
  readonly suggestion?: string;
}
