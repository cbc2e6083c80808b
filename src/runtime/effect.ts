import type { Endpoint, HeaderList, Transport } from '../ir/index.ts';
import { canonicalHeaders } from './headers.ts';
import type { Body, Draft, Inform, RuntimeRequest, RuntimeResponse } from './message.ts';

/** A message as it leaves for a server: nothing more is added to it but Content-Length and Connection. */
export interface UpstreamRequest {
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly headers: HeaderList;
  readonly body: Body;
  /** Set when the client asked for another protocol (`websocket`). */
  readonly upgrade?: string;
}
/** Where it goes. */
export type Destination =
  | { readonly kind: 'endpoint'; readonly endpoint: Endpoint; readonly transport: Transport | undefined }
  | { readonly kind: 'url'; readonly url: string; readonly timeout: number; readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string; readonly insecureSkipVerify: boolean } };

export interface UpstreamResponse {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Body;
  readonly upgrade?: unknown;
}
/** Why no answer came. Before a byte of the request was sent: `refused`, `unreached` (in time), `distrusted` (no TLS that can be trusted). `garbled` = what came is no answer. */
export type Failure = Unsent | 'closed' | 'garbled' | 'timeout' | 'cancelled' | 'unsupported';
type Unsent = 'refused' | 'unreached' | 'distrusted';

/** The only failures that retry repeats without `status`. */
export function isUnsent(failure: Failure): failure is Unsent {
  return failure === 'refused' || failure === 'unreached' || failure === 'distrusted';
}

/** What a handler asks its driver for. A decision answers from stubs, a server from sockets and timers. */
export type Effect =
  | { readonly kind: 'send'; readonly to: Destination; readonly request: UpstreamRequest; /** Wants to know what comes ahead of the answer. */ readonly informed?: Inform }
  /** At most `atMost` bytes of a body; `rest` begins with them again. */
  | { readonly kind: 'read'; readonly body: Body; readonly atMost: number }
  | { readonly kind: 'sleep'; readonly milliseconds: number }
  /** Runs beside the answer, after it (mirrors). */
  | { readonly kind: 'detach'; readonly run: () => Effects<void> };
export type EffectResult =
  | { readonly kind: 'sent'; readonly outcome: Sent }
  | { readonly kind: 'read'; readonly read: Read }
  | { readonly kind: 'done' };
export type Sent = { readonly kind: 'response'; readonly response: UpstreamResponse } | { readonly kind: 'failure'; readonly failure: Failure };
export interface Read {
  readonly bytes: Uint8Array;
  /** The body ends here. */
  readonly complete: boolean;
  /** It broke off before it was complete or longer than was asked for. */
  readonly torn?: boolean;
  readonly rest: Body;
}

export type Effects<T> = Generator<Effect, T, EffectResult>;
export type Handler = (request: RuntimeRequest, draft: Draft) => Effects<RuntimeResponse>;
export type Wrapper = (next: Handler) => Handler;

/** A handler that asks for nothing. */
export function answering(answer: (request: RuntimeRequest, draft: Draft) => RuntimeResponse): Handler {
  return function* (request, draft) {
    yield* [];
    return answer(request, draft);
  };
}

/** Field names of the answer come back canonical, as Go reads them. */
export function* send(to: Destination, request: UpstreamRequest, informed?: Inform): Effects<Sent> {
  const result = yield informed === undefined ? { kind: 'send', to, request } : { kind: 'send', to, request, informed: (status, headers) => informed(status, canonicalHeaders(headers)) };
  if (result.kind !== 'sent') throw new TypeError('the driver answered a send with something else');
  const { outcome } = result;
  if (outcome.kind === 'failure') return outcome;
  const { status, headers, body, upgrade } = outcome.response;
  const response = { status, headers: canonicalHeaders(headers), body };
  return { kind: 'response', response: upgrade === undefined ? response : { ...response, upgrade } };
}

export function* read(body: Body, atMost: number): Effects<Read> {
  if (body.kind === 'none') return { bytes: new Uint8Array(), complete: true, rest: body };
  if (body.kind === 'bytes') return { bytes: body.bytes.subarray(0, atMost), complete: body.bytes.length <= atMost, rest: body };
  const result = yield { kind: 'read', body, atMost };
  if (result.kind !== 'read') throw new TypeError('the driver answered a read with something else');
  return result.read;
}

export function* sleep(milliseconds: number): Effects<void> {
  if (milliseconds > 0) yield { kind: 'sleep', milliseconds };
}

export function* detach(run: () => Effects<void>): Effects<void> {
  yield { kind: 'detach', run };
}
