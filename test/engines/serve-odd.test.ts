import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeEngine } from '../support/describe-engine.ts';
import { serveBeside, type Beside } from '../support/serve-beside.ts';
import { inOrder, talk, type Manner, type Said } from '../support/talk.ts';

/** Odd requests and answers that random runs found: real Traefik and our server hand on the same bytes, both ways. About 10 s and the start of Traefik. */
const HOST = 'Host: h.test\r\n';
const get = (fields: string, target = '/', version = '1.1', method = 'GET'): string => `${method} ${target} HTTP/${version}\r\n${fields}\r\n`;
const REQUESTS: Readonly<Record<string, string>> = {
  'a Host that is none': get('Host: h test\r\n'),
  'HEAD, a Host that is none': get('Host: h test\r\n', '/', '1.1', 'HEAD'),
  'no Host': get(''),
  'two Hosts, in HTTP/1.0': get(`${HOST}Host: p.test\r\n`, '/', '1.0'),
  'a target that cannot be read': get(HOST, '/%zz'),
  'no target': get(HOST, ''),
  'a method that is none': get(`${HOST}Transfer-Encoding: identity\r\n`, '/', '1.1', 'G@T'),
  'a target before a coding': get(`${HOST}Transfer-Encoding: identity\r\n`, '/%zz'),
  'a target before a version': get(HOST, '/%zz', '2.0'),
  'another version': get(HOST, '/', '2.0'),
  'two words on the end, in HTTP/1.0': get(`${HOST}Connection: X-A, close\r\nConnection: keep-alive\r\n`, '/', '1.0'),
  'settings of HTTP/2': get(`${HOST}HTTP2-Settings: AAMA\r\n`),
  'an upgrade to HTTP/2': get(`${HOST}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\n`),
  'one among others': get(`${HOST}Connection: Upgrade\r\nUpgrade: H2C, websocket\r\n`),
  'one behind another': get(`${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n`),
  'an expectation in the second line': get(`${HOST}Expect:\r\nExpect: 100-continue\r\n`),
  'chunks before there were any': get(HOST, '/old'),
  'a type to be guessed': get('Host: guess.test\r\n', '/'),
  'a type to be guessed of chunks': get('Host: guess.test\r\n', '/chunks'),
  'a length that a middleware takes away': get('Host: unlengthened.test\r\n', '/'),
};
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const ANSWERS: Readonly<Record<string, string>> = {
  '/old': 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 12\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  '/chunks': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
};

describeEngine('traefik', 'odd messages', (engine) => {
  const servers: Server[] = [];
  const heard: Record<'theirs' | 'ours', string[]> = { theirs: [], ours: [] };
  let beside: Beside;

  const backend = async (side: 'theirs' | 'ours'): Promise<string> => {
    const server = createServer((socket) => {
      let held = '';
      socket.on('error', () => undefined).on('data', (bytes: Buffer) => {
        held += bytes.toString('latin1');
        const head = held.slice(0, held.indexOf('\r\n\r\n') + 4);
        if (head.length < 4 || held.length < head.length + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)) return;
        heard[side].push(plain(held));
        const target = /^\w+ (\S+)/.exec(held)?.[1] ?? '';
        const answer = ANSWERS[target] ?? OK;
        // Traefik itself guesses a type of chunks now and then where they come with the head: whether its timer comes first is chance.
        const first = target === '/chunks' ? answer.indexOf('\r\n\r\n') + 4 : answer.length;
        socket.write(answer.slice(0, first));
        if (first < answer.length) setTimeout(() => socket.write(answer.slice(first)), 50);
        held = '';
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  };
  beforeAll(async () => {
    const router = (name: string): unknown => ({ rule: `Host(\`${name}.test\`)`, service: 's', ...(name === 'h' ? {} : { middlewares: [name] }) });
    const dynamic = (url: string) => ({ http: { routers: { h: router('h'), guess: router('guess'), unlengthened: router('unlengthened') }, middlewares: { guess: { contentType: { autoDetect: true } }, unlengthened: { headers: { customResponseHeaders: { 'Content-Length': '' } } } }, services: { s: { loadBalancer: { servers: [{ url }] } } } } });
    beside = await serveBeside(engine, dynamic(await backend('theirs')), dynamic(await backend('ours')));
  });
  afterAll(async () => {
    await beside.stop();
    await Promise.all(servers.map((server) => new Promise((resolve) => void server.close(resolve))));
  });

  test.each(Object.entries(REQUESTS))('%s', async (_, request) => {
    heard.theirs = [];
    heard.ours = [];
    const [theirs, ours] = await Promise.all([beside.theirs, beside.ours].map((port) => told(port, request)));
    expect([ours, heard.ours]).toEqual([theirs, heard.theirs]);
    expect(theirs?.text).not.toBe('');
  });

  test.each([['whole', '', 'ab'], ['in two', '', '', 'ab'], ['with others', 'Connection: close\r\n', 'ab'], ['for nobody', 'Host: q.test\r\n', 'ab'], ['none', 'Content-Length: 0\r\n', '']])('a body that waits to be asked for: %s', async (_, fields, ...pieces) => {
    const length = pieces.join('').length;
    const head = `POST /x HTTP/1.1\r\n${fields.startsWith('Host') ? '' : 'Host: h.test\r\n'}${fields}Expect: 100-continue\r\n${length === 0 ? '' : `Content-Length: ${String(length)}\r\n`}\r\n`;
    const [first = '', ...rest] = pieces;
    const [theirs, ours] = await Promise.all([beside.theirs, beside.ours].map((port) => told(port, head + first, { later: rest.join(''), idle: 1500 })));
    expect(ours).toEqual(theirs);
  });
});

async function told(port: number, bytes: string, manner?: Manner): Promise<Said> {
  const { text, ended } = await talk(port, bytes, manner);
  return { text: plain(text), ended };
}

/** Fields of heads in order of their names, without what belongs to the machine and the moment. */
function plain(text: string): string {
  const fixed = text.replace(/Date: \w{3}, [^\r]*\r\n|X-Forwarded-Server: [^\r]*\r\n/g, '').replace(/127\.0\.0\.1:\d+/g, 'server');
  return inOrder(fixed, String.raw`(?:HTTP/1\.[01] |\S+ \S+ HTTP/)`);
}
