import type { Decision, HeaderList } from '../ir/index.ts';
import type { Ladder } from './ladder/rung.ts';

export interface ExplainedDecision {
  readonly kind: Decision['kind'];
  readonly router: string | null;
  readonly service: string | null;
  readonly endpoint: string | null;
  /** Path and query that the endpoint receives. */
  readonly target: string | null;
  readonly status: number | null;
  /** Set on the way to the endpoint, or on the gateway's own answer. */
  readonly headers: HeaderList;
}

/** What one router says to the request. */
export interface Candidate {
  readonly router: string;
  readonly rule: string;
  readonly priority: string;
  readonly matched: boolean;
  /** The first part of the rule that is false, or what it lost by. */
  readonly reason: string;
  readonly at: string;
}

/** A router that would have taken the request if less were different. */
export interface NearMiss {
  readonly router: string;
  readonly entryPoint: string;
  readonly tls: boolean;
  /** `host ok`, `path ok`. */
  readonly ok: readonly string[];
  readonly failed: readonly string[];
  readonly at: string;
}

/** Header fields that differ, on both sides of a step. */
export interface FieldChange {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What one middleware does to the request. */
export interface Step {
  readonly middleware: string;
  readonly kind: string;
  readonly at: string;
  /** The target on its way to the endpoint, or the status of an answer. */
  readonly before: string;
  readonly after: string;
  /** Fields of the request that the endpoint receives otherwise. */
  readonly requestHeaders: readonly FieldChange[];
  /** Fields of the answer. */
  readonly responseHeaders: readonly FieldChange[];
  /** False behind a middleware that answers itself: what it would do to a request that is let through. */
  readonly reached: boolean;
  /** What cannot be said without running it: `opaque` for a plugin. */
  readonly note: string | null;
}

/** Where one part of the answer is written. */
export interface Part {
  readonly part: 'rule' | 'priority' | 'entry point' | 'tls' | 'service' | 'endpoint';
  readonly value: string;
  readonly at: string;
}

/** What the files of a target do with the same request. */
export interface TargetAnswer {
  readonly target: string;
  readonly version: string;
  /** `declined`: a form of request that the target refuses by declaration; `unwritten`: nothing is built for it. */
  readonly outcome: 'same' | 'differs' | 'declined' | 'unknown' | 'unwritten';
  /** The server block and location, or the route, that took it. */
  readonly took: string | null;
  readonly detail: string | null;
}

/** `gateway.explain/1`. */
export interface ExplainDocument {
  readonly schema: 'gateway.explain/1';
  readonly gateway: string;
  readonly request: { readonly method: string; readonly host: string; readonly target: string; readonly entryPoint: string; readonly tls: boolean };
  readonly decision: ExplainedDecision;
  readonly candidates: readonly Candidate[];
  readonly steps: readonly Step[];
  readonly parts: readonly Part[];
  readonly nearest: readonly NearMiss[];
  readonly ladders: readonly Ladder[];
  readonly targets: readonly TargetAnswer[];
  readonly notes: readonly string[];
}

export interface Explained {
  readonly document: ExplainDocument;
}
