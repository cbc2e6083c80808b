import { plural } from '../diagnostics/summary.ts';
import type { Routing } from '../index.ts';
import type { Admin, Metrics, Place, Served } from '../server/index.ts';
import { paintFor } from './context.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { failureWords } from './failure-words.ts';
import { prepare } from './input.ts';
import type { Prepared } from './input.ts';
import { watchLive } from './live.ts';
import { hostPort } from './options.ts';
import type { SourceOptions } from './options.ts';
import { sayTaken } from './say.ts';
import { madeUp, mocksFor } from './serve-mocks.ts';
import type { Followers } from './serve-mocks.ts';
import { explainMiss } from './serve-miss.ts';
import { readServed, sayFindings } from './serve-read.ts';
import type { ReadServed } from './serve-read.ts';
import { watchPlaces } from './watch.ts';
import { oneOf } from './words.ts';

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

async function start(run: Run, mocks: Followers | undefined): Promise<Served> {
  const { context, flags, settings, metrics, server } = run;
  const log = settings.log === 'off' ? [] : [server.accessLog(settings.log, (line) => context.out(line))];
  const served = server.serve(run.now.routing, {
    certificates: run.now.certificates,
    ...(run.now.defaultCertificate === undefined ? {} : { defaultCertificate: run.now.defaultCertificate }),
    readFile: (path) => run.now.readFile(path),
    observer: server.allOf([metrics, ...log]),
    onError: (error) => context.err(`internal error: ${error instanceof Error ? error.message : String(error)}\n`),
    ...(mocks === undefined ? {} : { endpoint: mocks.place, streamEndpoint: mocks.streamPlace, address: mocks.address }),
    ...(flags.explain404 === true ? { unmatched: (incoming) => explainMiss(run.now, incoming) } : {}),
  });
  return opened(served, 'an entry point');
}

/** A port that cannot be had is the environment's doing. */
async function opened<T>(opening: Promise<T>, what: string): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    throw new CommandError(EXIT.environment, `cannot listen for ${what}: ${addressIn(error)}${failureWords(error)}`, 'Another address: --entrypoint NAME=HOST:PORT');
  }
}

/** A list of entry points does not say which one it was. */
function addressIn(error: unknown): string {
  if (!(error instanceof Error) || !('port' in error) || typeof error.port !== 'number') return '';
  const host = 'address' in error && typeof error.address === 'string' ? error.address : '';
  return `${host.includes(':') ? `[${host}]` : host}:${String(error.port)}: `;
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

function sayListening({ context, flags, now }: Run, served: Served, admin: Admin | undefined): void {
  if (flags.quiet === true) return;
  const routers = plural(now.routers, 'router');
  for (const { entryPoint: { name, host, udp } } of now.routing.listeners) {
    context.err(`listening ${name} on ${host === '' ? '*' : host}:${String(served.ports.get(name))}${udp ? '/udp' : ''}\n`);
  }
  if (admin !== undefined) context.err(`figures at http://${flags.admin ?? ''}/metrics\n`);
  for (const problem of now.notServed) context.err(`error: ${problem}\n`);
  for (const note of [...now.notes, ...(flags.mock === true ? madeUp(now.routing) : [])]) context.err(`warning: ${note}\n`);
  const paint = paintFor(context, flags, 'err');
  context.err(`${paint.bold('ready')}: ${routers}${flags.mock === true ? ', backends are made up' : ''} (ctrl-c to stop)\n`);
}

function readSettings(flags: ServeFlags, isLoopback: (host: string) => boolean): Settings {
  const log = oneOf('--access-log', flags.accessLog ?? (flags.json === true ? 'json' : 'text'), ['text', 'json', 'off']);
  const seconds = Number(flags.grace ?? '10');
  if (!Number.isFinite(seconds) || seconds < 0 || flags.grace === '') throw new CommandError(EXIT.usage, `--grace takes seconds, got "${flags.grace ?? ''}"`);
  const admin = flags.admin === undefined ? undefined : hostPort('--admin', flags.admin);
  if (admin !== undefined && !isLoopback(admin.host)) throw new CommandError(EXIT.usage, `--admin serves this machine only, got "${flags.admin ?? ''}"`, 'e.g. --admin 127.0.0.1:9100');
  return { log, admin, grace: seconds * 1000 };
}

