import { isUtf8 } from 'node:buffer';
import { gzipSync, brotliCompressSync, gunzipSync } from 'node:zlib';
import type { HeaderList } from '../../src/ir/index.ts';
import type { Destination, Effect, EffectResult, Effects, UpstreamRequest, UpstreamResponse } from '../../src/runtime/effect.ts';
import { bytesBody, NO_BODY, type Body, type RuntimeResponse } from '../../src/runtime/message.ts';

/** The servers of the recording, in memory; what arrives is kept in order. */
export interface Arrival {
  readonly backend: string;
  readonly request: UpstreamRequest;
  readonly body: string;
}
export interface World {
  now: number;
  readonly arrivals: Arrival[];
  /** Effects to run when the answer is over (mirrors). */
  readonly later: (() => Effects<void>)[];
}
const NAMES: Readonly<Record<string, string>> = { 1: 'e1', 2: 'e2', 3: 'e3', 4: 'err', 5: 'auth', 6: 'main', 7: 'h2', 8: 'h3' };

export function newWorld(): World {
  return { now: 1000, arrivals: [], later: [] };
}

/** Answers a handler's effects from the world. */
export function perform(world: World): (effect: Effect) => EffectResult {
  return (effect) => {
    switch (effect.kind) {
      case 'send':
        return { kind: 'sent', outcome: exchange(world, effect.to, effect.request) };
      case 'read': {
        const bytes = bytesOf(effect.body);
        return { kind: 'read', read: { bytes: bytes.subarray(0, effect.atMost), complete: bytes.length <= effect.atMost, rest: bytesBody(bytes) } };
      }
      case 'sleep':
        world.now += effect.milliseconds;
        return { kind: 'done' };
      case 'detach':
        world.later.push(effect.run);
        return { kind: 'done' };
    }
  };
}

export function bytesOf(body: Body): Uint8Array {
  switch (body.kind) {
    case 'none':
      return new Uint8Array();
    case 'bytes':
      return body.bytes;
    case 'stream':
      throw new TypeError('no streams here');
    case 'transformed': {
      const inner = bytesOf(body.from);
      return body.by === 'gzip' ? gzipSync(inner) : body.by === 'gunzip' ? gunzipSync(inner) : body.by === 'br' ? brotliCompressSync(inner) : inner;
    }
  }
}

function exchange(world: World, to: Destination, request: UpstreamRequest): Extract<EffectResult, { kind: 'sent' }>['outcome'] {
  const host = to.kind === 'endpoint' ? to.endpoint.host : new URL(to.url).hostname;
  const backend = NAMES[host.split('.')[3] ?? ''];
  if (backend === undefined) return { kind: 'failure', failure: 'refused' };
  world.arrivals.push({ backend, request, body: Buffer.from(bytesOf(request.body)).toString('latin1') });
  const query = new URLSearchParams(request.target.split('?')[1] ?? '');
  world.now += Number(query.get('delay') ?? 0);
  if (query.get('drop') === '1') return { kind: 'failure', failure: 'closed' };
  const answer = backend === 'auth' ? authAnswer(request) : backend === 'err' ? errAnswer(request, query) : echoAnswer(backend, query);
  return { kind: 'response', response: request.method === 'HEAD' ? { ...answer, body: NO_BODY } : answer };
}

function answer(status: number, headers: HeaderList, body: Uint8Array): UpstreamResponse {
  return { status, headers: [...headers, ['Content-Length', String(body.length)]], body: bytesBody(body) };
}

function echoAnswer(backend: string, query: URLSearchParams): UpstreamResponse {
  const type = query.get('type') ?? 'text/plain';
  const headers: [string, string][] = type === '' ? [] : [['Content-Type', type]];
  headers.push(['X-Backend', backend]);
  for (const extra of query.getAll('h')) headers.push([canonical(extra.slice(0, extra.indexOf(':'))), extra.slice(extra.indexOf(':') + 1)]);
  const plain = Buffer.from(bodyText(backend, query));
  const body = query.get('enc') === 'gzip' ? gzipSync(plain, { level: 9 }) : plain;
  if (query.get('enc') === 'gzip') headers.push(['Content-Encoding', 'gzip']);
  const status = Number(query.get('status') ?? 200);
  return status === 204 || status === 304 ? { status, headers, body: NO_BODY } : answer(status, headers, body);
}

function bodyText(backend: string, query: URLSearchParams): string {
  const size = query.get('size');
  if (size !== null) return 'abcdefghijklmnopqrstuvwxyz '.repeat(Math.ceil(Number(size) / 27)).slice(0, Number(size));
  if (query.get('html') === '1') return '<!DOCTYPE html><html><body>x</body></html>';
  return query.get('json') === '1' ? '{"a": 1}' : backend;
}

function canonical(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase());
}

function errAnswer(request: UpstreamRequest, query: URLSearchParams): UpstreamResponse {
  const headers: [string, string][] = [['Content-Type', 'text/html'], ['X-Backend', 'err']];
  for (const extra of query.getAll('h')) headers.push([canonical(extra.slice(0, extra.indexOf(':'))), extra.slice(extra.indexOf(':') + 1)]);
  return answer(Number(query.get('status') ?? 200), headers, Buffer.from(`E:${request.target}`));
}

function authAnswer(request: UpstreamRequest): UpstreamResponse {
  const own: HeaderList = [['X-From-Auth', '1'], ['Content-Type', 'text/plain']];
  const path = request.target.split('?')[0];
  switch (path) {
    case '/302':
      return answer(302, [['Location', 'https://login.test/?r=1'], ['Set-Cookie', 's=1'], ...own], Buffer.from('go'));
    case '/302rel':
      return answer(302, [['Location', '/login?x'], ...own], Buffer.from('go'));
    case '/401':
      return answer(401, [['Www-Authenticate', 'Basic realm="fa"'], ...own], Buffer.from('denied'));
    case '/500':
      return answer(500, own, Buffer.from('broken'));
    case '/setcookie':
      return answer(200, [['Set-Cookie', 'sess=auth'], ['Set-Cookie', 'other=1'], ...own], Buffer.from('ok'));
    default:
      return answer(200, [['X-User', 'alice'], ['X-Auth-Role', 'admin'], ['X-Auth-Group', 'g'], ['X-Other', 'o'], ...own], Buffer.from('ok'));
  }
}

/** A response as the recording shows it. */
export function shown(response: RuntimeResponse): Record<string, unknown> {
  const bytes = bytesOf(response.body);
  const coding = response.body.kind === 'transformed' ? response.body.by : response.headers.find(([name]) => name === 'Content-Encoding')?.[1];
  const decoded = coding === 'gzip' ? { decodedLength: gunzipSync(bytes).length } : {};
  const text = isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : Buffer.from(bytes).toString('latin1');
  const body = bytes.length === 0 ? {} : coding !== undefined ? { bodyEncoded: true, ...decoded } : bytes.length > 300 ? { bodyLength: bytes.length } : { body: text };
  // The recording leaves out how long a coded body is.
  const kept = coding === undefined ? response.headers : response.headers.filter(([name]) => name !== 'Content-Length');
  const headers = kept.map(([name, value]) => [canonical(name), value]).toSorted((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : (a[0] ?? '') > (b[0] ?? '') ? 1 : 0));
  return { status: response.status, headers, ...body };
}
