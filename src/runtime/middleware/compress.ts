import { acceptedCoding } from './compress-accept.ts';
import { read, type Effects } from '../effect.ts';
import { addHeader, headerOf, removeHeader, valuesOf } from '../headers.ts';
import { deleteResponseHeader, setResponseHeader, type RuntimeRequest, type RuntimeResponse } from '../message.ts';
import { sniffContentType } from '../sniff.ts';
import { matchesType, parseMediaType, type MediaType } from './media-type.ts';
import type { Factory } from './factory.ts';

interface Rules {
  readonly coding: 'gzip' | 'br' | 'zstd';
  readonly minimum: number;
  readonly allowed: (type: string) => boolean;
}

/** Packs answers in the coding that the client prefers; `Vary` goes out whenever one was chosen (pkg/middlewares/compress; ran). */
export const compress: Factory<'compress'> = (spec, { packs }) => {
  const excluded = ['application/grpc', ...spec.excludedContentTypes].flatMap(bareType);
  const included = spec.includedContentTypes.flatMap(bareType);
  const minimum = spec.minResponseBodyBytes > 0 ? spec.minResponseBodyBytes : 1024;
  const choose = acceptedCoding(spec.encodings.filter((name) => packs(name)), packs(spec.defaultEncoding) ? spec.defaultEncoding : '');
  return (next) =>
    function* (request, draft) {
      const own = parseMediaType(headerOf(request.headers, 'Content-Type') ?? '')?.type ?? '';
      const coding = request.method === 'HEAD' || excluded.some(({ type }) => type === own) ? undefined : choose(request.headers);
      if (coding === undefined) return yield* next(request, draft);
      draft.headers = addHeader(draft.headers, 'Vary', 'Accept-Encoding');
      // The gzip writer looks at Accept-Encoding again, before anything behind it may change it, and knows no `*` and no default (ran).
      const isPacked = coding !== 'gzip' || namesGzip(request);
      const response = yield* next(request, draft);
      if (!isPacked) return response;
      return yield* pack(response, { coding, minimum, allowed: (text) => typeAllowed(text, included, excluded) });
    };
};

function bareType(text: string): MediaType[] {
  const parsed = parseMediaType(text);
  return parsed === undefined ? [] : [{ type: parsed.type, parameters: new Map() }];
}

function typeAllowed(text: string, included: readonly MediaType[], excluded: readonly MediaType[]): boolean {
  const parsed = parseMediaType(text);
  if (parsed === undefined) return false;
  if (included.length > 0) return included.some((one) => matchesType(one, parsed));
  return !excluded.some((one) => matchesType(one, parsed));
}

function namesGzip(request: RuntimeRequest): boolean {
  const items = valuesOf(request.headers, 'Accept-Encoding').flatMap((line) => line.split(','));
  return items.some((item) => {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    return name === 'gzip' && !parameters.some((part) => part.startsWith('q=') && Number(part.slice(2)) === 0);
  });
}

function* pack(response: RuntimeResponse, rules: Rules): Effects<RuntimeResponse> {
  const { headers } = response;
  if ((headerOf(headers, 'Content-Encoding') ?? '') !== '' || response.upgrade !== undefined) return response;
  if (rules.coding === 'gzip' && (headerOf(headers, 'Content-Range') ?? '') !== '') return response;
  const type = headerOf(headers, 'Content-Type') ?? '';
  if (type !== '' && !rules.allowed(type)) return response;
  const held = yield* read(response.body, needed(response, rules.minimum));
  const known = { ...response, body: held.rest };
  if (!largeEnough(response, held.bytes.length, rules.minimum)) return known;
  const guessed = type === '' ? sniffContentType(held.bytes) : type;
  if (rules.coding === 'gzip' && type === '' && !rules.allowed(guessed)) return known;
  return packed(known, rules.coding, guessed);
}

/** A stream of unknown length is flushed at its first bytes, and a flush decides for packing. */
function needed(response: RuntimeResponse, minimum: number): number {
  return unknownLength(response) ? 1 : minimum;
}

function unknownLength(response: RuntimeResponse): boolean {
  return response.body.kind !== 'bytes' && response.body.kind !== 'none' && headerOf(response.headers, 'Content-Length') === undefined;
}

function largeEnough(response: RuntimeResponse, read: number, minimum: number): boolean {
  return unknownLength(response) ? read > 0 : read >= minimum;
}

function packed(response: RuntimeResponse, coding: Rules['coding'], type: string): RuntimeResponse {
  let out = setResponseHeader({ ...response, headers: removeHeader(response.headers, 'Content-Length') }, 'Content-Encoding', coding);
  if (coding === 'gzip') {
    if (headerOf(out.headers, 'Accept-Ranges') !== undefined) out = deleteResponseHeader(out, 'Accept-Ranges');
    if (!out.untyped && headerOf(out.headers, 'Content-Type') === undefined) out = setResponseHeader(out, 'Content-Type', type);
  }
  return { ...out, body: { kind: 'transformed', by: coding, from: response.body } };
}
