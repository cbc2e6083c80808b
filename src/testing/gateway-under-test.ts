import type { ExplainRequest } from './request.ts';
import type { Outcome } from './route-test.ts';

/** What the matchers of `gateway-compiler/vitest` ask: made by `gatewayUnderTest`. */
export interface GatewayUnderTest {
  /** Undefined where no entry point serves the request. */
  readonly decide: (request: ExplainRequest) => Outcome | undefined;
  /** What `gateway explain` prints. */
  readonly explain: (request: ExplainRequest) => string;
}
