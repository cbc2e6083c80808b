import type { HeaderList } from '../../ir/index.ts';
import { read, type Effects } from '../effect.ts';
import { addHeader, canonicalName, headerOf, removeHeader, setHeader, tokensOf } from '../headers.ts';
import { bytesBody, freshDraft, NO_BODY, respond, type Draft, type RuntimeRequest, type RuntimeResponse } from '../message.ts';
import type { Factory } from './factory.ts';

const WEB = 'application/grpc-web';
const TEXT = 'application/grpc-web-text';
const GRPC = 'application/grpc';
/** What rs/cors allows when nothing is said. */
const METHODS = ['GET', 'POST', 'HEAD'];

/** gRPC-Web to gRPC and back, with its CORS answers (traefik/grpc-web; ran against a plain HTTP server). Bodies are held in memory. */
export const grpcWeb: Factory<'grpcWeb'> = (spec) => {
  const allowed = (origin: string) => spec.allowOrigins.some((one) => one === '*' || one === origin);
  return (next) =>
    function* (request, draft) {
      if (!isWeb(request) && !isWebPreflight(request)) return yield* next(request, draft);
      const origin = headerOf(request.headers, 'Origin') ?? '';
      if (request.method === 'OPTIONS' && method(request) !== '') return preflight(request, draft, origin, allowed);
      draft.headers = addHeader(draft.headers, 'Vary', 'Origin');
      if (origin !== '' && allowed(origin) && METHODS.includes(request.method)) {
        draft.headers = setHeader(setHeader(draft.headers, 'Access-Control-Allow-Origin', origin), 'Access-Control-Allow-Credentials', 'true');
      }
      const text = type(request).startsWith(TEXT);
      yield* intoGrpc(request, text);
      return yield* intoWeb(yield* next(request, freshDraft()), draft, text);
    };
};

function type(request: RuntimeRequest): string {
  return headerOf(request.headers, 'Content-Type') ?? '';
}

function method(request: RuntimeRequest): string {
  return headerOf(request.headers, 'Access-Control-Request-Method') ?? '';
}

function isWeb(request: RuntimeRequest): boolean {
  return request.method === 'POST' && type(request).startsWith(WEB);
}

function isWebPreflight(request: RuntimeRequest): boolean {
  return request.method === 'OPTIONS' && (headerOf(request.headers, 'Access-Control-Request-Headers') ?? '').toLowerCase().includes('x-grpc-web');
}

function preflight(request: RuntimeRequest, draft: Draft, origin: string, allowed: (origin: string) => boolean): RuntimeResponse {
  const response = respond(draft, 200);
  let headers: HeaderList = response.headers;
  for (const name of ['Origin', 'Access-Control-Request-Method', 'Access-Control-Request-Headers']) headers = addHeader(headers, 'Vary', name);
  if (origin === '' || !allowed(origin) || !METHODS.includes(method(request).toUpperCase())) return { ...response, headers };
  const asked = tokensOf(request.headers, 'Access-Control-Request-Headers').map(canonicalName);
  headers = setHeader(headers, 'Access-Control-Allow-Origin', origin);
  headers = setHeader(headers, 'Access-Control-Allow-Methods', method(request).toUpperCase());
  if (asked.length > 0) headers = setHeader(headers, 'Access-Control-Allow-Headers', asked.join(', '));
  headers = setHeader(headers, 'Access-Control-Allow-Credentials', 'true');
  return { ...response, headers: setHeader(headers, 'Access-Control-Max-Age', '600') };
}

function* intoGrpc(request: RuntimeRequest, text: boolean): Effects<void> {
  request.headers = removeHeader(setHeader(request.headers, 'Content-Type', type(request).replace(text ? TEXT : WEB, GRPC)), 'Content-Length');
  if (!text) return;
  const held = yield* read(request.body, Number.MAX_SAFE_INTEGER);
  request.body = bytesBody(Buffer.from(Buffer.from(held.bytes).toString('latin1'), 'base64'));
}

function* intoWeb(answer: RuntimeResponse, draft: Draft, text: boolean): Effects<RuntimeResponse> {
  let headers: HeaderList = [...draft.headers, ...answer.headers.filter(([name]) => name !== 'Trailer').map(([name, value]) => [name, name === 'Content-Type' ? value.replace(GRPC, text ? TEXT : WEB) : value] as const)];
  const names = [...new Set(headers.map(([name]) => name)), 'grpc-status', 'grpc-message'];
  headers = setHeader(headers, 'Access-Control-Expose-Headers', names.join(', '));
  const out = { ...answer, headers, untyped: draft.untyped && headerOf(headers, 'Content-Type') === undefined };
  // With a declared length nothing can be added: the text form does not even fit (ran: an empty body).
  if (headerOf(answer.headers, 'Content-Length') !== undefined) return text ? { ...out, body: NO_BODY } : out;
  const held = yield* read(answer.body, Number.MAX_SAFE_INTEGER);
  const framed = Buffer.concat([held.bytes, Buffer.from([0x80, 0, 0, 0, 0])]);
  return { ...out, body: bytesBody(text ? Buffer.from(framed.toString('base64')) : framed) };
}
