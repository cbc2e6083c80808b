/** Go patterns over bytes: matched as UTF-8 text, given back as bytes. */
import { decodeUtf8, encodeUtf8 } from '../rule-lang/index.ts';
import { compilePattern as compile } from '../rule-lang/index.ts';

export interface Pattern {
  /** The leftmost match; undefined = none. */
  readonly find: (bytes: string) => string | undefined;
  readonly test: (bytes: string) => boolean;
  /** All matches replaced by a Go template (`$1`, `${name}`). */
  readonly replace: (bytes: string, template: string) => string;
}
const NEVER: Pattern = { find: () => undefined, test: () => false, replace: (bytes) => bytes };

/** A pattern that Go refuses has disabled its router before it comes here; it then matches nothing. */
export function compilePattern(source: string): Pattern {
  const compiled = compile(source);
  if (!compiled.ok) return NEVER;
  const { pattern } = compiled;
  return {
    find: (bytes) => {
      const match = pattern.find(decodeUtf8(bytes))?.[0];
      return match === undefined ? undefined : encodeUtf8(match);
    },
    test: pattern.testBytes,
    replace: (bytes, template) => encodeUtf8(pattern.replaceAll(decodeUtf8(bytes), template)),
  };
}
