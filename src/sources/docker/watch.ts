import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { connect } from './connect.ts';
import type { Connection } from './connect.ts';
import { whyFailed } from './failure.ts';
import type { DockerHost } from './hosts.ts';
import { inTime, PATIENCE_MS } from './live.ts';
import { isManager, tasksSeen } from './swarm.ts';

export interface WatchOptions {
  /** Something about containers has changed, and nothing more for a moment. The next call waits until this one has ended. */
  readonly onChange: () => Promise<void>;
  /** The daemon went away, or came back. */
  readonly onLost?: (host: string, why: string) => void;
  readonly onBack?: (host: string) => void;
  /** Quiet time after the last event, in milliseconds. */
  readonly settleMs?: number;
  /** How often a manager of a Swarm is asked for the tasks of its services. */
  readonly tasksMs?: number;
}

/** A change is passed on after this much quiet, and at the latest after {@link LONGEST_MS} of noise. */
const SETTLE_MS = 250;
const LONGEST_MS = 2000;
/** What happened between the first reading and the first event must not be lost: events of so many seconds are told again. */
const LOOK_BACK_S = 30;
const FIRST_WAIT_MS = 250;
const LAST_WAIT_MS = 30_000;
/** What happens to tasks on other machines is no event here; Traefik asks every 15 seconds. */
const TASKS_MS = 5000;

/** Events that may change what a proxy sees. Health checks also speak of each command they run, which is noise. */
const ACTIONS = ['start', 'die', 'pause', 'unpause', 'rename', 'destroy', 'health_status', 'connect', 'disconnect', 'update', 'create', 'remove'];

/**
 * Follows the events of hosts until stopped. A daemon that goes away is asked for again, after a wait that grows; since events
 * of the meantime are lost, its return counts as a change.
 */
export function watchHosts(hosts: readonly DockerHost[], options: WatchOptions): () => void {
  const stopped = new AbortController();
  const changes = new Changes(options.onChange, options.settleMs ?? SETTLE_MS);
  for (const host of hosts) void follow(host, options, changes, stopped.signal);
  return () => {
    stopped.abort();
    changes.stop();
  };
}

async function follow(host: DockerHost, { onLost, onBack, tasksMs = TASKS_MS }: WatchOptions, changes: Changes, stop: AbortSignal): Promise<void> {
  let wait = FIRST_WAIT_MS;
  let isLost = false;
  while (!stop.aborted) {
    const why = await listen(host, stop, {
      opened: () => {
        wait = FIRST_WAIT_MS;
        if (isLost) {
          onBack?.(host.name);
          changes.add();
        }
        isLost = false;
      },
      event: () => changes.add(),
      tasksMs,
    });
    if (stop.aborted) return;
    if (!isLost) onLost?.(host.name, why);
    isLost = true;
    await sleep(wait, undefined, { signal: stop }).catch(() => undefined);
    wait = Math.min(wait * 2, LAST_WAIT_MS);
  }
}

interface Ears {
  readonly opened: () => void;
  readonly event: () => void;
  readonly tasksMs: number;
}

/** Listens to one host until it ends; why it did. */
async function listen(host: DockerHost, stop: AbortSignal, ears: Ears): Promise<string> {
  let connection: Connection | undefined;
  const quiet = new AbortController();
  const late = setTimeout(() => quiet.abort(), PATIENCE_MS);
  const close = (): void => quiet.abort();
  stop.addEventListener('abort', close, { once: true });
  try {
    connection = await connect(host);
    // First, so that the events take the same way: with ssh each is a login.
    const info: unknown = await inTime(connection.docker.info(), quiet.signal).catch(() => undefined);
    const since = Math.floor(Date.now() / 1000) - LOOK_BACK_S;
    const wanted: Docker.GetEventsOptions & { readonly abortSignal: AbortSignal } = { since, filters: { type: ['container', 'network', 'service'], event: [...ACTIONS] }, abortSignal: quiet.signal };
    const stream = await connection.docker.getEvents(wanted);
    clearTimeout(late);
    ears.opened();
    if (isManager(info)) void followTasks(connection.docker, ears, quiet.signal);
    return await new Promise<string>((resolve) => {
      stream.on('data', ears.event);
      for (const name of ['end', 'close'] as const) stream.on(name, () => resolve('its events ended'));
      stream.on('error', (error: unknown) => resolve(whyFailed(error, PATIENCE_MS, connection?.said() ?? '')));
    });
  } catch (error) {
    return whyFailed(error, PATIENCE_MS, connection?.said() ?? '');
  } finally {
    clearTimeout(late);
    stop.removeEventListener('abort', close);
    quiet.abort();
    connection?.close();
  }
}

/** Tells of changes among the tasks of a Swarm. A question without an answer is asked again; that the host is gone its events tell. */
async function followTasks(docker: Docker, { event, tasksMs }: Ears, stop: AbortSignal): Promise<void> {
  const ask = (): Promise<string | undefined> => tasksSeen(docker, AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)])).catch(() => undefined);
  let last = await ask();
  while (!stop.aborted) {
    await sleep(tasksMs, undefined, { signal: stop }).catch(() => undefined);
    const now = await ask();
    if (now !== undefined && last !== undefined && now !== last) event();
    last = now ?? last;
  }
}

/** Many events in a row are one change; while one is being dealt with the next waits. */
class Changes {
  readonly #onChange: () => Promise<void>;
  readonly #settleMs: number;
  #timer: NodeJS.Timeout | undefined;
  #since = 0;
  #busy = false;
  #again = false;
  #stopped = false;

  constructor(onChange: () => Promise<void>, settleMs: number) {
    this.#onChange = onChange;
    this.#settleMs = settleMs;
  }

  add(): void {
    if (this.#stopped) return;
    if (this.#busy) {
      this.#again = true;
      return;
    }
    const now = performance.now();
    if (this.#timer === undefined) this.#since = now;
    clearTimeout(this.#timer);
    const left = Math.max(0, this.#since + LONGEST_MS - now);
    this.#timer = setTimeout(() => void this.#tell(), Math.min(this.#settleMs, left));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #tell(): Promise<void> {
    this.#timer = undefined;
    this.#busy = true;
    try {
      await this.#onChange();
    } finally {
      this.#busy = false;
      if (this.#again) {
        this.#again = false;
        this.add();
      }
    }
  }
}
