import type { HeaderList } from '../ir/index.ts';
import { parseIp } from '../rule-lang/index.ts';
import { isToken } from '../text/index.ts';

/** A request as a person names it. */
export interface ExplainRequest {
  readonly method: string;
  readonly scheme: 'http' | 'https' | undefined;
  readonly host: string;
  readonly port: number | undefined;
  /** Path and query as they go on the wire, latin-1 view of bytes. */
  readonly target: string;
  readonly headers: HeaderList;
  readonly clientIp: string;
  readonly entryPoint: string | undefined;
}

export type ParsedRequest = { readonly kind: 'request'; readonly request: ExplainRequest } | { readonly kind: 'invalid'; readonly message: string };

interface RequestOptions {
  readonly headers: readonly string[];
  readonly clientIp: string;
  readonly entryPoint?: string;
}

/** `[METHOD] URL|HOST`. The path is taken as written: nothing is decoded, cleaned or encoded but bytes outside ASCII. */
export function parseRequest(words: readonly string[], options: RequestOptions): ParsedRequest {
  const [first = '', second, ...more] = words;
  if (more.length > 0) return { kind: 'invalid', message: `one request at a time: got ${words.join(' ')}` };
  const method = second === undefined ? 'GET' : first;
  const url = second ?? first;
  const wrong = wrongWords(method, url, second === undefined) ?? wrongClient(options.clientIp);
  if (wrong !== undefined) return { kind: 'invalid', message: wrong };
  const match = /^(?:(https?):\/\/)?([^/?#]*)(.*)$/s.exec(url);
  const authority = match?.[2] ?? '';
  if (match === null || authority === '') return { kind: 'invalid', message: `"${url}" names no host: use http://HOST/PATH` };
  const port = /:(\d+)$/.exec(authority)?.[1];
  const headers = parseHeaders(options.headers);
  if (typeof headers === 'string') return { kind: 'invalid', message: headers };
  const scheme = match[1] === 'https' ? 'https' : match[1] === 'http' ? 'http' : undefined;
  return {
    kind: 'request',
    request: { method, scheme, host: authority, port: port === undefined ? undefined : Number(port), target: toTarget(match[3] ?? ''), headers, clientIp: options.clientIp, entryPoint: options.entryPoint },
  };
}

/** What stands where a method or an address should. */
function wrongWords(method: string, url: string, alone: boolean): string | undefined {
  if (/^https?:\/\//.test(method)) return `"${url}" is not part of the request, which is [METHOD] URL`;
  if (!isToken(method)) return `"${method}" is no method`;
  const scheme = /^([A-Za-z][\w+.-]*):\/\//.exec(url)?.[1];
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return `"${scheme}" is no scheme that is asked for: use http:// or https://`;
  return alone && METHODS.has(url) ? `"${url}" is a method, and no URL follows it: ${url} http://HOST/PATH` : undefined;
}

const METHODS: ReadonlySet<string> = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);

function wrongClient(ip: string): string | undefined {
  return parseIp(ip) === undefined ? `"${ip}" is no address of a client` : undefined;
}

/** Bytes as latin-1; a path is never empty on the wire. */
function toTarget(rest: string): string {
  const bytes = Buffer.from(rest, 'utf8').toString('latin1');
  return bytes.startsWith('/') ? bytes : `/${bytes}`;
}

function parseHeaders(lines: readonly string[]): HeaderList | string {
  const out: (readonly [string, string])[] = [];
  for (const line of lines) {
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/.exec(line);
    if (match === null) return `-H takes 'Name: value', got "${line}"`;
    out.push([match[1] ?? '', match[2] ?? '']);
  }
  return out;
}
