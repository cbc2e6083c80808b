import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findEngine } from '../../src/engines/find.ts';
import { freePort } from '../../src/engines/free-port.ts';
import { routingFrom } from '../server/routing-from.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends, type BackendPool } from '../support/echo-backend.ts';
import type { RunningEngine } from '../support/engine-ask.ts';
import { nginxOn } from '../support/nginx-emitted.ts';
import { serveBeside, type Beside } from '../support/serve-beside.ts';

/** What the auth server is asked with: by real Traefik, by our server and by nginx. */
const TRUST = { unsaid: {}, distrusting: { trustForwardHeader: false }, trusting: { trustForwardHeader: true } };
const NAMED = { authRequestHeaders: ['Authorization', 'X-Real-Ip', 'X-Forwarded-Port', 'X-Own', 'Connection'] };
const PEERS = { nobody: {}, everybody: { forwardedHeaders: { insecure: true } }, neighbours: { forwardedHeaders: { trustedIPs: ['127.0.0.0/8'] } }, strangers: { forwardedHeaders: { trustedIPs: ['10.0.0.0/8'] } } };
const CHAINS = { alone: [], 'behind-headers': ['own'], 'behind-strip': ['strip'] };

const FORWARDED = 'X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: told.test\r\nX-Forwarded-Port: 99\r\nX-Forwarded-Uri: /told\r\nX-Forwarded-Method: PUT\r\nX-Forwarded-Prefix: /p\r\nX-Forwarded-Server: there\r\nX-Real-Ip: 8.8.8.8\r\n';
const REQUESTS: Readonly<Record<string, (host: string) => string>> = {
  plain: (host) => `GET /a/b?x=1 HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer t\r\nX-Own: mine\r\n`,
  port: (host) => `GET / HTTP/1.1\r\nHost: ${host}:81\r\n`,
  forwarded: (host) => `GET /a HTTP/1.1\r\nHost: ${host}\r\n${FORWARDED}`,
  lines: (host) => `GET /a HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-For: 9.9.9.9, 7.7.7.7\r\nX_Forwarded_Uri: /under\r\nX-Forwarded_Method: PATCH\r\n`,
  method: (host) => `DELETE /a/%25b?q=%20 HTTP/1.1\r\nHost: ${host}\r\nTE: trailers\r\n`,
  socket: (host) => `GET /ws HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`,
  body: (host) => `POST /a HTTP/1.1\r\nHost: ${host}\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n`,
};
const hosts = Object.keys(TRUST).flatMap((trust) => [false, true].flatMap((named) => Object.keys(CHAINS).map((chain) => ({ host: `${trust}.${named ? 'named' : 'all'}.${chain}.test`, trust, named, chain }))));

function dynamicOf(auth: string, endpoint: string): Readonly<Record<string, unknown>> {
  const middlewares = hosts.map(({ host, trust, named }) => [host.replaceAll('.', '-'), { forwardAuth: { address: `${auth}/check`, authResponseHeaders: ['X-User'], ...TRUST[trust as keyof typeof TRUST], ...(named ? NAMED : {}) } }]);
  const own = { own: { headers: { customRequestHeaders: { 'X-Other': 'set', 'X-Forwarded-Proto': 'odd', 'X-Real-Ip': '' } } }, strip: { stripPrefix: { prefixes: ['/a'] } } };
  const routers = hosts.map(({ host, chain }) => [host.replaceAll('.', '-'), { rule: `Host(\`${host}\`)`, service: 's', middlewares: [...CHAINS[chain as keyof typeof CHAINS], host.replaceAll('.', '-')] }]);
  return { http: { routers: Object.fromEntries(routers), middlewares: { ...Object.fromEntries(middlewares), ...own }, services: { s: { loadBalancer: { servers: [{ url: endpoint }] } } } } };
}

describeEngine('traefik', 'what an auth server is asked with', (engine) => {
  const heard: string[] = [];
  let server: Server;
  let none: BackendPool;
  let to = '';
  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined).on('data', (bytes: Buffer) => {
        heard.push(bytes.toString('latin1'));
        socket.write('HTTP/1.1 200 OK\r\nX-User: ann\r\nContent-Length: 0\r\n\r\n');
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    to = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    none = await startBackends([]);
  });
  afterAll(async () => {
    await none.stop();
    await new Promise((resolve) => void server.close(resolve));
  });

  /** The fields of both requests behind the proxy, but for those that Go's client adds of itself. */
  async function told(port: number, request: string): Promise<readonly (readonly string[])[]> {
    heard.length = 0;
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`${request}Connection: close\r\n\r\n`.replace(/(Connection: Upgrade.*)Connection: close\r\n/s, '$1')));
      socket.on('error', () => undefined).on('data', () => socket.destroy()).on('close', () => resolve());
    });
    return heard.map((text) => text.split('\r\n').filter((line) => line !== '' && !/^(?:user-agent: go-http|accept-encoding: gzip)/i.test(line)).map((line) => line.replace(/^(?:connection: .*|[\w-]+(?=: ))/i, (name) => name.toLowerCase())).toSorted());
  }

  describe.each(Object.keys(PEERS) as readonly (keyof typeof PEERS)[])('where the entry point trusts %s', (peers) => {
    let beside: Beside;
    beforeAll(async () => {
      const dynamic = dynamicOf(to, to);
      beside = await serveBeside(engine, dynamic, dynamic, { web: PEERS[peers] });
    });
    afterAll(() => beside.stop());

    async function sameAs(port: number, passes: (line: string) => boolean = () => true): Promise<void> {
      for (const { host } of hosts) {
        for (const [name, request] of Object.entries(REQUESTS)) {
          const theirs = await told(beside.theirs, request(host));
          expect([host, name, ...theirs]).toHaveLength(4);
          const [seen, wanted] = [await told(port, request(host)), theirs].map((requests) => requests.map((lines) => lines.filter(passes)));
          expect([host, name, seen]).toEqual([host, name, wanted]);
        }
      }
    }

    test('by our server', () => sameAs(beside.ours));
    for (const name of ['nginx131', 'nginx122'] as const) {
      const nginx = findEngine(name);
      test.skipIf(nginx === null && (process.env['CI'] ?? '') === '')(`by ${name}`, async () => {
        if (nginx === null) throw new Error(`${name} is not installed`);
        const port = await freePort();
        const running: RunningEngine = await nginxOn(nginx, none, routingFrom(dynamicOf(to, to), { web: { address: `127.0.0.1:${String(port)}`, ...PEERS[peers] } }));
        try {
          // The row of forwarded headers says that nginx hands on no spelling with underscores, whoever sent it.
          await sameAs(port, (line) => peers === 'nobody' || peers === 'strangers' || !/^x[-_][^:]*_/.test(line));
        } finally {
          await running.stop();
        }
      });
    }
  });
});
