import { fieldValue, isToken } from '../text/index.ts';
import type { Body, RuntimeResponse } from './message.ts';
import { NO_BODY } from './message.ts';
import { read, type Effects } from './effect.ts';
import { headerOf, removeHeader, removeHeaders, setHeader } from './headers.ts';
import { sniffContentType } from './sniff.ts';

/** Bytes that Go's servers hold back of an answer: one that is over by then says its length (ran). */
export const HELD_BACK = { http1: 2048, http2: 4096 } as const;

/** Of a request: what its answer depends on at last. */
interface Asked {
  readonly method: string;
  readonly http2?: boolean;
}

/** What Go's HTTP server does to an answer at last: guesses a type, counts its own bodies, drops what a status forbids. */
export function* finish(response: RuntimeResponse, { method, http2 = false }: Asked): Effects<RuntimeResponse> {
  const bare = withoutForbidden(written(yield* typed(response)), { method, http2 });
  if (bare.body.kind !== 'bytes' && !(bare.body.kind === 'none' && method !== 'HEAD')) return bare;
  if (!bodyAllowed(bare.status) || headerOf(bare.headers, 'Content-Length') !== undefined) return bare;
  const length = bare.body.kind === 'bytes' ? bare.body.bytes.length : 0;
  // What is longer has begun before anybody knows its end.
  if (length > (http2 ? HELD_BACK.http2 : HELD_BACK.http1)) return bare;
  return { ...bare, headers: setHeader(bare.headers, 'Content-Length', String(length)) };
}

/** A type is guessed only where nothing holds it back: a contentType middleware, or a headers middleware that deletes it. */
export function* typed(response: RuntimeResponse): Effects<RuntimeResponse> {
  if (response.untyped || isLengthless(response.body) || headerOf(response.headers, 'Content-Type') !== undefined || headerOf(response.headers, 'Content-Encoding') !== undefined) return response;
  const held = yield* read(response.body, 512);
  if (held.bytes.length === 0) return { ...response, body: held.rest };
  return { ...response, body: held.rest, headers: setHeader(response.headers, 'Content-Type', sniffContentType(held.bytes)) };
}

/** The head of such an answer goes out before any byte that a type could be guessed by (ran: nearly always). */
function isLengthless(body: Body): boolean {
  return (body.kind === 'stream' && body.length === undefined) || (body.kind === 'transformed' && body.by === 'gunzip');
}

const AWKWARD_VALUE = /[\r\n]|^[\t ]|[\t ]$/;
/** Line breaks in a value become spaces, blanks at its ends are cut, and what is no name is left out (net/http, header.go). */
export function written(response: RuntimeResponse): RuntimeResponse {
  if (response.headers.every(([name, value]) => isToken(name) && !AWKWARD_VALUE.test(value))) return response;
  const headers = response.headers.filter(([name]) => isToken(name)).map(([name, value]) => [name, fieldValue(value.replace(/[\r\n]/g, ' '))] as const);
  return { ...response, headers };
}

function bodyAllowed(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304;
}

function withoutForbidden(response: RuntimeResponse, { method, http2 }: Required<Asked>): RuntimeResponse {
  // HTTP/2 leaves a 304 its fields (ran).
  if (response.status === 304 && http2) return { ...response, body: NO_BODY };
  if (response.status === 304) return { ...response, body: NO_BODY, headers: removeHeaders(response.headers, ['Content-Type', 'Content-Length', 'Transfer-Encoding']) };
  if (!bodyAllowed(response.status) && response.upgrade === undefined) return { ...response, body: NO_BODY, headers: removeHeader(response.headers, 'Content-Length') };
  if (method !== 'HEAD') return response;
  return { ...response, body: NO_BODY, headers: headLength(response) };
}

/** The proxy's own answers to HEAD say how long they would be (ran). */
function headLength(response: RuntimeResponse): RuntimeResponse['headers'] {
  if (response.body.kind !== 'bytes' || headerOf(response.headers, 'Content-Length') !== undefined || response.via !== undefined) return response.headers;
  return setHeader(response.headers, 'Content-Length', String(response.body.bytes.length));
}
