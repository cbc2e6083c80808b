import type { OutgoingHttpHeaders } from 'node:http2';
import type { Readable } from 'node:stream';
import type { HeaderList } from '../ir/index.ts';
import type { Body } from '../runtime/index.ts';
import { ByteSource } from './byte-source.ts';

/** Fields that came behind a body that was passed on as it is; known once the body is over. */
export function trailersOf(body: Body): HeaderList {
  if (body.kind === 'transformed') return trailersOf(body.from);
  if (body.kind !== 'stream' || !(body.source instanceof ByteSource)) return NONE;
  const { origin, trailers } = body.source;
  return trailers ?? (origin === undefined ? NONE : (remembered.get(origin) ?? NONE));
}

/** Names of fields that the server said it would send behind its body. */
export function announcedBy(body: Body): string | undefined {
  if (body.kind === 'transformed') return announcedBy(body.from);
  return body.kind === 'stream' && body.source instanceof ByteSource ? body.source.announced : undefined;
}

const NONE: HeaderList = [];

/** Streams tell their trailers once and keep none. */
const remembered = new WeakMap<Readable, [string, string][]>();

export function rememberTrailers(stream: Readable, trailers: [string, string][]): void {
  remembered.set(stream, trailers);
}

/** Fields that belong to a connection: HTTP/2 has none of them. */
const HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'host']);

/** As HTTP/2 writes fields: names in lower case, nothing of the connection. */
export function fieldsOfHttp2(headers: HeaderList): OutgoingHttpHeaders {
  const out: Record<string, string[]> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (HOP.has(key) || key === 'trailer') continue;
    (out[key] ??= []).push(value);
  }
  // A field that may stand only once is not taken as a list.
  return Object.fromEntries(Object.entries(out).map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}

/** Node's flat list as name and value. */
export function pairs(raw: readonly string[]): [string, string][] {
  const out: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) out.push([raw[at] ?? '', raw[at + 1] ?? '']);
  return out;
}
