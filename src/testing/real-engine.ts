import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { configTest, startNginx } from '../engines/nginx.ts';
import type { EngineBinary } from '../engines/find.ts';
import { sendRaw } from '../engines/raw-client.ts';
import { startTraefikFolder } from '../engines/traefik.ts';
import type { Probe } from '../ir/index.ts';
import type { EchoBackends } from './echo.ts';
import { location } from './runtime-outcome.ts';
import type { Outcome } from './route-test.ts';

/** Compiled files of a gateway, with every address on loopback. */
export interface EngineFiles {
  readonly name: 'traefik' | 'nginx';
  readonly binary: EngineBinary;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Port by entry point. */
  readonly ports: ReadonlyMap<string, number>;
}

/** A running engine that is asked one request after the other. */
export interface RealEngine {
  readonly version: string;
  readonly ask: (probe: Probe, reference: Outcome) => Promise<Outcome>;
  readonly stop: () => Promise<void>;
}

export type EngineStart = { readonly kind: 'started'; readonly engine: RealEngine } | { readonly kind: 'failed'; readonly reason: string };

/** What stands behind an address in the files. */
export interface Behind {
  readonly backends: EchoBackends;
  /** All names of a backend. */
  readonly names: (backend: string) => readonly string[];
  /** A request that some backend answers once the configuration is in force; undefined = there is none. */
  readonly sign: Probe | undefined;
}

/** Starts an engine on files in a folder of their own, gone when it is stopped. */
export async function startRealEngine(files: EngineFiles, behind: Behind): Promise<EngineStart> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-test-'));
  await chmod(folder, 0o755);
  for (const { path, text } of files.files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const started = await (files.name === 'traefik' ? traefik(files, folder, behind) : nginx(files, folder));
  if (typeof started === 'string') {
    await remove();
    return { kind: 'failed', reason: started };
  }
  behind.backends.take();
  const stop = async (): Promise<void> => {
    await started();
    await remove();
  };
  return { kind: 'started', engine: { version: files.binary.version, ask: (probe, reference) => ask(files.ports, behind, probe, reference), stop } };
}

type Stop = () => Promise<void>;

async function traefik({ binary, ports }: EngineFiles, folder: string, { backends, sign }: Behind): Promise<Stop | string> {
  const first = [...ports.values()][0] ?? 0;
  const ready = async (): Promise<boolean> => {
    if (sign !== undefined) {
      await send(ports, sign);
      return backends.take().length > 0;
    }
    if ((await sendRaw({ port: first, method: 'GET', target: '/', host: 'ready.invalid', timeoutMs: 1000 })).status === 0) return false;
    // Nothing ever shows that the file was read: it gets the time that reading takes.
    await sleep(1000);
    return true;
  };
  const run = await startTraefikFolder({ engine: binary, folder, logFile: join(folder, 'traefik.log'), ready });
  return run.kind === 'failed' ? `${run.reason}\n${run.log}` : run.engine.stop;
}

async function nginx({ binary, ports }: EngineFiles, folder: string): Promise<Stop | string> {
  const options = { engine: binary, folder };
  const tested = await configTest(options);
  if (!tested.ok) return tested.output;
  const run = await startNginx({ ...options, ports: [...ports.values()], logFile: join(folder, 'nginx.log') });
  return run.kind === 'failed' ? `${run.reason}\n${run.log}` : run.engine.stop;
}

function send(ports: ReadonlyMap<string, number>, probe: Probe): ReturnType<typeof sendRaw> {
  const { method, target, host, headers, tls, clientIp, entryPoint, body } = probe;
  return sendRaw({ port: ports.get(entryPoint) ?? 0, localAddress: clientIp, method, target, host, headers, tls, timeoutMs: 5000, ...(body === undefined ? {} : { body: Buffer.from(body).toString('latin1') }) });
}

/**
 * What an engine did. It tells nobody which router it took: where the same server answered as in the reference, it is
 * the reference's router, else none is claimed.
 */
async function ask(ports: ReadonlyMap<string, number>, { backends, names }: Behind, probe: Probe, reference: Outcome): Promise<Outcome> {
  backends.take();
  const answer = await send(ports, probe);
  const received = backends.take().at(-1);
  const endpoints = received === undefined ? [] : [names(received.backend)];
  const agreed = received === undefined ? reference.headers === null && reference.status === answer.status : reference.endpoints.some((one) => one.some((name) => endpoints[0]?.includes(name) === true));
  const { router, service, middlewares } = agreed ? reference : { router: null, service: null, middlewares: [] };
  return {
    status: answer.status, router, service, middlewares, endpoints, target: received?.target ?? null, redirect: received === undefined ? location(answer.headers) : null,
    headers: received?.headers ?? null, responseHeaders: answer.headers, tie: [],
  };
}
