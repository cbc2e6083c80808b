import type { HeaderList } from '../../ir/index.ts';
import { isToken } from '../../text/index.ts';
import { parseTarget } from '../../runtime/index.ts';
import { announcedIn, announcement } from '../announced.ts';
import { expectsGoAhead, is, marksOf, requestFraming, type Framing } from './framing.ts';
import type { Head } from './head.ts';

/** A request's head, read. */
export interface Arrival {
  readonly method: string;
  readonly target: string;
  readonly host: string | null;
  /** Without the first Host and what frames the message. */
  readonly headers: HeaderList;
  /** Names of the trailers of a body in chunks. */
  readonly announced: string | undefined;
  readonly http10: boolean;
  readonly framing: Framing;
  /** The client counts on the connection's end. */
  readonly close: boolean;
  /** It waits for a word before it sends its body. */
  readonly expects: boolean;
}
export type Refused = 'syntax' | 'coding' | 'version';

/** A line of method, target and version with one blank between them, and fields that leave no doubt where the body ends. */
export function readArrival({ start, fields }: Head): Arrival | Refused {
  const first = start.indexOf(' ');
  const second = start.indexOf(' ', first + 1);
  const method = start.slice(0, Math.max(0, first));
  const target = start.slice(first + 1, second);
  if (!isToken(method) || second <= first + 1) return 'syntax';
  const version = start.slice(second + 1);
  if (!/^HTTP\/(?:1\.[01]|[02-9]\.\d)$/.test(version)) return 'syntax';
  const http10 = version === 'HTTP/1.0';
  const marks = marksOf(fields);
  const framing = requestFraming(marks, http10);
  // A target that is none is said first (ran).
  if (framing.kind === 'broken') return framing.coding && parseTarget(method, target) !== undefined ? 'coding' : 'syntax';
  const announced = framing.kind === 'chunked' ? announcedIn(fields) : [];
  if (announced === undefined) return 'syntax';
  if (!version.startsWith('HTTP/1.')) return parseTarget(method, target) === undefined ? 'syntax' : 'version';
  const { host, headers } = sorted(fields);
  return { method, target, host, headers, announced: announcement(announced), http10, framing, close: marks.close || (http10 && !marks.keepAlive), expects: !http10 && expectsGoAhead(fields) };
}

function sorted(fields: HeaderList): Pick<Arrival, 'host' | 'headers'> {
  let host: string | null = null;
  const headers: (readonly [string, string])[] = [];
  for (const field of fields) {
    const [name, value] = field;
    if (host === null && is(name, 'host')) host = value;
    else if (!is(name, 'transfer-encoding') && !is(name, 'trailer')) headers.push(field);
  }
  return { host, headers };
}
