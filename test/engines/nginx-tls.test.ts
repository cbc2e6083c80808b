import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { fileHost } from '../../src/cli/host.ts';
import { load } from '../../src/compile/load.ts';
import { freePort, freePorts } from '../../src/engines/free-port.ts';
import type { Routing } from '../../src/ir/index.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { traefikFromFiles } from '../support/engine-traefik.ts';
import { startBackends, type BackendPool } from '../support/echo-backend.ts';
import { askThrough } from '../support/engine-ask.ts';
import { nginxOn } from '../support/nginx-emitted.ts';
import { targetOptions } from '../support/routing-builder.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';

/** TLS options by entry point, written once: Traefik reads the file, nginx what is made of it. `CA` is the file of the client's authority. */
const OPTIONS: Readonly<Record<string, object>> = {
  plain: {},
  min13: { minVersion: 'VersionTLS13' },
  max12: { maxVersion: 'VersionTLS12' },
  cipher: { maxVersion: 'VersionTLS12', cipherSuites: ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'] },
  curve: { curvePreferences: ['CurveP384'] },
  http1: { alpnProtocols: ['http/1.1'] },
  needed: { clientAuth: { caFiles: ['CA'], clientAuthType: 'RequireAndVerifyClientCert' } },
  needed12: { maxVersion: 'VersionTLS12', clientAuth: { caFiles: ['CA'], clientAuthType: 'RequireAndVerifyClientCert' } },
  given: { clientAuth: { caFiles: ['CA'], clientAuthType: 'VerifyClientCertIfGiven' } },
};

type Hello = Pick<ConnectionOptions, 'minVersion' | 'maxVersion' | 'ciphers' | 'ALPNProtocols' | 'ecdhCurve'> & { readonly client?: 'own' | 'stranger'; readonly name?: string };

const HELLOS: readonly Hello[] = [
  {}, { maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.3' }, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' }, { ecdhCurve: 'P-384' }, { ecdhCurve: 'P-256' },
  { ALPNProtocols: ['h2', 'http/1.1'] }, { ALPNProtocols: ['http/1.1'] }, { client: 'own' }, { client: 'stranger' },
];

for (const engineName of ['nginx122', 'nginx131'] as const) {
  describeEngine('traefik', `TLS beside ${engineName}`, (traefik) => {
    describeEngine(engineName, 'ends TLS as Traefik does', (engine) => {
      let folder: TempFolder;
      let backends: BackendPool;
      let holder: Server;
      let holderPort: number;
      beforeAll(async () => {
        folder = await tempFolder();
        backends = await startBackends([{ name: 'b1' }]);
        holder = createServer((socket) => { socket.on('error', () => undefined).resume(); });
        holderPort = await freePort();
        await new Promise<void>((resolve) => { holder.listen(holderPort, '127.0.0.1', resolve); });
        for (const [name, subject] of [['default', 'default'], ['a', 'a.test'], ['wild', '*.w.test'], ['own', 'own'], ['stranger', 'stranger']] as const) await certificate(folder.path, name, subject);
      });
      afterAll(async () => {
        holder.close();
        await backends.stop();
        await folder.remove();
      });

      /** The same questions to Traefik on the files, and to nginx on what is made of them. */
      const both = async <T>(tree: object, names: readonly string[], settings: Readonly<Record<string, unknown>>, ask: (ports: Readonly<Record<string, number>>) => Promise<T>): Promise<readonly [T, T]> => {
        const [first, second] = [await freePorts(names), await freePorts(names)];
        const place = await tempFolder();
        await mkdir(join(place.path, 'dynamic'));
        await writeFile(join(place.path, 'dynamic', 'all.yml'), stringify(tree));
        await writeFile(join(place.path, 'traefik.yml'), stringify({ entryPoints: Object.fromEntries(Object.entries(first).map(([name, port]) => [name, { address: `127.0.0.1:${String(port)}` }])), providers: { file: { directory: 'dynamic' } } }));
        const running = await traefikFromFiles({ engine: traefik, backends, dir: place.path });
        const wanted = await ask(first).finally(() => running.stop());
        const nginx = await nginxOn(engine, backends, moved(routingOfFiles(place.path), second), targetOptions(engine.version, settings));
        const seen = await ask(second).finally(() => nginx.stop());
        await place.remove();
        return [wanted, seen];
      };

      test('options: versions, ciphers, curves, protocols, client certificates', async () => {
        const options = JSON.parse(JSON.stringify(OPTIONS).replaceAll('"CA"', JSON.stringify(join(folder.path, 'own.pem')))) as object;
        const routers = Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, { entryPoints: [name], rule: 'Host(`a.test`)', service: 's', tls: { options: name } }]));
        const tree = { http: { routers, services: { s: { loadBalancer: { servers: [{ url: backends.url('b1') }] } } } }, tls: { options, stores: { default: { defaultCertificate: pair(folder.path, 'default') } } } };
        const [wanted, seen] = await both(tree, Object.keys(OPTIONS), {}, async (ports) => Object.fromEntries(await Promise.all(Object.entries(ports).flatMap(([name, port]) => HELLOS.filter(({ ALPNProtocols }) => !name.startsWith('needed') || ALPNProtocols === undefined).map(async (hello) => [`${name} ${JSON.stringify(hello)}`, await shake(folder.path, port, hello)] as const)))));
        expect(seen).toEqual(wanted);
        const answers = Object.values(wanted);
        expect(answers.filter((answer) => answer === 'refused').length).toBeGreaterThan(10);
        expect(new Set(answers).size).toBeGreaterThan(5);
      });

      test('certificates by the name that the client asks for', async () => {
        const names = ['a.test', 'A.Test', 'x.w.test', 'x.y.w.test', 'w.test', 'other.test', ''];
        const tree = {
          http: { routers: { r: { entryPoints: ['web'], rule: 'PathPrefix(`/`)', service: 's', tls: {} } }, services: { s: { loadBalancer: { servers: [{ url: backends.url('b1') }] } } } },
          tls: { certificates: [pair(folder.path, 'a'), pair(folder.path, 'wild')], stores: { default: { defaultCertificate: pair(folder.path, 'default') } } },
        };
        const chosen = (name: string, of: readonly string[]): object => ({ certificate: pair(folder.path, name).certFile, key: pair(folder.path, name).keyFile, names: of });
        const settings = { tls: { certificates: [chosen('default', []), chosen('a', ['a.test']), chosen('wild', ['*.w.test'])] } };
        const [wanted, seen] = await both(tree, ['web'], settings, async ({ web = 0 }) => Object.fromEntries(await Promise.all(names.map(async (name) => [name, await shake(folder.path, web, { name }, true)] as const))));
        expect(seen).toEqual(wanted);
        expect(new Set(Object.values(wanted)).size).toBe(3);
      });

      test('the certificate of a client, handed on', async () => {
        const pem = { passTLSClientCert: { pem: true } };
        const of = (clientAuthType: string): object => ({ clientAuth: { caFiles: [join(folder.path, 'own.pem')], clientAuthType } });
        const tree = {
          http: { routers: Object.fromEntries(['needed', 'given', 'plain'].map((name) => [name, { entryPoints: [name], rule: 'Host(`a.test`)', service: 's', middlewares: ['pem'], tls: name === 'plain' ? {} : { options: name } }])), middlewares: { pem }, services: { s: { loadBalancer: { servers: [{ url: backends.url('b1') }] } } } },
          tls: { options: { needed: of('RequireAndVerifyClientCert'), given: of('VerifyClientCertIfGiven') }, stores: { default: { defaultCertificate: pair(folder.path, 'default') } } },
        };
        const own = { cert: await readFile(pair(folder.path, 'own').certFile, 'utf8'), key: await readFile(pair(folder.path, 'own').keyFile, 'utf8') };
        const told = async (ports: Readonly<Record<string, number>>): Promise<readonly string[]> => {
          const ask = askThrough(() => ports, backends);
          const out: string[] = [];
          for (const entryPoint of Object.keys(ports)) {
            for (const client of entryPoint === 'needed' ? [own] : [own, {}]) {
              const { status, backend } = await ask({ entryPoint, method: 'GET', target: '/', host: 'a.test', headers: [['X-Forwarded-Tls-Client-Cert', 'spoofed']], tls: { sni: 'a.test', ...client } });
              out.push(`${entryPoint} ${String(status)} ${backend?.headers.find(([name]) => name.toLowerCase() === 'x-forwarded-tls-client-cert')?.[1] ?? 'nothing'}`);
            }
          }
          return out;
        };
        const [wanted, seen] = await both(tree, ['needed', 'given', 'plain'], {}, told);
        expect(seen).toEqual(wanted);
        expect(wanted.filter((line) => line.endsWith(own.cert.replace(/-----[^-]+-----|\n/g, '')))).toHaveLength(2);
      });

      test('connections of one client at once', async () => {
        const tree = { tcp: { routers: { r: { entryPoints: ['tcp'], rule: 'HostSNI(`*`)', service: 's', middlewares: ['few'] } }, services: { s: { loadBalancer: { servers: [{ address: `127.0.0.1:${String(holderPort)}` }] } } }, middlewares: { few: { inFlightConn: { amount: 2 } } } } };
        const [wanted, seen] = await both(tree, ['tcp'], {}, ({ tcp = 0 }) => patientCrowd(tcp));
        expect(seen).toEqual(wanted);
        expect(wanted).toEqual(['held', 'held', 'closed', 'held', 'again held']);
      });
    });
  });
}

async function certificate(folder: string, name: string, subject: string): Promise<void> {
  const file = (end: string): string => join(folder, `${name}${end}`);
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file('.key'), '-out', file('.pem'), '-days', '30', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${subject}`], { stdio: 'ignore' });
  // Behind a variable the workers read it, which are another user's.
  await chmod(file('.key'), 0o644);
}

function pair(folder: string, name: string): { readonly certFile: string; readonly keyFile: string } {
  return { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
}

function routingOfFiles(folder: string): Routing {
  const loaded = load({ gateways: [{ name: 'default', stacks: [], static: join(folder, 'traefik.yml'), dynamic: [join(folder, 'dynamic', 'all.yml')], versions: ['3.7'] }], declared: true, host: fileHost(process.cwd()), overrides: { endpoints: [], entryPoints: new Map() } });
  const routing = loaded.gateways[0]?.resolved[0]?.routing;
  if (routing === undefined) throw new Error('nothing was resolved');
  return routing;
}

function moved(routing: Routing, ports: Readonly<Record<string, number>>): Routing {
  return { ...routing, listeners: routing.listeners.map((listener) => ({ ...listener, entryPoint: { ...listener.entryPoint, port: ports[listener.entryPoint.name] ?? 0 } })) };
}

/** What was agreed on and whether a request is served; a client that is turned down hears of it in the handshake or with a 400. */
async function shake(folder: string, port: number, { client, name = 'a.test', ...hello }: Hello, certificateOnly = false): Promise<string> {
  const own = client === undefined ? {} : { cert: await readFile(pair(folder, client).certFile), key: await readFile(pair(folder, client).keyFile) };
  return new Promise((resolve) => {
    let agreed = '';
    let text = '';
    const socket = connectTls({ port, host: '127.0.0.1', servername: name, rejectUnauthorized: false, ...hello, ...own });
    const end = (): void => {
      socket.destroy();
      const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1];
      resolve(certificateOnly ? agreed : socket.alpnProtocol === 'h2' ? agreed : status === undefined || status === '400' ? 'refused' : `${agreed} ${status}`);
    };
    socket.on('secureConnect', () => {
      agreed = certificateOnly ? String(socket.getPeerCertificate().subject.CN) : [socket.getProtocol(), socket.getProtocol() === 'TLSv1.2' ? socket.getCipher().name : '', socket.alpnProtocol === false ? '' : socket.alpnProtocol].join(' ');
      if (certificateOnly || socket.alpnProtocol === 'h2') end();
      else socket.write('GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n');
    });
    socket.on('data', (chunk: Buffer) => { text += chunk.toString('latin1'); });
    socket.on('error', end);
    socket.on('close', end);
  });
}

/** Where the connection that asked whether the engine is up still counts, once more. */
async function patientCrowd(port: number, turns = 3): Promise<readonly string[]> {
  const fates = await crowd(port);
  return turns > 1 && fates.slice(0, 2).includes('closed') ? patientCrowd(port, turns - 1) : fates;
}

/** Two connections are held, a third is one too many, another client has its own count, and a place is free again afterwards. */
async function crowd(port: number): Promise<readonly string[]> {
  const open = (from: string): Promise<{ readonly fate: string; readonly close: () => Promise<void> }> => new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from }, () => socket.write('hello\n'));
    const gone = new Promise<void>((done) => { socket.on('close', () => done()); });
    const close = async (): Promise<void> => {
      socket.end('bye');
      await gone;
    };
    socket.on('error', () => undefined);
    socket.resume();
    const waiting = setTimeout(() => resolve({ fate: 'held', close }), 1000);
    socket.on('close', () => {
      clearTimeout(waiting);
      resolve({ fate: 'closed', close });
    });
  });
  const first = await open('127.0.0.1');
  const others = [await open('127.0.0.1'), await open('127.0.0.1'), await open('127.0.0.9')];
  await first.close();
  // The engine may hear of the end a moment after the client.
  let again = await open('127.0.0.1');
  for (let turn = 0; turn < 10 && again.fate === 'closed'; turn += 1) again = await open('127.0.0.1');
  const fates = [first, ...others].map(({ fate }) => fate).concat(`again ${again.fate}`);
  for (const one of [...others, again]) if (one.fate === 'held') await one.close();
  return fates;
}
