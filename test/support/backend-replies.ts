import { gzipSync } from 'node:zlib';
import type { HeaderList } from '../../src/ir/index.ts';
import type { ReceivedRequest, Reply } from './raw-server.ts';

/** What a backend does: echo serves requests, auth answers forwardAuth, error serves error pages. */
export type BackendKind = 'echo' | 'auth' | 'error';

/** Answers one request as that kind of backend; the shapes are those of the recorded middleware runs. */
export const replyAs: Readonly<Record<BackendKind, (name: string, request: ReceivedRequest) => Reply>> = { echo: echoReply, auth: authReply, error: errorReply };

const FILLER = 'abcdefghijklmnopqrstuvwxyz ';

/**
 * 200, text/plain, the backend's name. The query of the request can ask for something else:
 * `status=N`, `size=N`, `html=1`, `json=1`, `type=T` (empty = no Content-Type), `enc=gzip`, `h=Name:Value`, `delay=ms`, `drop=1`.
 */
function echoReply(name: string, { target }: ReceivedRequest): Reply {
  const query = queryOf(target);
  const plain = echoBody(name, query);
  const coded = query.get('enc') === 'gzip';
  const type = query.get('type') ?? 'text/plain';
  return {
    status: numberOf(query, 'status', 200),
    headers: [
      ...optional('Content-Type', type),
      ['X-Backend', name],
      ...optional('Content-Encoding', coded ? 'gzip' : ''),
      ...askedHeaders(query),
    ],
    body: coded ? gzipSync(Buffer.from(plain, 'latin1')).toString('latin1') : plain,
    delayMs: numberOf(query, 'delay', 0),
    drop: query.get('drop') === '1',
  };
}

function echoBody(name: string, query: URLSearchParams): string {
  if (query.get('html') === '1') return '<!DOCTYPE html><html><body>x</body></html>';
  if (query.get('json') === '1') return '{"a": 1}';
  const size = numberOf(query, 'size', -1);
  return size < 0 ? name : FILLER.repeat(Math.ceil(size / FILLER.length)).slice(0, size);
}

const AUTH_ANSWERS: Readonly<Record<string, Reply>> = {
  '/ok': { status: 200, headers: [['X-User', 'alice'], ['X-Auth-Role', 'admin'], ['X-Auth-Group', 'g'], ['X-Other', 'o']], body: 'ok' },
  '/302': { status: 302, headers: [['Location', 'https://login.test/?r=1'], ['Set-Cookie', 's=1']], body: 'go' },
  '/302rel': { status: 302, headers: [['Location', '/login?x']], body: 'go' },
  '/401': { status: 401, headers: [['WWW-Authenticate', 'Basic realm="fa"']], body: 'denied' },
  '/500': { status: 500, headers: [], body: 'broken' },
  '/setcookie': { status: 200, headers: [['Set-Cookie', 'sess=auth'], ['Set-Cookie', 'other=1']], body: 'ok' },
};

function authReply(_name: string, { target }: ReceivedRequest): Reply {
  const answer = AUTH_ANSWERS[target.split('?')[0] ?? ''] ?? { status: 404, headers: [], body: 'no such answer' };
  return { ...answer, headers: [['Content-Type', 'text/plain'], ['X-From-Auth', '1'], ...answer.headers] };
}

function errorReply(name: string, { target }: ReceivedRequest): Reply {
  const query = queryOf(target);
  return {
    status: numberOf(query, 'status', 200),
    headers: [['Content-Type', 'text/html'], ['X-Backend', name], ...askedHeaders(query)],
    body: `E:${target}`,
  };
}

function queryOf(target: string): URLSearchParams {
  const mark = target.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
}

function numberOf(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  return text !== null && /^\d+$/.test(text) ? Number(text) : otherwise;
}

function optional(name: string, value: string): HeaderList {
  return value === '' ? [] : [[name, value]];
}

function askedHeaders(query: URLSearchParams): HeaderList {
  return query.getAll('h').map((text): readonly [string, string] => {
    const colon = text.indexOf(':');
    return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
  });
}
