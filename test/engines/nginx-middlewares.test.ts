import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../src/engines/free-port.ts';
import { headerValue } from '../../src/engines/http-message.ts';
import type { HeaderList, Middleware, Routing } from '../../src/ir/index.ts';
import { requestClass } from '../../src/ir/request-class.ts';
import { judge, refusals } from '../../src/targets/judge.ts';
import { capabilities } from '../../src/targets/nginx/capabilities.ts';
import { resolveService } from '../runtime/routing-of.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends, type BackendPool } from '../support/echo-backend.ts';
import type { Observation, RunningEngine } from '../support/engine-ask.ts';
import { isJsonObject, type JsonObject } from '../support/json.ts';
import { nginxOn } from '../support/nginx-emitted.ts';
import { listenerOf, middlewareOf, routingOf, targetOptions, type RouterInput } from '../support/routing-builder.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';

interface Exchange {
  readonly afterMs?: number;
  readonly startMs?: number;
  readonly event?: unknown;
  readonly request: { readonly method: string; readonly target: string; readonly host?: string; readonly headers?: HeaderList; readonly body?: string; readonly chunked?: boolean; readonly clientCertificate?: boolean; readonly digest?: unknown };
  readonly response: { readonly status: number; readonly headers: HeaderList };
  readonly backend?: readonly { readonly backend: string; readonly line: string; readonly headers?: HeaderList; readonly added?: Readonly<Record<string, string>>; readonly changed?: Readonly<Record<string, string>>; readonly removed?: readonly string[]; readonly baselineMissing?: readonly string[] }[];
}
interface Config {
  readonly name: string;
  readonly middlewares: readonly JsonObject[];
  readonly chain?: readonly string[];
  readonly entryPoint: 'web' | 'webt' | 'websecure';
  readonly service: string;
  readonly 'v2.11': { readonly requests: readonly Exchange[] } | null;
  readonly 'v3.7': { readonly requests: readonly Exchange[]; readonly varies?: boolean } | 'same' | null;
}

/** Every recording runs on its own port of the addresses 127.0.3.N. */
const RECORDED_PORT = '27880';

/** What a verdict calls approximate or equivalent and the wire shows; everything else must be as recorded. */
const KNOWN = (name: string): boolean => /^(?:compress|headers-security2|forward|retry|rate-|inflight|lb-|contenttype|chain-compress)/.test(name);

function exchangesOf(config: Config): readonly Exchange[] {
  const v3 = config['v3.7'] === 'same' ? config['v2.11'] : config['v3.7'];
  return v3?.requests ?? [];
}

function flatten(names: readonly string[], known: ReadonlyMap<string, JsonObject>): readonly Middleware[] {
  return names.flatMap((name) => {
    const written = known.get(name) ?? {};
    const chain = written['chain'];
    if (isJsonObject(chain) && Array.isArray(chain['middlewares'])) return flatten(chain['middlewares'].map(String), known);
    return [middlewareOf(name, written)];
  });
}

function routerOf(config: Config, services: Readonly<Record<string, JsonObject>>): RouterInput {
  const known = new Map(config.middlewares.flatMap((one) => Object.entries(one)).map(([name, written]) => [name, isJsonObject(written) ? written : {}]));
  const chain = flatten(config.chain ?? [...known.keys()], known).map((one) => ({ ...one, ref: { ...one.ref, name: `${config.name}-${one.ref.name}` } }));
  return { name: config.name, rule: `Host(\`${config.name}.test\`)`, service: resolveService(config.service, services), middlewares: chain, tls: config.entryPoint === 'websecure' };
}

function routingFor(routers: readonly { readonly config: Config; readonly router: RouterInput }[], ports: Readonly<Record<string, number>>, files: string): Routing {
  const of = (entryPoint: string): readonly RouterInput[] => routers.filter(({ config }) => config.entryPoint === entryPoint).map(({ router }) => router);
  const trusted = { insecure: false, trustedIPs: ['127.0.0.0/8'], connection: [], notAppendXForwardedFor: false };
  const routing = routingOf(
    listenerOf({ name: 'web', port: ports['web'] ?? 0 }, of('web')),
    listenerOf({ name: 'webt', port: ports['webt'] ?? 0, forwardedHeaders: trusted }, of('webt')),
    ...(of('websecure').length === 0 ? [] : [listenerOf({ name: 'websecure', port: ports['websecure'] ?? 0 }, of('websecure'))]),
  );
  const origin = routing.listeners[0]?.entryPoint.origin;
  return origin === undefined ? routing : { ...routing, certificates: [{ certFile: join(files, 'cert.pem'), keyFile: join(files, 'key.pem'), stores: [], origin }] };
}

/** Written by the proxy itself, in its own words. */
const AMBIENT = new Set(['date', 'connection', 'server', 'transfer-encoding', 'content-length', 'keep-alive']);

function visible(headers: HeaderList, made: boolean): readonly string[] {
  const skip = made ? new Set([...AMBIENT, 'content-type', 'x-content-type-options']) : AMBIENT;
  return headers.filter(([name, value]) => !skip.has(name.toLowerCase()) && value !== '').map(([name, value]) => `${name.toLowerCase()}: ${value}`).sort();
}

function differences(recorded: Exchange, seen: Observation): readonly string[] {
  const out: string[] = [];
  if (seen.status !== recorded.response.status) out.push(`status ${String(recorded.response.status)}, nginx ${String(seen.status)}`);
  const made = recorded.backend === undefined || recorded.backend.length === 0;
  const wanted = visible(recorded.response.headers, made).join(' | ');
  const got = visible(seen.responseHeaders, made).join(' | ');
  if (wanted !== got) out.push(`headers [${wanted}], nginx [${got}]`);
  const lines = (recorded.backend ?? []).map(({ backend, line }) => `${backend} ${line}`).join(' > ');
  const hops = seen.hops.map(({ name, method, target }) => `${name} ${method} ${target} HTTP/1.1`).join(' > ');
  if (recorded.backend !== undefined && lines !== hops) out.push(`backends ${lines}, nginx ${hops}`);
  const last = recorded.backend?.findLast(({ backend }) => backend.startsWith('e') && backend !== 'err');
  if (last !== undefined && seen.backend !== null) {
    for (const [name, value] of Object.entries({ ...last.added, ...last.changed })) {
      const values = seen.backend.headers.filter(([other]) => other.toLowerCase() === name.toLowerCase()).map(([, one]) => one).join(', ');
      if (values !== value) out.push(`${name} ${value}, nginx ${values}`);
    }
    for (const name of [...(last.removed ?? []), ...(last.baselineMissing ?? [])]) if (!(name in (last.added ?? {})) && headerValue(seen.backend.headers, name) !== undefined) out.push(`${name} should be gone`);
    for (const [name] of seen.backend.headers) if (!isExpected(name, recorded, last)) out.push(`${name} should not be there`);
  }
  return out;
}

const BASELINE = /^(?:host|x-forwarded-(?:for|host|port|proto|server)|x-real-ip|accept-encoding|content-length|connection|user-agent)$/i;

function isExpected(name: string, { request }: Exchange, last: { readonly added?: Readonly<Record<string, string>>; readonly changed?: Readonly<Record<string, string>> }): boolean {
  const known = [...Object.keys(last.added ?? {}), ...Object.keys(last.changed ?? {}), ...(request.headers ?? []).map(([sent]) => sent)];
  return BASELINE.test(name) || known.some((other) => other.toLowerCase() === name.toLowerCase());
}

const recording: { readonly serviceConfigs: Readonly<Record<string, JsonObject>>; readonly configs: readonly Config[] } = JSON.parse(readFileSync('fixtures/oracle/traefik/middlewares.json', 'utf8'));

for (const engineName of ['nginx122', 'nginx131'] as const) {
  describeEngine(engineName, 'emitted nginx does on the wire what Traefik did', (engine) => {
    let backends: BackendPool;
    let running: RunningEngine;
    let folder: TempFolder;
    const supported: Config[] = [];
    const refused: string[] = [];
    const ports: Record<string, number> = {};

    beforeAll(async () => {
      folder = await tempFolder();
      execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', join(folder.path, 'key.pem'), '-out', join(folder.path, 'cert.pem'), '-days', '30', '-subj', '/CN=test'], { stdio: 'ignore' });
      const port = await freePort({ address: '127.0.3.1' });
      const kinds = { err: 'error', auth: 'auth' } as const;
      const names = { e1: 1, e2: 2, e3: 3, err: 4, auth: 5, main: 6, h2: 7, h3: 8 };
      backends = await startBackends(Object.entries(names).map(([name, last]) => ({ name, address: `127.0.3.${String(last)}`, port, kind: name === 'err' ? kinds.err : name === 'auth' ? kinds.auth : 'echo' })));
      const here: typeof recording = JSON.parse(readFileSync('fixtures/oracle/traefik/middlewares.json', 'utf8').replaceAll(`:${RECORDED_PORT}`, `:${String(port)}`));
      for (const name of ['web', 'webt', 'websecure']) ports[name] = await freePort();
      const routers: { config: Config; router: RouterInput }[] = [];
      for (const config of here.configs) {
        if (exchangesOf(config).length === 0) continue;
        const router = routerOf(config, here.serviceConfigs);
        const alone = routingFor([{ config, router }], ports, folder.path);
        const because = refusals('nginx', judge('nginx', capabilities, alone, engine.version, new Map())).filter(({ rule }) => rule === 'target-unsupported');
        if (because.length > 0) refused.push(`${config.name}: ${because.map(({ message }) => message.replace('nginx cannot express ', '')).join(', ')}`);
        else {
          routers.push({ config, router });
          supported.push(config);
        }
      }
      running = await nginxOn(engine, backends, routingFor(routers, ports, folder.path), targetOptions(engine.version));
    });
    afterAll(async () => {
      await running?.stop();
      await backends.stop();
      await folder.remove();
    });

    test('what is refused is refused by a verdict', () => {
      expect(refused).toMatchSnapshot();
    });

    test('everything else is as recorded', async () => {
      const wrong: string[] = [];
      const known: string[] = [];
      let asked = 0;
      for (const config of supported) {
        for (const exchange of exchangesOf(config)) {
          const { request } = exchange;
          // A recorded certificate has no key any more: nginx-tls.test.ts shows one of its own.
          if (exchange.startMs !== undefined || request === undefined || request.clientCertificate === true) continue;
          if (exchange.afterMs !== undefined) await sleep(exchange.afterMs);
          asked += 1;
          const host = request.host ?? `${config.name}.test`;
          const chunked = request.chunked === true;
          const body = request.body === undefined ? {} : { body: chunked ? `${request.body.length.toString(16)}\r\n${request.body}\r\n0\r\n\r\n` : request.body };
          const headers = [...(request.headers ?? []), ...(chunked ? [['Transfer-Encoding', 'chunked'] as const] : [])];
          const seen = await running.ask({ entryPoint: config.entryPoint, method: request.method, target: latin1(request.target), host, headers, ...body, ...(config.entryPoint === 'websecure' ? { tls: { sni: host } } : {}) });
          const found = differences(exchange, seen);
          const fails = seen.status === 400 && seen.hops.length === 0 && requestClass(latin1(request.target)) !== 'P';
          if (found.length > 0) (KNOWN(config.name) || fails ? known : wrong).push(`${config.name} ${request.method} ${request.target} ${JSON.stringify(request.headers ?? [])}: ${found.join('; ')}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(asked).toBeGreaterThan(330);
      // Times decide about these.
      expect(known.filter((line) => !/^(?:rate-|lb-|retry-)/.test(line))).toMatchSnapshot();
    }, 120_000);
  });
}

/** Recorded targets are Unicode, requests are bytes. */
function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
