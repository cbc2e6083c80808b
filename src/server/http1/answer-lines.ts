import type { HeaderList } from '../../ir/index.ts';
import { statusText } from '../../runtime/index.ts';
import { CLOSE, is } from './framing.ts';
import { fieldLine } from './lines.ts';

/** How an answer is told, beside its own fields. */
export interface Manner {
  readonly http10: boolean;
  readonly close: boolean;
  /** Fields that will follow the body. */
  readonly announced: string | undefined;
  /** A body may follow. */
  readonly bodied: boolean;
}
export interface AnswerHead {
  readonly text: string;
  /** `chunked`, the length that the fields say, or until the connection ends. */
  readonly framing: 'chunked' | 'bare' | number;
  readonly close: boolean;
}

/** Status line and fields of an answer, with what the connection needs. */
export function answerHead(status: number, headers: HeaderList, { http10, close: wanted, bodied, announced }: Manner): AnswerHead {
  let lines = '';
  let dated = false;
  let length: string | undefined;
  let close = wanted;
  for (const [name, value] of headers) {
    if (is(name, 'transfer-encoding')) continue;
    if (is(name, 'content-length')) {
      length = value;
      continue;
    }
    if (is(name, 'connection')) {
      close ||= CLOSE.test(value);
      continue;
    }
    dated ||= is(name, 'date');
    lines += fieldLine(name, value);
  }
  const counted = length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
  const framing = counted ?? (http10 ? 'bare' : 'chunked');
  // Old clients know a body's end by its length, or by the end of the connection.
  close ||= http10 && bodied && counted === undefined;
  const frame = counted !== undefined ? `Content-Length: ${String(counted)}\r\n` : bodied && framing === 'chunked' ? `Transfer-Encoding: chunked\r\n${announced === undefined ? '' : fieldLine('Trailer', announced)}` : '';
  const connection = http10 ? (close ? '' : 'Connection: keep-alive\r\n') : close ? 'Connection: close\r\n' : '';
  return { text: `HTTP/1.${http10 ? '0' : '1'} ${String(status)} ${reason(status)}\r\n${lines}${dated ? '' : dateLine()}${frame}${connection}\r\n`, framing, close };
}

/** What comes ahead of an answer: nothing in it speaks of a body or of the connection's end. */
export function earlyHead(status: number, headers: HeaderList, http10: boolean): string {
  const lines = headers.map(([name, value]) => (is(name, 'content-length') || is(name, 'transfer-encoding') || (is(name, 'connection') && CLOSE.test(value)) ? '' : fieldLine(name, value)));
  return `HTTP/1.${http10 ? '0' : '1'} ${String(status)} ${reason(status)}\r\n${lines.join('')}\r\n`;
}

/** As Go, which has a word for every status. */
export function reason(status: number): string {
  const text = statusText(status);
  return text === '' ? `status code ${String(status)}` : text;
}

let second = 0;
let line = '';

/** The same for all answers of a second. */
function dateLine(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    line = `Date: ${new Date(now * 1000).toUTCString()}\r\n`;
  }
  return line;
}

/** Go's words for what is no request. */
export function refusalText(why: 'syntax' | 'name' | 'long' | 'coding' | 'version'): string {
  return saidAndDone(...REFUSALS[why]);
}

/** What Go's server says before it closes a connection: the same to every version of HTTP. */
export function saidAndDone(status: string, text = status): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${text}`;
}

const REFUSALS: Readonly<Record<'syntax' | 'name' | 'long' | 'coding' | 'version', readonly [string, string?]>> = {
  syntax: ['400 Bad Request'],
  name: ['400 Bad Request: invalid header name'],
  long: ['431 Request Header Fields Too Large'],
  coding: ['501 Not Implemented', 'Unsupported transfer encoding'],
  version: ['505 HTTP Version Not Supported: unsupported protocol version'],
};
