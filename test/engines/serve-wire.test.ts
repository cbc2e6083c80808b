import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePorts } from '../../src/engines/free-port.ts';
import { fetchRawData, startTraefikFolder } from '../../src/engines/traefik.ts';
import { serve, type Served } from '../../src/server/index.ts';
import { routingFrom } from '../server/routing-from.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { started } from '../support/started.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';

/** Every byte of an answer, beside real Traefik: what the connection does, odd requests, careless servers. About 3 s and the start of Traefik. */
const HOST = 'Host: a.test\r\n';
const get = (path: string, fields = ''): string => `GET ${path} HTTP/1.1\r\n${HOST}${fields}\r\n`;
const post = (fields: string, body: string): string => `POST /x HTTP/1.1\r\n${HOST}${fields}\r\n${body}`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

/** What a server says, by path. */
const ANSWERS: Readonly<Record<string, string>> = {
  '/chunked': `HTTP/1.1 200 OK\r\n${CHUNKED}\r\n2\r\nok\r\n0\r\n\r\n`,
  '/204': 'HTTP/1.1 204 No Content\r\n\r\n',
  '/304': 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
  '/both': `HTTP/1.1 200 OK\r\nContent-Length: 3\r\n${CHUNKED}\r\n2\r\nok\r\n0\r\n\r\n`,
  '/fold': 'HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 2\r\n\r\nok',
  '/299': 'HTTP/1.1 299 Mine\r\nContent-Length: 2\r\n\r\nok',
  '/413': 'HTTP/1.1 413 Mine\r\nContent-Length: 2\r\n\r\nok',
  '/twice': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok',
  '/feeds': 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok',
  '/noreason': 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok',
  '/name': 'HTTP/1.1 200 OK\r\nX A: b\r\nContent-Length: 2\r\n\r\nok',
  '/trailer': `HTTP/1.1 200 OK\r\nTrailer: X-T\r\n${CHUNKED}\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n`,
};
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

const CASES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(ANSWERS).map((path) => [`answer ${path}`, get(path)])),
  'the end asked for': get('/x', 'Connection: close\r\n'),
  'HEAD': `HEAD /x HTTP/1.1\r\n${HOST}\r\n`,
  'nobody there': 'GET / HTTP/1.1\r\nHost: none.test\r\n\r\n',
  'HTTP/1.0': `GET /x HTTP/1.0\r\n${HOST}\r\n`,
  'HTTP/1.0, kept': `GET /x HTTP/1.0\r\n${HOST}Connection: keep-alive\r\n\r\n`,
  'HTTP/1.0, chunks': `GET /chunked HTTP/1.0\r\n${HOST}Connection: keep-alive\r\n\r\n`,
  'two requests at once': get('/x') + get('/299'),
  'the same length twice': post('Content-Length: 2\r\nContent-Length: 2\r\n', 'ab'),
  'an empty length': post('Content-Length:\r\n', ''),
  'an extension': post(CHUNKED, '2;a=b\r\nab\r\n0\r\n\r\n'),
  'chunked in capitals': post('Transfer-Encoding: CHUNKED\r\n', '2\r\nab\r\n0\r\n\r\n'),
  'another coding': post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'),
  'a bad chunk': post(CHUNKED, 'zz\r\nab\r\n0\r\n\r\n'),
  'another version': `GET /x HTTP/3.0\r\n${HOST}\r\n`,
  'an unknown protocol': `GET /x HTP/1.1\r\n${HOST}\r\n`,
  'an empty line first': `\r\n${get('/x')}`,
  'a blank in a name': get('/x', 'A b: c\r\n'),
  'a bracket in a name': get('/x', 'A(: c\r\n'),
  'no colon': get('/x', 'A\r\n'),
  'a NUL': get('/x', 'A: b\0c\r\n'),
  'another expectation': get('/x', 'Expect: other\r\n'),
  'CONNECT': `CONNECT a:1 HTTP/1.1\r\n${HOST}\r\n`,
  'OPTIONS *': `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`,
  'bytes beyond ASCII': get('/\xe4x'),
  'a blank in the target': get('/a b'),
  'more than a head may be': get('/x', `A: ${'x'.repeat(1_100_000)}\r\n`),
};

describeEngine('traefik', 'the server on the wire, beside real Traefik', (engine) => {
  let folder: TempFolder;
  let backend: Server;
  let served: Served;
  let stop: () => Promise<void> = () => Promise.resolve();
  let ports: Readonly<Record<string, number>> = {};

  beforeAll(async () => {
    folder = await tempFolder();
    backend = createServer((socket) => {
      let held = '';
      socket.on('error', () => undefined).on('data', (bytes: Buffer) => {
        held += bytes.toString('latin1');
        const path = /^\w+ (\S+)/.exec(held)?.[1] ?? '';
        const whole = /transfer-encoding/i.test(held) ? held.endsWith('0\r\n\r\n') : held.includes('\r\n\r\n') && held.length >= held.indexOf('\r\n\r\n') + 4 + Number(/content-length: (\d+)/i.exec(held)?.[1] ?? 0);
        if (!whole) return;
        held = '';
        socket.write(ANSWERS[path] ?? OK);
      });
    });
    await new Promise<void>((resolve) => void backend.listen(0, '127.0.0.1', resolve));
    const dynamic = { http: { routers: { r: { rule: 'Host(`a.test`)', service: 's' } }, services: { s: { loadBalancer: { servers: [{ url: `http://127.0.0.1:${String((backend.address() as AddressInfo).port)}` }] } } } } };
    served = await serve(routingFrom(dynamic), { entryPoint: () => ({ host: '127.0.0.1', port: 0 }) });
    ports = await freePorts(['web', 'api']);
    const at = (name: string): string => `127.0.0.1:${String(ports[name])}`;
    await mkdir(join(folder.path, 'dynamic'));
    await writeFile(join(folder.path, 'dynamic', 'all.yml'), JSON.stringify(dynamic));
    await writeFile(join(folder.path, 'traefik.yml'), JSON.stringify({ entryPoints: { web: { address: at('web') }, traefik: { address: at('api') } }, api: { insecure: true }, providers: { file: { directory: join(folder.path, 'dynamic') } }, global: { checkNewVersion: false, sendAnonymousUsage: false } }));
    stop = started(await startTraefikFolder({ engine, folder: folder.path, logFile: join(folder.path, 'log'), ready: async () => JSON.stringify((await fetchRawData(ports['api'] ?? 0)) ?? '').includes('r@file') })).stop;
  });
  afterAll(async () => {
    await stop();
    await served.close();
    await new Promise((resolve) => void backend.close(resolve));
    await folder.remove();
  });

  it.concurrent.each(Object.keys(CASES))('%s', async (name) => {
    const bytes = CASES[name] ?? '';
    const [theirs, ours] = await Promise.all([talk(ports['web'] ?? 0, bytes), talk(served.ports.get('web') ?? 0, bytes)]);
    expect(ours).toEqual(theirs);
    expect(theirs.text).not.toBe('');
  });
});

interface Said {
  readonly text: string;
  readonly ended: boolean;
}

/** What comes back until nothing more does; without dates, fields of each head in order of their names. */
function talk(port: number, bytes: string): Promise<Said> {
  return new Promise((resolve) => {
    let text = '';
    let ended = false;
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(bytes, 'latin1')));
    socket.setTimeout(300, () => socket.destroy());
    socket.on('error', () => undefined).on('data', (chunk: Buffer) => void (text += chunk.toString('latin1'))).on('end', () => void (ended = true)).on('close', () => resolve({ text: inOrder(text), ended }));
  });
}

function inOrder(text: string): string {
  return text.replace(/Date: [^\r]*\r\n/g, '').replace(/(HTTP\/1\.[01] [^\r]*\r\n)([^]*?\r\n)(?=\r\n)/g, (_, start: string, fields: string) => start + fields.split('\r\n').filter((line) => line !== '').toSorted((a, b) => (a < b ? -1 : 1)).join('\r\n') + '\r\n');
}
