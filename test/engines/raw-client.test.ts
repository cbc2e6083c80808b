import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { encodeChunked } from '../../src/engines/http-message.ts';
import { freePort } from '../../src/engines/free-port.ts';
import { sendRaw, serializeRequest, type RawRequest, type RawResponse } from '../../src/engines/raw-client.ts';

const GET = { method: 'GET', target: '/', host: 'a.test' } as const;

const SENT: readonly (readonly [string, Omit<RawRequest, 'port'>, string])[] = [
  ['target and repeated headers as they are', { ...GET, target: '/caf\u00c3\u00a9%2f?a;b', headers: [['x-A', '1'], ['X-a', '2']] }, 'GET /caf\u00c3\u00a9%2f?a;b HTTP/1.1\r\nHost: a.test\r\nx-A: 1\r\nX-a: 2\r\nConnection: close\r\n\r\n'],
  ['no Host', { ...GET, host: null, httpVersion: '1.0' }, 'GET / HTTP/1.0\r\nConnection: close\r\n\r\n'],
  ['a body', { ...GET, method: 'POST', body: 'a\u00ff' }, 'POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\nConnection: close\r\n\r\na\u00ff'],
  ['own framing', { ...GET, headers: [['Transfer-Encoding', 'chunked'], ['Connection', 'x']], body: encodeChunked('abc') }, 'GET / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nConnection: x\r\n\r\n3\r\nabc\r\n0\r\n\r\n'],
];

const ANSWERS: readonly (readonly [string, string, Partial<RawResponse>])[] = [
  ['length', 'HTTP/1.1 200 OK\r\nA: 1\r\na:2\r\nContent-Length: 2\r\n\r\nok', { status: 200, headers: [['A', '1'], ['a', '2'], ['Content-Length', '2']], body: 'ok', failure: null }],
  ['until close', 'HTTP/1.0 404 Not Found\r\n\r\ngone', { status: 404, body: 'gone', failure: null }],
  ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\n1\r\nd\r\n0\r\nT: 1\r\n\r\n', { status: 200, body: 'abcd', failure: null }],
  ['interim answers', 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n', { status: 204, headers: [], body: '', failure: null }],
  ['cut short', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok', { status: 200, body: 'ok', failure: 'closed' }],
  ['nothing', '', { status: 0, body: '', failure: 'closed' }],
  ['not HTTP', 'hello\r\n\r\n', { status: 0, failure: 'malformed' }],
];

/** Answers every connection with the same bytes and hangs up. */
async function answering(bytes: string, ask: (port: number) => Promise<RawResponse>): Promise<RawResponse> {
  const port = await freePort();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(bytes, 'latin1'));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const response = await ask(port);
  server.close();
  return response;
}

describe('raw client', () => {
  test.for(SENT)('sends %s', ([, request, bytes]) => {
    expect(serializeRequest({ ...request, port: 1 })).toBe(bytes);
  });

  test.for(ANSWERS)('reads %s', async ([, bytes, expected]) => {
    expect(await answering(bytes, (port) => sendRaw({ ...GET, port }))).toMatchObject(expected);
  });

  test('a port without a listener', async () => {
    expect(await sendRaw({ ...GET, port: await freePort() })).toMatchObject({ status: 0, failure: 'refused' });
  });

  test('a handshake with something that speaks no TLS', async () => {
    expect(await answering('HTTP/1.1 400 Bad\r\n\r\n', (port) => sendRaw({ ...GET, port, tls: { sni: 'a.test' } }))).toMatchObject({ status: 0, failure: 'tls' });
  });

  test('silence', async () => {
    const port = await freePort();
    const server = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    expect(await sendRaw({ ...GET, port, timeoutMs: 50 })).toMatchObject({ status: 0, failure: 'timeout' });
    server.close();
  });
});
