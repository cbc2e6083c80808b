import type { Endpoint, ResolvedService, Routing } from '../index.ts';
import type { Admin, Metrics, Mocks, Place, Served, StreamEndpoint } from '../server/index.ts';
import { paintFor } from './context.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { prepare } from './input.ts';
import type { Prepared } from './input.ts';
import { watchLive } from './live.ts';
import { hostPort } from './options.ts';
import type { SourceOptions } from './options.ts';
import { sayTaken } from './say.ts';
import { explainMiss } from './serve-miss.ts';
import { readServed, sayFindings } from './serve-read.ts';
import type { ReadServed } from './serve-read.ts';
import { watchPlaces } from './watch.ts';

export interface ServeFlags extends SourceOptions {
  readonly endpoint?: readonly string[];
  readonly watch?: boolean;
  readonly mock?: boolean;
  readonly explain404?: boolean;
  readonly accessLog?: string;
  readonly admin?: string;
  readonly grace?: string;
}

interface Settings {
  readonly log: 'text' | 'json' | 'off';
  readonly admin: Place | undefined;
  /** Milliseconds. */
  readonly grace: number;
}

/** Serves until it is told to stop. Everything that is open is closed before it returns. */
export async function runServe(context: Context, stacks: readonly string[], flags: ServeFlags): Promise<ExitCode> {
  const server = await import('../server/index.ts');
  const settings = readSettings(flags, server.isLoopback);
  const prepared = await prepare(context, stacks, flags);
  const first = await readServed(prepared, flags);
  if (first.blocking.length > 0) {
    sayFindings(context, flags, first);
    if (!isServed(first)) return EXIT.findings;
  }
  sayTaken(context, flags, first.loaded);
  const metrics = server.createMetrics();
  const run: Run = { context, flags, settings, metrics, server, live: prepared.live, now: first };
  const admin = settings.admin === undefined ? undefined : await opened(server.serveAdmin(settings.admin, metrics.text), `--admin ${flags.admin ?? ''}`);
  try {
    return await serveUntilStopped(run, stacks, admin);
  } finally {
    await admin?.close();
  }
}

interface Run {
  readonly context: Context;
  readonly flags: ServeFlags;
  readonly settings: Settings;
  readonly metrics: Metrics;
  readonly server: typeof import('../server/index.ts');
  readonly live: Prepared['live'];
  /** The configuration in force. */
  now: ReadServed;
}

async function serveUntilStopped(run: Run, stacks: readonly string[], admin: Admin | undefined): Promise<ExitCode> {
  const { context, flags, settings } = run;
  const mocks = flags.mock === true ? await mocksFor(run.server, run.now.routing) : undefined;
  const served = await start(run, mocks).catch(async (error: unknown) => {
    await mocks?.close();
    throw error;
  });
  sayListening(run, served, admin);
  const stop = flags.watch === true ? watch(run, () => reload(run, stacks, served, mocks)) : () => undefined;
  const code = await context.untilStopped();
  stop();
  if (flags.quiet !== true) context.err('stopping\n');
  await served.close(settings.grace);
  await mocks?.close();
  return code;
}

/**
 * Of containers that run, those that are sound are served, as the engine does: a broken one takes no other along, nor does a file
 * that is refused. One label can stop the engine's whole provider, and then it keeps what it had.
 */
function isServed({ api, blocking, loaded, gateway }: ReadServed): boolean {
  const containers = api.containerFiles(loaded.live);
  const isStopped = gateway.resolved[0]?.problems.some(({ loss, kind }) => loss === 'provider' && kind !== 'file-invalid') === true;
  return !isStopped && blocking.every(({ file }) => containers.has(file));
}

/** Follows the files, and the containers where those are what is served; one change at a time. */
function watch(run: Run, changed: () => Promise<void>): () => void {
  let last = Promise.resolve();
  const inTurn = (): Promise<void> => {
    last = last.then(changed);
    return last;
  };
  const { context, flags, live } = run;
  const stops = [watchPlaces(context.cwd, () => run.now.asked, inTurn), ...(live === undefined ? [] : [watchLive(context, flags, live, run.now.api, inTurn)])];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Echo backends that follow the configuration. */
interface Followers {
  readonly place: Mocks['place'];
  readonly streamPlace: Mocks['streamPlace'];
  readonly follow: (routing: Routing) => Promise<void>;
  readonly close: () => Promise<void>;
}

async function mocksFor(server: Run['server'], routing: Routing): Promise<Followers> {
  let current = await server.startMocks(endpointsOf(routing), streamsOf(routing));
  return {
    place: (endpoint) => current.place(endpoint),
    streamPlace: (endpoint, protocol) => current.streamPlace(endpoint, protocol),
    follow: async (next) => {
      const before = current;
      current = await server.startMocks(endpointsOf(next), streamsOf(next));
      await before.close();
    },
    close: () => current.close(),
  };
}

async function start(run: Run, mocks: Followers | undefined): Promise<Served> {
  const { context, flags, settings, metrics, server } = run;
  const log = settings.log === 'off' ? [] : [server.accessLog(settings.log, (line) => context.out(line))];
  const served = server.serve(run.now.routing, {
    certificates: run.now.certificates,
    ...(run.now.defaultCertificate === undefined ? {} : { defaultCertificate: run.now.defaultCertificate }),
    readFile: (path) => run.now.readFile(path),
    observer: server.allOf([metrics, ...log]),
    onError: (error) => context.err(`internal error: ${error instanceof Error ? error.message : String(error)}\n`),
    ...(mocks === undefined ? {} : { endpoint: mocks.place, streamEndpoint: mocks.streamPlace }),
    ...(flags.explain404 === true ? { unmatched: (incoming) => explainMiss(run.now, incoming) } : {}),
  });
  return opened(served, 'an entry point');
}

/** A port that cannot be had is the environment's doing. */
async function opened<T>(opening: Promise<T>, what: string): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    throw new CommandError(EXIT.environment, `cannot listen for ${what}: ${error instanceof Error ? error.message : String(error)}`, 'Another address: --entrypoint NAME=HOST:PORT');
  }
}

/** Reads everything anew; a configuration with errors leaves the last good one in force and says why. */
async function reload(run: Run, stacks: readonly string[], served: Served, mocks: Followers | undefined): Promise<void> {
  const { context, flags, metrics } = run;
  const refuse = (why: string): void => {
    metrics.reloaded('refused');
    context.err(`reload refused: ${why}, keeping the last good configuration\n`);
  };
  try {
    const next = await readServed(await prepare(context, stacks, flags), flags);
    const [finding] = next.blocking;
    if (finding !== undefined && !isServed(next)) return refuse(`${finding.file}:${String(finding.line)} ${finding.rule}`);
    if (addressesOf(next.routing) !== addressesOf(run.now.routing)) return refuse('entry points changed, which takes a restart');
    await mocks?.follow(next.routing);
    served.update(next.routing, next);
    metrics.reloaded('taken');
    context.err(`reload ok, ${difference(next.routers - run.now.routers)}\n`);
    run.now = next;
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
  }
}

function difference(count: number): string {
  if (count === 0) return 'as many routers';
  return `${count > 0 ? '+' : ''}${String(count)} router${Math.abs(count) === 1 ? '' : 's'}`;
}

function addressesOf(routing: Routing): string {
  return routing.listeners.map(({ entryPoint: { name, host, port, udp } }) => `${name} ${host}:${String(port)} ${String(udp)}`).toSorted().join('\n');
}

/** All servers that a request may reach, also those of error pages and mirrors. */
function endpointsOf(routing: Routing): readonly Endpoint[] {
  const of = ({ service: { spec }, members }: ResolvedService): readonly Endpoint[] => [...(spec.kind === 'loadBalancer' ? spec.endpoints : []), ...members.flatMap(of)];
  const services = [...routing.listeners.flatMap(({ plain, tls }) => [...plain, ...tls].map(({ service }) => service)), ...(routing.services ?? [])];
  return services.flatMap(of);
}

function streamsOf(routing: Routing): readonly StreamEndpoint[] {
  return routing.listeners.flatMap(({ tcp, udp }) => {
    const of = (protocol: 'tcp' | 'udp') => ({ service, members }: Pick<(typeof tcp)[number], 'service' | 'members'>): readonly StreamEndpoint[] =>
      [service, ...members].flatMap(({ spec }) => (spec.kind === 'loadBalancer' ? spec.endpoints.map((endpoint) => ({ endpoint, protocol })) : []));
    return [...tcp.flatMap(of('tcp')), ...(udp === undefined ? [] : of('udp')(udp))];
  });
}

function sayListening({ context, flags, now }: Run, served: Served, admin: Admin | undefined): void {
  if (flags.quiet === true) return;
  const routers = `${String(now.routers)} router${now.routers === 1 ? '' : 's'}`;
  for (const { entryPoint: { name, host, udp } } of now.routing.listeners) {
    context.err(`listening ${name} on ${host === '' ? '*' : host}:${String(served.ports.get(name))}${udp ? '/udp' : ''}\n`);
  }
  if (admin !== undefined) context.err(`figures at http://${flags.admin ?? ''}/metrics\n`);
  for (const problem of now.notServed) context.err(`error: ${problem}\n`);
  for (const note of now.notes) context.err(`warning: ${note}\n`);
  const paint = paintFor(context, flags, 'err');
  context.err(`${paint.bold('ready')}: ${routers}${flags.mock === true ? ', backends are made up' : ''} (ctrl-c to stop)\n`);
}

function readSettings(flags: ServeFlags, isLoopback: (host: string) => boolean): Settings {
  const log = flags.accessLog ?? (flags.json === true ? 'json' : 'text');
  if (log !== 'text' && log !== 'json' && log !== 'off') throw new CommandError(EXIT.usage, `--access-log takes text, json or off, got "${log}"`);
  const seconds = Number(flags.grace ?? '10');
  if (!Number.isFinite(seconds) || seconds < 0 || flags.grace === '') throw new CommandError(EXIT.usage, `--grace takes seconds, got "${flags.grace ?? ''}"`);
  const admin = flags.admin === undefined ? undefined : hostPort('--admin', flags.admin);
  if (admin !== undefined && !isLoopback(admin.host)) throw new CommandError(EXIT.usage, `--admin serves this machine only, got "${flags.admin ?? ''}"`, 'e.g. --admin 127.0.0.1:9100');
  return { log, admin, grace: seconds * 1000 };
}

