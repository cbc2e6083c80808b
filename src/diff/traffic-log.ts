import { readLine, type LoggedRequest, type TrafficFormat } from './traffic-line.ts';

/** Requests that look alike to every rule of both sides, and how many they were. */
export interface Shape {
  readonly request: LoggedRequest;
  readonly count: number;
}

/** An access log as far as it counts: shapes and numbers, no line of it. */
export interface TrafficLog {
  readonly format: TrafficFormat;
  readonly lines: number;
  /** Lines without a request that could be read. */
  readonly unread: number;
  readonly requests: number;
  /** Requests of shapes that there was no room for. */
  readonly notAsked: number;
  readonly shapes: readonly Shape[];
}

/** Takes a log line by line. */
export interface TrafficReader {
  readonly add: (line: string) => void;
  /** A line that is too long to be looked at. */
  readonly skip: () => void;
  readonly log: () => TrafficLog;
}

/** Shapes that are kept: what bounds the memory, whatever the length of the log. */
const MAX_SHAPES = 100_000;

/** @param clientOf the address that stands for a client, where nobody looks at it the same for all */
export function createTrafficReader(format: TrafficFormat, clientOf: (ip: string) => string, limit: number = MAX_SHAPES): TrafficReader {
  const shapes = new Map<string, { readonly request: LoggedRequest; count: number }>();
  const numbers = { lines: 0, unread: 0, requests: 0, notAsked: 0 };
  return {
    add: (line) => {
      if (line.trim() === '') return;
      numbers.lines += 1;
      const read = readLine(format, line);
      if (read === undefined) {
        numbers.unread += 1;
        return;
      }
      numbers.requests += 1;
      const request = read.clientIp === undefined ? read : { ...read, clientIp: clientOf(read.clientIp) };
      const key = keyOf(request);
      const known = shapes.get(key);
      if (known !== undefined) known.count += 1;
      else if (shapes.size < limit) shapes.set(key, { request, count: 1 });
      else numbers.notAsked += 1;
    },
    skip: () => {
      numbers.lines += 1;
      numbers.unread += 1;
    },
    log: () => ({ format, ...numbers, shapes: [...shapes.values()] }),
  };
}

function keyOf({ method, target, host, tls, entryPoint, port, clientIp, loggedIn }: LoggedRequest): string {
  return [method, target, host, tls, entryPoint, port, clientIp, loggedIn].map((part) => (part === undefined ? '' : String(part))).join('\0');
}
