import type { Address, Network } from '../ip.ts';

export type Operator = '==' | '!=' | '~' | '^=' | '=^' | '>' | '>=' | '<' | '<=' | 'in' | 'not in' | 'contains';
/** The left side: a field below `any()` and `lower()`. */
export interface Field {
  readonly name: string;
  readonly any: boolean;
  readonly lower: boolean;
}
export type Literal =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'ip'; readonly address: Address }
  | { readonly kind: 'cidr'; readonly network: Network };
export type Atc =
  | { readonly kind: 'and' | 'or'; readonly left: Atc; readonly right: Atc }
  | { readonly kind: 'not'; readonly operand: Atc }
  | { readonly kind: 'predicate'; readonly field: Field; readonly operator: Operator; readonly literal: Literal; readonly regex?: RegExp };
