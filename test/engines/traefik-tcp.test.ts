import { createSocket } from 'node:dgram';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build, load } from '../../src/index.ts';
import { findEngine } from '../../src/engines/find.ts';
import { freePort } from '../../src/engines/free-port.ts';
import { startTraefik, type Traefik } from '../../src/engines/traefik.ts';
import { waitFor } from '../../src/engines/wait.ts';
import type { OutputFile } from '../../src/targets/target.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { startFakeDocker } from '../support/fake-docker.ts';
import { objectAt } from '../support/json.ts';
import { startEtcd } from '../support/kv-store.ts';
import { overrideLabels } from '../support/override-labels.ts';
import { started } from '../support/started.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';
import { selfSigned } from '../support/test-certificate.ts';

/** TCP, UDP and TLS of one gateway in every form of Traefik's configuration, asked through raw sockets. */
const STATIC = 'entryPoints:\n  tcp: { address: ":1" }\n  tls: { address: ":2" }\n  udp: { address: ":3/udp" }\nproviders:\n  docker: {}\n  file: { directory: dynamic }\n';
const DYNAMIC = 'tls:\n  certificates:\n    - certFile: own.pem\n      keyFile: own.key\n  options:\n    strict: { minVersion: VersionTLS13 }\n';
const COMPOSE = `services:
  plain:
    image: example/plain:1
    expose: ["7001"]
    labels:
      - traefik.enable=true
      - traefik.tcp.routers.plain.rule=HostSNI(\`*\`) && !ClientIP(\`127.0.0.9\`)
      - traefik.tcp.routers.plain.entrypoints=tcp
      - traefik.tcp.services.plain.loadbalancer.server.port=7001
  through:
    image: example/through:1
    expose: ["7002"]
    labels:
      - traefik.enable=true
      - traefik.tcp.routers.through.rule=HostSNI(\`through.test\`)
      - traefik.tcp.routers.through.entrypoints=tls
      - traefik.tcp.routers.through.tls.passthrough=true
      - traefik.tcp.services.through.loadbalancer.server.port=7002
  ended:
    image: example/ended:1
    expose: ["7003"]
    labels:
      - traefik.enable=true
      - traefik.tcp.routers.ended.rule=HostSNI(\`own.test\`) || HostSNIRegexp(\`^[a-z]+[.]end[.]test$$\`)
      - traefik.tcp.routers.ended.entrypoints=tls
      - traefik.tcp.routers.ended.tls=true
      - traefik.tcp.routers.ended.tls.options=strict@file
      - traefik.tcp.services.ended.loadbalancer.server.port=7003
  packets:
    image: example/packets:1
    expose: ["7004/udp"]
    labels:
      - traefik.enable=true
      - traefik.udp.routers.packets.entrypoints=udp
      - traefik.udp.services.packets.loadbalancer.server.port=7004
`;
const SERVICES = ['plain', 'through', 'ended', 'packets'] as const;
const address = (service: string): string => `127.1.250.${String(SERVICES.findIndex((one) => one === service) + 1)}`;
const own = selfSigned('own.test');
const backend = selfSigned('backend.test');
const servers: { close(): void }[] = [];

beforeAll(async () => {
  await listen(createServer((socket) => answer(socket, 'plain')), 7001, address('plain'));
  await listen(createTlsServer({ cert: backend.cert, key: backend.key }, (socket) => answer(socket, 'through')), 7002, address('through'));
  await listen(createServer((socket) => answer(socket, 'ended')), 7003, address('ended'));
  const udp = createSocket('udp4');
  udp.on('message', (message, from) => udp.send(`packets:${message.toString()}`, from.port, from.address));
  await new Promise<void>((resolve) => { udp.bind(7004, address('packets'), resolve); });
  servers.push(udp);
});
afterAll(() => { for (const server of servers) server.close(); });

function listen(server: Server, port: number, host: string): Promise<void> {
  servers.push(server);
  return new Promise((resolve) => { server.listen(port, host, resolve); });
}

function answer(socket: Socket, name: string): void {
  socket.on('error', () => socket.destroy());
  socket.once('data', (data) => socket.end(`${name}:${data.toString()}`));
}

interface Seen {
  readonly text: string;
  readonly subject?: string;
}

/** What comes back for `hi`; a connection that is closed or refused says nothing. */
function speak(socket: Socket, after: 'connect' | 'secureConnect', subject: () => string | undefined): Promise<Seen> {
  return new Promise((resolve) => {
    let text = '';
    let name: string | undefined;
    socket.setTimeout(3000, () => socket.destroy());
    socket.once(after, () => {
      name = subject();
      socket.write('hi');
    });
    socket.on('data', (data) => { text += data.toString(); });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => resolve({ text, ...(name === undefined ? {} : { subject: name }) }));
  });
}

function overTcp(port: number, localAddress = '127.0.0.1'): Promise<Seen> {
  return speak(connect({ port, host: '127.0.0.1', localAddress }), 'connect', () => undefined);
}

function overTls(port: number, servername: string, maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3'): Promise<Seen> {
  const socket = connectTls({ port, host: '127.0.0.1', servername, rejectUnauthorized: false, maxVersion });
  return speak(socket, 'secureConnect', () => String(socket.getPeerCertificate().subject?.CN ?? ''));
}

function overUdp(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const done = (text: string): void => { clearInterval(timer); socket.close(); resolve(text); };
    // Packets may be lost while the other side comes up.
    let tries = 0;
    const timer = setInterval(() => (tries++ < 20 ? socket.send('hi', port, '127.0.0.1') : done('')), 100);
    socket.once('message', (message) => done(message.toString()));
  });
}

async function askAll(ports: Readonly<Record<string, number>>): Promise<unknown> {
  const [tcp = 0, tls = 0, udp = 0] = [ports['tcp'], ports['tls'], ports['udp']];
  return {
    plain: await overTcp(tcp), refused: await overTcp(tcp, '127.0.0.9'),
    through: await overTls(tls, 'through.test'),
    ended: await overTls(tls, 'own.test'), old: await overTls(tls, 'own.test', 'TLSv1.2'), pattern: (await overTls(tls, 'abc.end.test')).text, other: (await overTls(tls, 'other.test')).text,
    udp: await overUdp(udp),
  };
}
const WANTED = {
  plain: { text: 'plain:hi' }, refused: { text: '' },
  through: { text: 'through:hi', subject: 'backend.test' },
  ended: { text: 'ended:hi', subject: 'own.test' }, old: { text: '' }, pattern: 'ended:hi', other: '',
  udp: 'packets:hi',
};

interface Built {
  readonly files: readonly OutputFile[];
  readonly said: readonly string[];
}

function compile(target: string, version: string): Built {
  const files: Readonly<Record<string, string>> = { 'app/compose.yml': COMPOSE, 'traefik.yml': STATIC, 'dynamic/tls.yml': DYNAMIC };
  const host = { readFile: (path: string) => files[path.replace(/^\.\//, '')], listFolder: () => undefined };
  const overrides = { endpoints: SERVICES.map((service, index) => ({ service, host: address(service), toPort: 7001 + index })), entryPoints: new Map() };
  const loaded = load({ gateways: [{ name: 'default', stacks: [{ files: ['app/compose.yml'], projectName: 'app', variables: new Map() }], static: 'traefik.yml', dynamic: ['dynamic/tls.yml'], versions: ['3.7'] }], declared: true, host, overrides });
  const result = build(loaded, { targets: [target], versions: new Map([[target, version]]), allowances: new Map(), inlineSecrets: false, settings: {}, overrides });
  return { files: result.built[0]?.files ?? [], said: [...result.diagnostics, ...(result.built[0]?.diagnostics ?? [])].filter(({ blocking }) => blocking).map(({ message }) => message) };
}

function writeAll(folder: TempFolder, files: readonly OutputFile[]): void {
  writeFileSync(join(folder.path, 'own.pem'), own.cert);
  writeFileSync(join(folder.path, 'own.key'), own.key);
  mkdirSync(join(folder.path, 'dynamic'), { recursive: true });
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), text);
  }
}

describeEngine('traefik', 'TCP, UDP and TLS in every form', (engine) => {
  /** Starts Traefik on what was written and asks when all routers are there. */
  async function judge(files: readonly OutputFile[], flags: readonly string[], docker?: string): Promise<unknown> {
    const folder = await tempFolder();
    writeAll(folder, files);
    const entryPoints = [{ name: 'tcp' }, { name: 'tls' }, { name: 'udp', protocol: 'udp' as const, port: await freePort({ protocol: 'udp' }) }];
    const provider = docker === undefined ? { kind: 'directory' as const, path: 'dynamic' } : { kind: 'docker' as const, endpoint: docker, directory: 'dynamic' };
    const traefik: Traefik = started(await startTraefik({ engine, workDir: folder.path, entryPoints, provider, flags }));
    try {
      const all = await waitFor(async () => (await complete(traefik) ? true : null), { timeoutMs: 10_000, giveUp: () => traefik.exit() !== null });
      if (all === null) throw new Error(`not all routers came up: ${traefik.log()}`);
      return await askAll(traefik.ports);
    } finally {
      await traefik.stop();
      await folder.remove();
    }
  }

  test('files', async () => {
    const { files, said } = compile('traefik', '3.7');
    expect(said).toEqual([]);
    expect(await judge(files.filter(({ path }) => path !== 'traefik.yml'), [])).toEqual(WANTED);
  });

  test('files for 2.11, rules read as v2', async () => {
    const { files, said } = compile('traefik', '2.11');
    expect(said).toEqual([]);
    expect(await judge(files.filter(({ path }) => path !== 'traefik.yml'), ['--core.defaultrulesyntax=v2'])).toEqual(WANTED);
  });

  test('labels, certificates and TLS options in a file beside them', async () => {
    const { files, said } = compile('traefik-labels', '3.7');
    expect(said).toEqual([]);
    const labels = overrideLabels(files.find(({ path }) => path === 'compose.override.yml')?.text ?? '');
    const docker = await startFakeDocker(SERVICES.map((name, index) => ({ name: `app-${name}-1`, labels: { 'traefik.enable': 'true', ...labels[name] }, ports: [`${String(7001 + index)}/${name === 'packets' ? 'udp' : 'tcp'}`], networks: { app_default: address(name) }, composeProject: 'app', composeService: name })));
    try {
      expect(await judge(files, [], docker.endpoint)).toEqual(WANTED);
    } finally {
      await docker.stop();
    }
  });

  test('keys', async () => {
    const etcd = findEngine('etcd');
    if (etcd === null) throw new Error('etcd is not installed: node scripts/install-engines.mjs');
    const { files, said } = compile('traefik-kv', '3.7');
    expect(said).toEqual([]);
    const store = await startEtcd(etcd);
    try {
      await store.load(files);
      expect(await judge([], [`--providers.etcd.endpoints=${store.endpoint}`])).toEqual(WANTED);
    } finally {
      await store.stop();
    }
  });
});

async function complete(traefik: Traefik): Promise<boolean> {
  const data = await traefik.rawData();
  return Object.keys(objectAt(data, 'tcpRouters')).length === 3 && Object.keys(objectAt(data, 'udpRouters')).length === 1;
}
