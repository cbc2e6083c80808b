import type { Sourced } from '../text/index.ts';

export type RuleSyntax = 'v2' | 'v3';

/** One argument of a matcher: its value after unquoting, with its own place inside the rule. */
export interface Argument extends Sourced<string> {
  /** Names of the variables without a value that the argument holds as `${NAME}`; absent = known. */
  readonly holes?: readonly string[];
  /** The variables that a secret was filled in from: it is neither shown nor written. Absent = no secret. */
  readonly secretOf?: readonly string[];
}

/**
 * HTTP matchers, one meaning each, whatever syntax they were written in. Patterns are Go RE2 source text.
 * - `host`: lower-cased; `*` and `*.x` are wildcards only where `wildcard` is true (v3 since 3.7).
 * - `query` with value undefined is v3's one-argument form: present with an empty value.
 * - `v2` marks matchers whose meaning differs in the v2 grammar (see rule-lang/v2): templates compiled to anchored
 *   patterns, first query value only, `queryPresent`.
 */
export type HttpMatcher =
  | { readonly kind: 'host'; readonly host: Argument; readonly wildcard: boolean }
  | { readonly kind: 'hostRegexp'; readonly pattern: Argument; readonly v2?: boolean }
  | { readonly kind: 'path'; readonly path: Argument }
  | { readonly kind: 'pathPrefix'; readonly prefix: Argument }
  | { readonly kind: 'pathRegexp'; readonly pattern: Argument; readonly v2?: boolean }
  | { readonly kind: 'method'; readonly method: Argument }
  | { readonly kind: 'header'; readonly name: Argument; readonly value: Argument }
  | { readonly kind: 'headerRegexp'; readonly name: Argument; readonly pattern: Argument }
  | { readonly kind: 'query'; readonly name: Argument; readonly value?: Argument; readonly v2?: boolean }
  | { readonly kind: 'queryPresent'; readonly name: Argument }
  | { readonly kind: 'queryRegexp'; readonly name: Argument; readonly pattern?: Argument; readonly v2?: boolean }
  | { readonly kind: 'clientIp'; readonly range: Argument };

export type TcpMatcher =
  | { readonly kind: 'hostSni'; readonly host: Argument }
  | { readonly kind: 'hostSniRegexp'; readonly pattern: Argument; readonly v2?: boolean }
  | { readonly kind: 'clientIp'; readonly range: Argument }
  | { readonly kind: 'alpn'; readonly protocol: Argument };

/** A boolean expression over matchers. `and` and `or` have at least two operands. */
export type Expr<M> =
  | { readonly kind: 'and'; readonly operands: readonly Expr<M>[] }
  | { readonly kind: 'or'; readonly operands: readonly Expr<M>[] }
  | { readonly kind: 'not'; readonly operand: Expr<M> }
  | { readonly kind: 'match'; readonly matcher: M; readonly origin: import('../text/index.ts').OriginId }
  /** Always or never true: `HostRegexp` that matches the empty string, entry-point rules. */
  | { readonly kind: 'constant'; readonly value: boolean };

export type RuleExpr = Expr<HttpMatcher>;
export type TcpRuleExpr = Expr<TcpMatcher>;
