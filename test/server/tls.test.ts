import { createServer, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { connect, createServer as createTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { AddressInfo, Server as SocketServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '../../src/server/index.ts';
import { selfSigned } from '../../src/server/self-signed.ts';
import { routingFrom } from './routing-from.ts';

/** TLS on both sides: options of names, certificates of clients, transports to servers. About 2 s. */
const client = selfSigned(['client.test']);
const stranger = selfSigned(['stranger.test']);
const own = selfSigned(['a.test', 'v12.test', 'suite.test', 'http1.test', 'mutual.test', 'maybe.test', 'any.test', 'strict.test', 'broken.test', 'tcp.test']);
const inner = selfSigned(['inner.test']);
const FILES: Readonly<Record<string, string>> = { 'client.pem': client.cert, 'inner.pem': inner.cert, 'client.key': client.key };

let plain: Server;
let secure: Server;
let bytes: SocketServer;
let served: Served;
let port = 0;

function listening(server: SocketServer): Promise<number> {
  return new Promise((resolve) => void server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

beforeAll(async () => {
  plain = createServer((request, response) => response.end(`${request.headers.host ?? ''} ${String(request.headers['x-forwarded-tls-client-cert-info'] ?? '')}`));
  secure = createSecure({ ...inner, ca: [client.cert], requestCert: true, rejectUnauthorized: true }, (_, response) => response.end('inside'));
  bytes = createTls({ ...inner, ca: [client.cert], requestCert: true, rejectUnauthorized: true }, (socket) => void socket.on('data', (data: Buffer) => socket.write(`tls ${data.toString()}`)).on('error', () => undefined));
  const [http, https, tcp] = [await listening(plain), await listening(secure), await listening(bytes)];
  const host = (name: string, options: string, more: object = {}): object => ({ rule: `Host(\`${name}\`)`, service: 'plain', tls: options === '' ? {} : { options }, ...more });
  const routing = routingFrom({
    http: {
      routers: {
        a: host('a.test', ''), v12: host('v12.test', 'v12'), suite: host('suite.test', 'suite'), http1: host('http1.test', 'http1'), mutual: host('mutual.test', 'mutual', { middlewares: ['cert'] }),
        maybe: host('maybe.test', 'maybe'), any: host('any.test', 'any'), strict: host('strict.test', 'strict'), other: host('other.test', 'strict'), broken: host('broken.test', 'broken'),
        trusted: { rule: 'Path(`/trusted`)', service: 'trusted' }, doubted: { rule: 'Path(`/doubted`)', service: 'doubted' }, named: { rule: 'Path(`/named`)', service: 'named' },
      },
      middlewares: { cert: { passTLSClientCert: { info: { subject: { commonName: true } } } } },
      services: {
        plain: { loadBalancer: { servers: [{ url: `http://127.0.0.1:${String(http)}` }] } },
        trusted: { loadBalancer: { servers: [{ url: `https://127.0.0.1:${String(https)}` }], serversTransport: 'inner' } },
        doubted: { loadBalancer: { servers: [{ url: `https://127.0.0.1:${String(https)}` }] } },
        named: { loadBalancer: { servers: [{ url: `https://127.0.0.1:${String(https)}` }], serversTransport: 'misnamed' } },
      },
      serversTransports: {
        inner: { rootCAs: ['inner.pem'], serverName: 'inner.test', certificates: [{ certFile: 'client.pem', keyFile: 'client.key' }] },
        misnamed: { rootCAs: ['inner.pem'], serverName: 'outer.test', certificates: [{ certFile: 'client.pem', keyFile: 'client.key' }] },
      },
    },
    tcp: {
      routers: { t: { rule: 'HostSNI(`tcp.test`)', service: 't', tls: { options: 'v12' } }, d: { rule: 'HostSNI(`doubt.test`)', service: 'd', tls: {} }, u: { rule: 'HostSNI(`unnamed.test`)', service: 'u', tls: {} } },
      services: { t: { loadBalancer: { servers: [{ address: `127.0.0.1:${String(tcp)}`, tls: true }], serversTransport: 'inner' } }, d: { loadBalancer: { servers: [{ address: `127.0.0.1:${String(tcp)}`, tls: true }] } }, u: { loadBalancer: { servers: [{ address: `127.0.0.1:${String(tcp)}`, tls: true }], serversTransport: 'unnamed' } } },
      serversTransports: { unnamed: { tls: { rootCAs: ['inner.pem'], certificates: [{ certFile: 'client.pem', keyFile: 'client.key' }] } }, inner: { tls: { rootCAs: ['inner.pem'], serverName: 'inner.test', certificates: [{ certFile: 'client.pem', keyFile: 'client.key' }] } } },
    },
    tls: {
      options: {
        v12: { maxVersion: 'VersionTLS12' },
        suite: { maxVersion: 'VersionTLS12', cipherSuites: ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'] },
        http1: { alpnProtocols: ['http/1.1'], minVersion: 'VersionTLS13' },
        mutual: { clientAuth: { caFiles: ['client.pem'] } },
        maybe: { clientAuth: { caFiles: ['client.pem'], clientAuthType: 'VerifyClientCertIfGiven' } },
        any: { clientAuth: { clientAuthType: 'RequireAnyClientCert' } },
        strict: { sniStrict: true },
        broken: { clientAuth: { caFiles: ['nowhere.pem'] } },
      },
    },
  });
  served = await serve(routing, { entryPoint: () => ({ host: '127.0.0.1', port: 0 }), certificates: [own], readFile: (path) => FILES[path] });
  port = served.ports.get('web') ?? 0;
});
afterAll(async () => {
  await served.close();
  for (const server of [plain, secure]) server.closeAllConnections();
  await Promise.all([plain, secure, bytes].map((server) => new Promise<void>((resolve) => void server.close(() => resolve()))));
});

interface Seen {
  readonly protocol: string;
  readonly cipher: string;
  readonly alpn: string;
  readonly shown: string;
  readonly answer: string;
}

/** A handshake, then one request or line; `closed` when nothing came of it. */
function ask(servername: string, options: ConnectionOptions = {}, says = `GET / HTTP/1.1\r\nHost: ${servername}\r\nConnection: close\r\n\r\n`): Promise<Seen | 'closed'> {
  return new Promise((resolve) => {
    let text = '';
    let seen: Omit<Seen, 'answer'> | undefined;
    const socket: TLSSocket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false, ...options }, () => {
      seen = { protocol: socket.getProtocol() ?? '', cipher: socket.getCipher().name, alpn: String(socket.alpnProtocol), shown: String(socket.getPeerCertificate().subject.CN) };
      socket.write(says);
    });
    socket.on('data', (data: Buffer) => {
      text += data.toString();
      if (says === 'hi') socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(seen === undefined || text === '' ? 'closed' : { ...seen, answer: text.split('\r\n').at(says === 'hi' ? 0 : -1) ?? '' }));
    socket.setTimeout(3000, () => socket.destroy());
  });
}

describe('TLS options', () => {
  it('choose versions, suites and protocols by server name', async () => {
    expect(await ask('a.test')).toMatchObject({ protocol: 'TLSv1.3', answer: expect.stringContaining('a.test') as string });
    expect(await ask('v12.test')).toMatchObject({ protocol: 'TLSv1.2' });
    expect(await ask('suite.test')).toMatchObject({ cipher: 'ECDHE-ECDSA-AES256-GCM-SHA384' });
    expect(await ask('suite.test', { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' })).toBe('closed');
    expect(await ask('http1.test', { maxVersion: 'TLSv1.2' })).toBe('closed');
    expect(await ask('http1.test', { ALPNProtocols: ['h2', 'http/1.1'] })).toMatchObject({ alpn: 'http/1.1' });
    expect(await ask('a.test', { ALPNProtocols: ['foo'] })).toBe('closed');
  });
  it('ask clients for certificates', async () => {
    expect(await ask('mutual.test')).toBe('closed');
    expect(await ask('mutual.test', stranger)).toBe('closed');
    expect(await ask('mutual.test', client)).toMatchObject({ answer: expect.stringContaining('client.test') as string });
    expect(await ask('maybe.test')).toMatchObject({ protocol: 'TLSv1.3' });
    expect(await ask('maybe.test', client)).toMatchObject({ protocol: 'TLSv1.3' });
    expect(await ask('maybe.test', stranger)).toBe('closed');
    expect(await ask('any.test')).toBe('closed');
    expect(await ask('any.test', stranger)).toMatchObject({ protocol: 'TLSv1.3' });
  });
  it('that cannot be had close their connections, and so do names without a certificate where it must be one', async () => {
    expect(await ask('broken.test')).toBe('closed');
    expect(await ask('strict.test')).toMatchObject({ shown: 'a.test' });
    expect(await ask('other.test')).toBe('closed');
    expect(await ask('none.test')).toMatchObject({ shown: 'localhost' });
  });
  it('are not stepped round by asking another host', async () => {
    const other = 'GET / HTTP/1.1\r\nHost: mutual.test\r\nConnection: close\r\n\r\n';
    expect(await ask('a.test', {}, other)).toMatchObject({ answer: 'Misdirected Request\n' });
    expect(await ask('mutual.test', client, other)).toMatchObject({ answer: expect.stringContaining('mutual.test') as string });
  });
});

describe('transports', () => {
  const get = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${String(port)}${path}`)).text();
  it('show a certificate, trust a root and ask for a name', async () => {
    expect(await get('/trusted')).toBe('inside');
    expect(await get('/doubted')).toBe('Internal Server Error');
    expect(await get('/named')).toBe('Internal Server Error');
  });
  it('of TCP services do the same', async () => {
    expect(await ask('tcp.test', {}, 'hi')).toMatchObject({ protocol: 'TLSv1.2', answer: 'tls hi' });
    // Real Traefik begins no handshake without a name to check.
    expect([await ask('doubt.test', {}, 'hi'), await ask('unnamed.test', {}, 'hi')]).toEqual(['closed', 'closed']);
  });
});

