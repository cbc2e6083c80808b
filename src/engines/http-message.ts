import type { HeaderList } from '../ir/index.ts';

/** Start line and headers of an HTTP/1 message; every string is a latin-1 view of bytes. */
export interface MessageHead {
  readonly startLine: string;
  readonly headers: HeaderList;
  /** Offset of the first body byte. */
  readonly bodyStart: number;
}

/** How the end of a body is told. */
export type Framing = { readonly kind: 'length'; readonly length: number } | { readonly kind: 'chunked' } | { readonly kind: 'untilClose' };

/** A body that is complete, and where the next message begins. */
export interface MessageBody {
  readonly body: string;
  readonly end: number;
}

/** Reads the head when all of it has arrived; null before that. Nothing is judged or changed: order, case and repeats stay. */
export function readHead(bytes: string, start = 0): MessageHead | null {
  const end = bytes.indexOf('\r\n\r\n', start);
  if (end < 0) return null;
  const [startLine = '', ...lines] = bytes.slice(start, end).split('\r\n');
  return { startLine, headers: lines.map(splitHeader), bodyStart: end + 4 };
}

/** The first value of a header, its name in any case. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** The framing that the headers announce; `otherwise` when they say nothing. */
export function framingOf(headers: HeaderList, otherwise: Framing): Framing {
  if (/\bchunked\s*$/i.test(headerValue(headers, 'Transfer-Encoding') ?? '')) return { kind: 'chunked' };
  const length = headerValue(headers, 'Content-Length')?.trim();
  return length !== undefined && /^\d+$/.test(length) ? { kind: 'length', length: Number(length) } : otherwise;
}

/** Takes the body out of what has arrived; null when some of it is still missing. */
export function readBody(bytes: string, start: number, framing: Framing, closed: boolean): MessageBody | null {
  switch (framing.kind) {
    case 'length': {
      const end = start + framing.length;
      return bytes.length >= end ? { body: bytes.slice(start, end), end } : null;
    }
    case 'chunked':
      return readChunks(bytes, start);
    case 'untilClose':
      return closed ? { body: bytes.slice(start), end: bytes.length } : null;
  }
}

/** A body in one chunk, for a request that says `Transfer-Encoding: chunked`. */
export function encodeChunked(body: string): string {
  return body === '' ? '0\r\n\r\n' : `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
}

function readChunks(bytes: string, start: number): MessageBody | null {
  let body = '';
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(bytes.slice(at, lineEnd), 16);
    if (Number.isNaN(size)) return { body, end: bytes.length };
    if (size === 0) return endOfTrailers(bytes, lineEnd + 2, body);
    const chunkEnd = lineEnd + 2 + size;
    if (bytes.length < chunkEnd + 2) return null;
    body += bytes.slice(lineEnd + 2, chunkEnd);
    at = chunkEnd + 2;
  }
}

function endOfTrailers(bytes: string, start: number, body: string): MessageBody | null {
  if (bytes.startsWith('\r\n', start)) return { body, end: start + 2 };
  const end = bytes.indexOf('\r\n\r\n', start);
  return end < 0 ? null : { body, end: end + 4 };
}

/** Blanks at the end stay: a proxy that writes them, for example from a variable, should be seen to do so. */
function splitHeader(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+/, '')];
}
