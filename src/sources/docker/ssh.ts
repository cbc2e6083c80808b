import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import http from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { Duplex } from 'node:stream';

/** Where `ssh` is to go. */
export interface SshPlace {
  readonly host: string;
  readonly user?: string;
  readonly port?: string;
}

/**
 * Speaks HTTP through the user's own `ssh`, which knows the keys, hosts and jumps of its configuration, and refuses a host
 * whose key it does not know. The far side runs `docker system dial-stdio`, as the Docker command line does.
 */
export class SshAgent extends http.Agent {
  readonly #place: SshPlace;
  readonly #children = new Set<ChildProcessByStdio<Writable, Readable, Readable>>();
  #words = '';

  constructor(place: SshPlace) {
    // Each connection is a login: few, and used again.
    super({ keepAlive: true, maxSockets: 2 });
    this.#place = place;
  }

  /** The last line that `ssh` wrote to stderr. */
  readonly said = (): string => this.#words.trim().split('\n').at(-1) ?? '';

  override createConnection(): Duplex {
    const child = spawn('ssh', sshArguments(this.#place), { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#children.add(child);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#words = (this.#words + text).slice(-2000);
    });
    const pipe = new Pipe(child);
    child.once('error', (error) => pipe.destroy(error));
    // By now its last words have been read.
    child.once('close', () => {
      this.#children.delete(child);
      pipe.destroy(new Error('ssh has ended'));
    });
    return pipe;
  }

  override destroy(): void {
    super.destroy();
    for (const child of this.#children) child.kill('SIGTERM');
  }
}

/** No question is asked (a terminal is not ours to talk on), and nothing of the place can be an option. */
function sshArguments({ host, user, port }: SshPlace): readonly string[] {
  return ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5', '-T', ...(user === undefined ? [] : ['-l', user]), ...(port === undefined ? [] : ['-p', port]), '--', host, 'docker', 'system', 'dial-stdio'];
}

/** Both directions of a process as one stream, with what Node's HTTP client asks of a socket. */
class Pipe extends Duplex {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;

  constructor(child: ChildProcessByStdio<Writable, Readable, Readable>) {
    super();
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    // A process that has ended takes no more; why it did is told when it closes.
    child.stdin.on('error', () => undefined);
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#child.stdin.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    this.#child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#child.kill('SIGTERM');
    done(error);
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
