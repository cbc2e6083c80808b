import type { Probe } from '../../ir/index.ts';
import { createMemory } from '../../text/index.ts';
import { decodeUtf8, normalizePath } from './uri.ts';
import { splitHostPort } from './front/host.ts';
import type { RequestLine } from './front/request-line.ts';
import type { FieldReader, FieldValue } from './expression/evaluate.ts';

/** A request as Kong's router sees it. Path and header texts are latin-1 views of bytes. */
export interface RouterRequest {
  readonly probe: Probe;
  readonly line: RequestLine;
  /** `http.path`: normalised. */
  readonly path: string;
  /** The Host header without a numeric port. */
  readonly host: string;
  readonly port: number;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly queries: ReadonlyMap<string, readonly string[]>;
}

export function routerRequest(probe: Probe, line: RequestLine, listenerPort: number): RouterRequest {
  const split = splitHostPort(probe.host ?? '');
  const question = line.uri.indexOf('?', 1);
  const rawPath = question === -1 ? line.uri : line.uri.slice(0, question);
  return {
    probe,
    line,
    path: normalizePath(rawPath),
    host: split.host,
    port: split.port ?? listenerPort,
    headers: headersOf(probe),
    queries: queriesOf(line.args),
  };
}

function headersOf(probe: Probe): ReadonlyMap<string, readonly string[]> {
  const out = new Map<string, string[]>();
  const add = (name: string, value: string): void => void out.set(name.toLowerCase(), [...(out.get(name.toLowerCase()) ?? []), value]);
  if (probe.host !== null) add('host', probe.host);
  for (const [name, value] of probe.headers) add(name, value);
  return out;
}

/** `ngx.req.get_uri_args`: `+` is a blank, a name without `=` has the value true, which the router takes as empty. */
function queriesOf(args: string): ReadonlyMap<string, readonly string[]> {
  const out = new Map<string, string[]>();
  for (const pair of args.split('&')) {
    const equals = pair.indexOf('=');
    const name = unescapeArgument(equals === -1 ? pair : pair.slice(0, equals));
    if (name === '') continue;
    out.set(name, [...(out.get(name) ?? []), equals === -1 ? '' : unescapeArgument(pair.slice(equals + 1))]);
  }
  return out;
}

export function unescapeArgument(text: string): string {
  return text.replaceAll('+', ' ').replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The header as `ngx.req.get_headers()[name]` finds it: as spelled, else with `-` for `_`. */
export function headerValues(request: RouterRequest, name: string): readonly string[] {
  return request.headers.get(name) ?? request.headers.get(name.toLowerCase().replaceAll('_', '-')) ?? [];
}

/** Reads fields; `invalid` is set when one is not UTF-8, which makes the whole lookup a 404 (ran). */
export function fieldReader(request: RouterRequest, fault: { invalid: boolean }): FieldReader {
  const remembered = createMemory<readonly FieldValue[]>();
  const decoded = (value: FieldValue): FieldValue => {
    if (typeof value !== 'string') return value;
    const text = decodeUtf8(value);
    if (text === undefined) fault.invalid = true;
    return text ?? '';
  };
  return (name) => remembered(name, () => rawField(request, name).map(decoded));
}

export function rawField(request: RouterRequest, name: string): readonly FieldValue[] {
  const { probe } = request;
  switch (name) {
    case 'http.method':
      return [probe.method];
    case 'http.host':
      return [request.host];
    case 'http.path':
      return [request.path];
    case 'net.src.ip':
      return [probe.clientIp];
    case 'net.protocol':
      return [probe.tls === false ? 'http' : 'https'];
    case 'net.dst.port':
      return [BigInt(Math.trunc(request.port))];
    case 'tls.sni':
      return probe.tls === false || probe.tls.sni === null ? [] : [probe.tls.sni];
    default:
      return listedField(request, name);
  }
}

function listedField(request: RouterRequest, name: string): readonly FieldValue[] {
  if (name.startsWith('http.headers.')) return headerValues(request, name.slice(13));
  if (name.startsWith('http.queries.')) return request.queries.get(name.slice(13)) ?? [];
  if (name.startsWith('http.path.segments.')) return segment(request.path, name.slice(19));
  return [];
}

function segment(path: string, range: string): readonly FieldValue[] {
  const segments = path.slice(1).split('/');
  while (segments.length > 0 && segments.at(-1) === '') segments.pop();
  if (range === 'len') return [BigInt(segments.length)];
  const [from, to] = range.split('_').map(Number);
  if (from === undefined) return [];
  if (to === undefined) return segments[from] === undefined ? [] : [segments[from]];
  return from >= to || to >= segments.length ? [] : [segments.slice(from, to + 1).join('/')];
}
