import type { HeaderList } from '../../ir/index.ts';
import type { KongConsumer } from './document.ts';
import type { RouterRequest } from './request.ts';

export interface Answer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body?: string;
}
export interface AccessState {
  readonly request: RouterRequest;
  readonly consumers: readonly KongConsumer[];
  /** Set by an authentication plugin. */
  consumer: KongConsumer | undefined;
  /** What names the credential to the service. */
  credential?: string;
  /** The consumer stands in for one that is not known. */
  anonymous?: boolean;
  /** Fields and query parameters that `hide_credentials` takes out. */
  readonly hidden: { readonly headers: string[]; readonly query: string[] };
  /** Seconds since 1970. */
  readonly now: number;
  /** Plugins whose answer this model does not know (rate-limiting counters, ...). */
  readonly unmodelled: string[];
}

/** The text of most refusals. */
export const errorBody = (message: string): string => `{\n  "message":"${message}",\n  "request_id":"<id>"\n}`;
