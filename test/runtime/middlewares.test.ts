import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { HeaderList } from '../../src/ir/index.ts';
import { encodeUtf8 } from '../../src/rule-lang/index.ts';
import { createRuntime, type Incoming, type Runtime } from '../../src/runtime/index.ts';
import { bytesBody, NO_BODY, type RuntimeResponse } from '../../src/runtime/message.ts';
import { newWorld, shown, type World } from './backends.ts';
import { arrivalOf, certificateOf, clean, configRouting, loadRecording, masked, recordedOf, type Config, type Exchange, type Sent } from './recording.ts';
import { simulate, type Task } from './simulate.ts';

/**
 * Every chain and service that Traefik 3.7.15 was asked through (fixtures/oracle/traefik/middlewares.json), against the
 * same servers in memory: status, headers, body, and what each server received.
 */
const recording = loadRecording();
const certificate = certificateOf(recording);

/** What is not reached yet, and why. An entry whose case agrees fails, so that the list stays true. */
const GAPS: Readonly<Record<string, string>> = {};

/** The start order of servers is random in the engine: some order must give the recorded run. */
const ORDERS = Array.from({ length: 24 }, (_, index) => index);

describe('middlewares and services as Traefik 3.7.15 runs them', () => {
  it.each(recording.configs.map((config) => [config.name, config] as const))('%s', (name, config) => {
    const problems = differences(config);
    const gap = GAPS[name];
    if (gap === undefined) expect(problems).toEqual([]);
    else expect(problems, `the gap "${gap}" is closed: remove it`).not.toEqual([]);
  });
  it('covers every configuration', () => {
    expect(recording.configs.length).toBe(98);
    expect(Object.keys(GAPS).filter((name) => !recording.configs.some((config) => config.name === name))).toEqual([]);
  });
});

function differences(config: Config): readonly unknown[] {
  let best: readonly unknown[] | undefined;
  for (const order of ORDERS) {
    const problems = replay(config, order);
    if (problems.length === 0) return [];
    if (best === undefined || problems.length < best.length) best = problems;
  }
  return best ?? [];
}

function replay(config: Config, order: number): readonly unknown[] {
  const expected = recordedOf(config);
  if (expected === null) return ['no recording'];
  const world = newWorld();
  const session: Session = { config, world, runtime: runtimeOf(config, world, order), problems: [] };
  if (expected.requests.some(({ startMs }) => startMs !== undefined)) parallel(session, expected.requests);
  else for (const exchange of expected.requests) step(session, exchange);
  return session.problems;
}

interface Session {
  readonly config: Config;
  readonly world: World;
  readonly runtime: Runtime;
  readonly problems: unknown[];
}

function runtimeOf(config: Config, world: World, order: number): Runtime {
  return createRuntime(configRouting(recording, config), { clock: () => world.now, random: sequence(order), hostname: '<hostname>' });
}

/** Chances that give the shuffles of up to three members one after the other. */
function sequence(order: number): () => number {
  const values = [(order % 6) / 6 + 0.01, (Math.floor(order / 6) % 4) / 4 + 0.01];
  let at = 0;
  return () => values[(at += 1) % 2] ?? 0;
}

function step(session: Session, exchange: Exchange): void {
  const { world, config } = session;
  if (exchange.request === undefined) return event(session, exchange.event ?? '');
  world.now += exchange.afterMs ?? 0;
  const sent = exchange.request.digest === undefined ? exchange.request : { ...exchange.request, headers: digested(session, exchange.request) };
  world.arrivals.length = 0;
  simulate(world, [task(session, sent, world.now, (response) => check(session, exchange, response))]);
  const seen = world.arrivals.map(({ backend, request, body }) => arrivalOf({ ...request, backend, body }, sent, config));
  compare(session, exchange, 'backend', clean(seen), clean(exchange.backend ?? []));
}

function parallel(session: Session, exchanges: readonly Exchange[]): void {
  const start = session.world.now;
  simulate(session.world, exchanges.flatMap((exchange) => (exchange.request === undefined ? [] : [task(session, exchange.request, start + (exchange.startMs ?? 0), (response) => check(session, exchange, response))])));
}

function event(session: Session, text: string): void {
  const found = /of (\w+) answers (\d+)/.exec(text);
  const octet = { main: '6', h2: '7', h3: '8' }[found?.[1] ?? ''];
  for (const { service, endpoint } of session.runtime.healthTargets) if (endpoint.host.split('.')[3] === octet) session.runtime.reportHealth(service, endpoint, found?.[2] === '200');
}

function task(session: Session, sent: Sent, at: number, done: (response: RuntimeResponse) => void): Task {
  return {
    at,
    start: () => session.runtime.handle(incoming(session.config, sent)),
    done: (response, world) => {
      for (const finalizer of response.finalizers) finalizer();
      for (const run of world.later.splice(0)) simulate(world, [{ at: world.now, start: function* () { yield* run(); return response; }, done: () => undefined }]);
      done(response);
    },
  };
}

function incoming(config: Config, sent: Sent): Incoming {
  const tls = config.entryPoint === 'websecure' ? { sni: `${config.name}.test`, peerCertificates: sent.clientCertificate === true ? [certificate] : [] } : false;
  const body = sent.body === undefined ? NO_BODY : bytesBody(Buffer.from(sent.body));
  return { entryPoint: config.entryPoint, method: sent.method, target: encodeUtf8(sent.target), host: sent.host ?? `${config.name}.test`, headers: sent.headers ?? [], tls, clientIp: '127.0.0.1', body };
}

/** Asks for a nonce and answers it. */
function digested(session: Session, sent: Sent): HeaderList {
  let challenge = '';
  simulate(session.world, [task(session, { method: sent.method, target: sent.target }, session.world.now, (response) => { challenge = response.headers.find(([name]) => name === 'Www-Authenticate')?.[1] ?? ''; })]);
  const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const ha1 = md5(`${sent.digest?.user ?? ''}:${part('realm')}:${sent.digest?.password ?? ''}`);
  const answer = md5([ha1, part('nonce'), '00000001', '0123abcd', 'auth', md5(`${sent.method}:${sent.target}`)].join(':'));
  return (sent.headers ?? []).map(([name, value]) => [name, value.replace('<nonce>', part('nonce')).replace('<response>', answer).replace('<opaque>', part('opaque'))]);
}

function check(session: Session, exchange: Exchange, response: RuntimeResponse): void {
  const got = shown(response);
  compare(session, exchange, 'response', masked(got), masked({ ...exchange.response }));
}

function compare(session: Session, exchange: Exchange, what: string, got: unknown, wanted: unknown): void {
  try {
    expect(got).toEqual(wanted);
  } catch {
    session.problems.push({ request: exchange.request, what, got, wanted });
  }
}

