import type { Consumer, HeaderList, Route } from '../ir/index.ts';
import { headerOf, overrideHeaders, removeHeader, setHeader } from './headers.ts';
import { requestUri, type UrlPath } from './url.ts';
import type { UpstreamRequest } from './effect.ts';
import { statusText } from './status-text.ts';

/** What a driver does to a body on its way. */
export type Transform = 'gzip' | 'br' | 'zstd' | 'gunzip';

/** A body. Streams belong to the driver: handlers look into them only with the `read` effect. */
export type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'stream'; readonly source: unknown; readonly length: number | undefined }
  | { readonly kind: 'transformed'; readonly by: Transform; readonly from: Body };

export const NO_BODY: Body = { kind: 'none' };

export function bytesBody(bytes: Uint8Array): Body {
  return bytes.length === 0 ? NO_BODY : { kind: 'bytes', bytes };
}

/** What a client asked for and showed in its handshake: certificates are DER, its own first. */
export interface ClientTlsState {
  /** Empty = none was named. */
  readonly serverName: string;
  readonly peerCertificates: readonly Uint8Array[];
}

/**
 * A request on its way through a chain. One object travels and is changed by the middlewares, as in Traefik, so that
 * an outer middleware sees after the fact what inner ones did (the error page is asked with the stripped path);
 * those that send it again work on copies.
 */
export interface RuntimeRequest {
  method: string;
  /** The Host that counts: header or absolute target; middlewares may set it. */
  host: string;
  /** Decoded path and, where it is not its default encoding, the written one. Bytes as latin-1. */
  path: string;
  rawPath: string;
  rawQuery: string;
  forceQuery: boolean;
  /** What the proxy takes the upstream path and query from. */
  requestUri: string;
  /** Of the request's own URL: an absolute target has one, and a redirection that lets a request pass gives it one; else empty. */
  urlScheme: string;
  headers: HeaderList;
  /** `X-Forwarded-For` was deleted by a headers middleware: the proxy adds none. */
  forwardedForSuppressed: boolean;
  /** From `entryPoints.X.forwardedHeaders.notAppendXForwardedFor`. */
  readonly appendForwardedFor: boolean;
  body: Body;
  /** Set by retry, written by the proxy; copies of the request share it. */
  attempt: Attempt | undefined;
  /** Who calls, once a middleware found out. */
  consumer?: Consumer | undefined;
  readonly clientIp: string;
  readonly tls: ClientTlsState | undefined;
  readonly scope: Scope;
}

/** How far the sending of a request came, as Traefik's trace hooks tell retry. */
export interface Attempt {
  /** The proxy was reached: answers made before it (an auth middleware's 401) are never repeated. */
  reached: boolean;
  /** Something of the request was sent to a server. */
  wrote: boolean;
}

/** The world of one run: clock, chance, state, health. */
export interface Scope {
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** 0 <= x < 1. */
  readonly random: () => number;
  /** The key of all state: rate-limit buckets, breakers, balancers. */
  readonly memory: object;
  /** True when a decision is asked for: balancers write no cookie, nobody sleeps. */
  readonly deciding: boolean;
  /** Name that X-Forwarded-Server shows. */
  readonly hostname: string;
}

export interface RuntimeResponse {
  readonly status: number;
  readonly headers: HeaderList;
  /** Names that something on the way deleted, for {@link Decision}'s operations. */
  readonly removed: readonly string[];
  /** Content-Type is held back as Go's nil entry: nothing is guessed. */
  readonly untyped: boolean;
  readonly body: Body;
  /** What the service was sent, when the answer is its own and not the proxy's. */
  readonly via: UpstreamRequest | undefined;
  /** The route that took the request; absent = none did. */
  readonly route?: Route;
  /** The connection changes protocol; the driver ties both ends together. */
  readonly upgrade?: unknown;
  /** Called once when the answer is over. */
  readonly finalizers: readonly (() => void)[];
}

/** Tells the client something ahead of the answer: a status from 100 to 199 and its fields. */
export type Inform = (status: number, headers: HeaderList) => void;

/** Response headers that handlers wrote before an answer existed (Go's ResponseWriter.Header()). */
export interface Draft {
  headers: HeaderList;
  untyped: boolean;
  /** Absent = whoever holds the answer back drops what comes ahead of it. */
  readonly inform?: Inform;
}

/** A draft of its own: errors, retry, buffering and failover keep the answer away from the real one. */
export function freshDraft(): Draft {
  return { headers: [], untyped: false };
}

/** What a server says ahead of its answer goes out with all that the draft holds, and takes that along (ran: a sticky cookie). */
export function informedBy(draft: Draft): Inform | undefined {
  const { inform } = draft;
  if (inform === undefined) return undefined;
  return (status, headers) => {
    draft.headers = [...draft.headers, ...headers];
    inform(status, draft.headers);
    draft.headers = [];
    draft.untyped = false;
  };
}

/** A draft of its own whose early answers go out over another: there their fields stay, for the answer too (ran: errors). */
export function draftOver(outer: Draft): Draft {
  const { inform } = outer;
  if (inform === undefined) return freshDraft();
  return {
    ...freshDraft(),
    inform: (status, headers) => {
      outer.headers = overrideHeaders(outer.headers, headers);
      inform(status, outer.headers);
    },
  };
}

/** An answer kept apart goes out over the draft: its fields replace those of the same name. */
export function ontoDraft(draft: Draft, response: RuntimeResponse): RuntimeResponse {
  const typed = headerOf(response.headers, 'Content-Type') !== undefined;
  return { ...response, headers: overrideHeaders(draft.headers, response.headers), untyped: draft.untyped && !typed };
}

export function setPath(request: RuntimeRequest, url: UrlPath): void {
  request.path = url.path;
  request.rawPath = url.rawPath;
}

export function syncRequestUri(request: RuntimeRequest): void {
  request.requestUri = requestUri(request);
}

const encoder = new TextEncoder();

/** An answer of the proxy itself, over what the draft holds. */
export function respond(draft: Draft, status: number, fields: HeaderList = [], text = ''): RuntimeResponse {
  let headers = draft.headers;
  for (const [name, value] of fields) headers = setHeader(headers, name, value);
  const body = bytesBody(encoder.encode(text));
  return { status, headers, removed: [], untyped: draft.untyped && headerOf(headers, 'Content-Type') === undefined, body, via: undefined, finalizers: [] };
}

/** The status with its text as body and no Content-Type, as Traefik 3.7 writes redirects, 403, 413, 429, 502 and 503 (ran). */
export function respondStatus(draft: Draft, status: number, fields: HeaderList = []): RuntimeResponse {
  return respond(draft, status, fields, statusText(status));
}

/** Go's http.Error: a line of plain text. */
export function respondError(draft: Draft, status: number, text: string): RuntimeResponse {
  const held = { ...draft, headers: removeHeader(draft.headers, 'Content-Length') };
  return respond(held, status, [['Content-Type', 'text/plain; charset=utf-8'], ['X-Content-Type-Options', 'nosniff']], `${text}\n`);
}

export function setResponseHeader(response: RuntimeResponse, name: string, value: string): RuntimeResponse {
  const untyped = response.untyped && name.toLowerCase() !== 'content-type';
  return { ...response, untyped, headers: setHeader(response.headers, name, value), removed: response.removed.filter((other) => other.toLowerCase() !== name.toLowerCase()) };
}

/** Deletes a field; deleting Content-Type also lifts the hold on guessing one, as it deletes Go's nil entry. */
export function deleteResponseHeader(response: RuntimeResponse, name: string): RuntimeResponse {
  const untyped = response.untyped && name.toLowerCase() !== 'content-type';
  return { ...response, untyped, headers: removeHeader(response.headers, name), removed: [...response.removed, name] };
}
