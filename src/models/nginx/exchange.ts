import type { HeaderList } from '../../ir/index.ts';
import type { Packed } from './packing.ts';

/** A request to one of these endpoints. */
export interface Hop {
  readonly endpoints: readonly { readonly address: string; readonly weight: number }[];
  readonly method: string;
  readonly target: string;
  /** As the endpoint receives them, Host among them. */
  readonly headers: HeaderList;
  /** The client's body is sent along. */
  readonly body: boolean;
  /** Where one of them cannot be reached, another one is asked. */
  readonly passesOn: boolean;
  /** What came of this would lead to another endpoint, but there is no other. */
  readonly alone: boolean;
}

/** A copy of a request, whose answer is dropped. */
export interface Copy extends Hop {
  /** Of 100 requests. */
  readonly share: number;
}

/** What nginx does with a request, in its own words. `hops`: everybody who is asked, in order, the last one too. */
export type NginxAnswer =
  | {
      readonly kind: 'forward';
      readonly endpoints: Hop['endpoints'];
      readonly target: string;
      readonly hops: readonly Hop[];
      readonly copies: readonly Copy[];
      /** Set where the answer is packed. */
      readonly packed?: Packed;
      /** What the client sees in place of the endpoint's own: this is the page to it. */
      readonly status?: number;
      /** As the endpoint receives them, Host among them. */
      readonly requestHeaders: HeaderList;
      /** Added to the answer of an endpoint. */
      readonly added: HeaderList;
      /** Fields of the endpoint's answer that go no further, lower case. */
      readonly hidden: readonly string[];
      /** Name of the location and `$uri` in it. */
      readonly location: string;
      readonly uri: string;
    }
  /** Status 0: the connection is closed without an answer. */
  | { readonly kind: 'respond'; readonly status: number; readonly headers: HeaderList; readonly body?: string; readonly hops: readonly Hop[] }
  /** Something stands in the text that this reader does not know: nothing is guessed. */
  | { readonly kind: 'unknown'; readonly directive: string };

/** What endpoints answer, as far as it matters. */
export interface Replies {
  /** Header of the answer: what is added to that may depend on it. */
  readonly headers?: HeaderList;
  /** Statuses in the order of the requests, then 200; 0 = nobody can be reached. */
  readonly statuses?: readonly number[];
}
