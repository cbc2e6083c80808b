import type { HeaderList } from '../../ir/index.ts';
import { announcedIn, announcement } from '../announced.ts';
import { is, marksOf, requestFraming, type Framing } from './framing.ts';
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
  if (first <= 0 || second === -1) return 'syntax';
  const version = start.slice(second + 1);
  const http10 = version === 'HTTP/1.0';
  if (!http10 && version !== 'HTTP/1.1') return /^HTTP\/(?!1)\d\.\d$/.test(version) ? 'version' : 'syntax';
  const marks = marksOf(fields);
  const framing = requestFraming(marks, http10);
  if (framing.kind === 'broken') return framing.coding ? 'coding' : 'syntax';
  const announced = framing.kind === 'chunked' ? announcedIn(fields) : [];
  if (announced === undefined) return 'syntax';
  const { host, headers, expects } = sorted(fields);
  return { method: start.slice(0, first), target: start.slice(first + 1, second), host, headers, announced: announcement(announced), http10, framing, close: http10 ? !marks.keepAlive : marks.close, expects: expects && !http10 };
}

function sorted(fields: HeaderList): Pick<Arrival, 'host' | 'headers' | 'expects'> {
  let host: string | null = null;
  let expects = false;
  const headers: (readonly [string, string])[] = [];
  for (const field of fields) {
    const [name, value] = field;
    if (host === null && is(name, 'host')) host = value;
    else if (!is(name, 'transfer-encoding') && !is(name, 'trailer')) headers.push(field);
    if (is(name, 'expect') && /(?:^|[ ,\t])100-continue(?:$|[ ,\t])/i.test(value)) expects = true;
  }
  return { host, headers, expects };
}
