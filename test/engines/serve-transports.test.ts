import { request } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { selfSigned } from '../../src/server/self-signed.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { serveBeside, type Beside } from '../support/serve-beside.ts';

/** serversTransport, beside real Traefik: TLS settings that count or make all others void, and how long servers may take. About 2 s and the start of Traefik. */
const SETTINGS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  none: {},
  'minimum alone': { minVersion: 'VersionTLS12' },
  'maximum alone': { maxVersion: 'VersionTLS13' },
  'both versions': { minVersion: 'VersionTLS12', maxVersion: 'VersionTLS13' },
  'crossed versions': { minVersion: 'VersionTLS13', maxVersion: 'VersionTLS12' },
  'unknown version': { minVersion: 'TLS1', maxVersion: 'VersionTLS13' },
  'unknown maximum': { maxVersion: 'TLS1' },
  'lower case': { minVersion: 'versiontls12', maxVersion: 'VersionTLS13' },
  'unknown suite': { cipherSuites: ['nope'] },
  'suite of 1.3': { cipherSuites: ['TLS_AES_128_GCM_SHA256'] },
  'suite of 1.2': { cipherSuites: ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'] },
  spiffe: { spiffe: { ids: ['spiffe://a/b'] } },
  'uri unverified': { peerCertURI: 'spiffe://x' },
  'no such roots': { rootCAs: ['/nowhere.pem'] },
  'no such certificate': { certificates: [{ certFile: '/nowhere', keyFile: '/nowhere' }] },
  'no kept connections': { maxIdleConnsPerHost: -1 },
};
/** With a server that begins its answer after 300 ms, and says the rest 300 ms later. */
const TIMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  patient: { readTimeout: '3s', writeTimeout: '3s', responseHeaderTimeout: '3s' },
  'read too late': { readTimeout: '100ms' },
  'read in time': { readTimeout: '600ms' },
  'head too late': { responseHeaderTimeout: '100ms' },
  'write does not count': { writeTimeout: '100ms' },
  'nothing taken': { writeTimeout: '200ms' },
  'nothing said meanwhile': { readTimeout: '200ms' },
};
const TAKES_NOTHING: readonly string[] = ['nothing taken', 'nothing said meanwhile'];
const NAMES = [...Object.keys(SETTINGS), ...Object.keys(TIMES)];

describeEngine('traefik', 'transports, beside real Traefik', (engine) => {
  const servers: Server[] = [];
  // One that takes nothing would never see the other side leave.
  const sockets = new Set<Socket>();
  let beside: Beside;
  const listening = async (server: Server): Promise<number> => {
    servers.push(server.on('connection', (socket: Socket) => void sockets.add(socket)));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  beforeAll(async () => {
    const secure = await listening(createTls(selfSigned(['inner.test']), (socket) => void socket.on('error', () => undefined).on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nokok'))).on('tlsClientError', () => undefined));
    const slow = await listening(createServer(hesitant));
    beside = await serveBeside(engine, dynamicFor(secure, slow));
  });
  afterAll(async () => {
    await beside.stop();
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.map((server) => new Promise((resolve) => void server.close(resolve))));
  });
  it.concurrent.each(NAMES)('%s', async (name) => {
    const [theirs, ours] = await Promise.all([ask(beside.theirs, name), ask(beside.ours, name)]);
    expect(ours).toBe(theirs);
  });
});

function dynamicFor(secure: number, slow: number): Readonly<Record<string, unknown>> {
  const service = (name: string, index: number): readonly [string, unknown] => [`s${String(index)}`, { loadBalancer: { serversTransport: `s${String(index)}`, servers: [{ url: name in TIMES ? `http://127.0.0.1:${String(slow)}` : `https://127.0.0.1:${String(secure)}` }] } }];
  const transport = (name: string): unknown => (name in TIMES ? { forwardingTimeouts: TIMES[name] } : { insecureSkipVerify: true, ...SETTINGS[name] });
  return {
    http: {
      routers: Object.fromEntries(NAMES.map((_, index) => [`s${String(index)}`, { rule: `Host(\`s${String(index)}.test\`)`, service: `s${String(index)}` }])),
      services: Object.fromEntries(NAMES.map(service)),
      serversTransports: Object.fromEntries(NAMES.map((name, index) => [`s${String(index)}`, transport(name)])),
    },
  };
}

/** Takes nothing of a form, and answers everything else bit by bit. */
function hesitant(socket: Socket): void {
  socket.on('error', () => undefined).once('data', (first: Buffer) => {
    if (first.toString('latin1').startsWith('POST')) return void socket.pause();
    setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok'), 300);
    setTimeout(() => socket.write('ok'), 600);
  });
}

function ask(port: number, name: string): Promise<string> {
  const posts = TAKES_NOTHING.includes(name);
  return new Promise((resolve) => {
    const outgoing = request({ port, host: '127.0.0.1', method: posts ? 'POST' : 'GET', headers: { Host: `s${String(NAMES.indexOf(name))}.test` } }, (answer) => {
      let text = '';
      answer.on('error', () => undefined).on('data', (bytes: Buffer) => void (text += bytes.toString())).on('close', () => resolve(`${String(answer.statusCode)} ${text} ${String(answer.complete)}`));
    });
    outgoing.on('error', ({ message }) => resolve(message)).end(posts ? Buffer.alloc(30_000_000) : undefined);
  });
}
