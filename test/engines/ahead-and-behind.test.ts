import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findEngine } from '../../src/engines/find.ts';
import { freePort } from '../../src/engines/free-port.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends } from '../support/echo-backend.ts';
import { nginxOn } from '../support/nginx-emitted.ts';
import { listenerOf, routingOf } from '../support/routing-builder.ts';
import { serveBeside, type Beside } from '../support/serve-beside.ts';

/** What comes before and behind an answer (hints, a long head, trailers), by real Traefik, by our server and by nginx. */
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const HINT = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n';
const ANSWERS: Readonly<Record<string, string>> = {
  '/trailer': `${CHUNKED}Trailer: X-T\r\n\r\n2\r\nok\r\n0\r\nX-T: one\r\n\r\n`,
  '/undeclared': `${CHUNKED}\r\n2\r\nok\r\n0\r\nX-T: one\r\nX-U: two\r\n\r\n`,
  '/empty': `${CHUNKED}Trailer: X-T\r\n\r\n0\r\nX-T: one\r\n\r\n`,
  '/hint': HINT + OK,
  '/hints': HINT + HINT.replace('a.css', 'b.css') + OK,
  '/plain': OK,
  '/version': OK.replace('1.1', '1.2'),
  '/named': OK.replace('\r\n', '\r\nConnection: X-Hop, close\r\nX-Hop: 1\r\n'),
  '/accel': OK.replace('\r\n', '\r\nX-Accel-Buffering: no\r\nX-Accel-Expires: 0\r\nX-Accel-Limit-Rate: 1\r\nX-Accel-Charset: utf-8\r\nX-Accel-Redirect: /other\r\nX-Pad: a\r\n'),
  '/long': OK.replace('\r\n', `\r\nSet-Cookie: ${'x'.repeat(7000)}\r\nX-Many: ${'y'.repeat(7000)}\r\n`),
};
const TORN = OK.replace('\r\n', '\r\nContent-Length: 3\r\n');
const PATHS = Object.keys(ANSWERS);
const UPLOADS = ['', 'Trailer: X-T\r\n', 'Trailer: x-t, X-B\r\nTrailer: X-t,,x-a\r\n', 'Trailer: Content-Length\r\n', 'Trailer: a b\r\n', 'Trailer: ,\r\n'];

describeEngine('traefik', 'before and behind an answer', (engine) => {
  let backend: Server;
  let beside: Beside;
  let to = '';
  let heard = '';
  beforeAll(async () => {
    backend = createServer((socket) => {
      let text = '';
      socket.on('error', () => undefined).on('data', (bytes: Buffer) => {
        text += bytes.toString('latin1');
        // A body in chunks is over with its trailers.
        if (text.startsWith('POST') && !/\r\n0\r\n(?:.+\r\n)*\r\n$/.test(text)) return;
        heard = text;
        const echoed = cacheFields(text.split('\r\n')).join('\r\n');
        socket.write(text.startsWith('GET /echo') ? OK.replace('\r\n', `\r\n${echoed.replace(/Cache-Control: no-cache\r\n|\r\nCache-Control: no-cache$/i, '')}\r\n`) : (text.startsWith('HEAD') ? TORN : ANSWERS[/^\w+ (\S+)/.exec(text)?.[1] ?? ''] ?? OK));
        text = '';
      });
    });
    await new Promise<void>((resolve) => void backend.listen(0, '127.0.0.1', resolve));
    to = `http://127.0.0.1:${String((backend.address() as AddressInfo).port)}`;
    beside = await serveBeside(engine, { http: { routers: { all: { rule: 'Host(`h.test`)', service: 's' } }, services: { s: { loadBalancer: { servers: [{ url: to }] } } } } });
  });
  afterAll(async () => {
    await beside.stop();
    await new Promise((resolve) => void backend.close(resolve));
  });

  /** The answer of each server, and what of its request came to the backend. */
  async function bothTell(path: string, request: string, kept: (told: readonly string[]) => readonly string[]): Promise<Readonly<Record<'theirs' | 'ours', unknown>>> {
    const told = async (port: number): Promise<unknown> => {
      heard = '';
      return [await talk(port, path, request), kept(lines(heard))];
    };
    return { theirs: await told(beside.theirs), ours: await told(beside.ours) };
  }

  test('by our server', async () => {
    for (const path of PATHS) expect([path, await talk(beside.ours, path)]).toEqual([path, await talk(beside.theirs, path)]);
  });

  test('two lengths for an answer without a body', async () => {
    const [theirs, ours] = await Promise.all([beside.theirs, beside.ours].map((port) => talk(port, '/torn', 'HEAD /torn HTTP/1.1\r\nHost: h.test\r\nConnection: close\r\n\r\n')));
    expect([ours?.[0], theirs?.[0]]).toEqual([theirs?.[0], 'HTTP/1.1 500 Internal Server Error']);
  });

  test.each(['Pragma: no-cache', 'Pragma: No-Cache', 'Pragma: no-cache\r\nCache-Control: max-age=0', 'Pragma: a\r\nPragma: no-cache'])('%j in a request and in its answer', async (field) => {
    const { ours, theirs } = await bothTell('/echo', `GET /echo HTTP/1.1\r\nHost: h.test\r\n${field}\r\nConnection: close\r\n\r\n`, cacheFields);
    expect(ours).toEqual(theirs);
  });

  test.each(UPLOADS)('trailers of a request: %j', async (fields) => {
    const request = `POST /up HTTP/1.1\r\nHost: h.test\r\n${fields}TE: trailers\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-T: one\r\n\r\n`;
    const { ours, theirs } = await bothTell('/up', request, (told) => told.filter((line) => !/^(?:x-(?:forwarded|real)|user-agent|accept-encoding)/.test(line)));
    expect(ours).toEqual(theirs);
  });

  const named = ['nginx131', 'nginx122'] as const;
  for (const name of named) {
    const nginx = findEngine(name);
    test.skipIf(nginx === null && (process.env['CI'] ?? '') === '')(`by ${name}`, async () => {
      if (nginx === null) throw new Error(`${name} is not installed`);
      const [port, none] = [await freePort(), await startBackends([])];
      const running = await nginxOn(nginx, none, routingOf(listenerOf({ name: 'web', port }, [{ name: 'all', rule: 'Host(`h.test`)', service: to }])));
      try {
        // As the notes of docs/conformance.md say: what an older nginx makes of a hint ends when the backend hangs up.
        for (const path of PATHS.filter((one) => name === 'nginx131' || !one.startsWith('/hint'))) {
          const wanted = await talk(beside.theirs, path);
          expect([path, await talk(port, path)]).toEqual([path, name === 'nginx131' ? wanted : wanted.filter((line) => !/^x-[tu]: /.test(line))]);
        }
      } finally {
        await running.stop();
        await none.stop();
      }
    });
  }
});

/** Status lines, what counts of the fields, and the body with what stands behind it. */
function talk(port: number, path: string, request = `GET ${path} HTTP/1.1\r\nHost: h.test\r\nTE: trailers\r\nConnection: close\r\n\r\n`): Promise<readonly string[]> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.setTimeout(1500, () => socket.destroy());
    socket.on('error', () => undefined).on('data', (chunk: Buffer) => void (text += chunk.toString('latin1'))).on('close', () => resolve(lines(text)));
  });
}

const cacheFields = (text: readonly string[]): readonly string[] => text.filter((line) => /^(?:pragma|cache-control): /i.test(line));

function lines(text: string): readonly string[] {
  return text.split('\r\n\r\n').flatMap((part) => {
    const [first = '', ...rest] = part.split('\r\n').map((line) => line.replace(/^[\w-]+(?=: )/, (field) => field.toLowerCase()));
    const kept = rest.filter((line) => !/^(?:date|server|connection|content-type): /.test(line));
    return [first, ...(/^(?:HTTP|POST|GET)/.test(first) ? kept.toSorted((a, b) => (a < b ? -1 : 1)) : kept), ''];
  });
}
