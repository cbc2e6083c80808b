import { connect } from 'node:net';
import { join } from 'node:path';
import { launch, type Child } from '../../src/engines/child.ts';
import type { EngineBinary } from '../../src/engines/find.ts';
import { freePort } from '../../src/engines/free-port.ts';
import { waitFor } from '../../src/engines/wait.ts';
import type { OutputFile } from '../../src/targets/target.ts';
import { tempFolder } from './temp-folder.ts';

/** A running store that takes our dumps as they are. */
export interface KvStore {
  /** Traefik's name of the provider. */
  readonly provider: 'etcd' | 'redis';
  readonly endpoint: string;
  /** Empties the store and imports the dump. */
  load(files: readonly OutputFile[]): Promise<void>;
  put(key: string, value: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startEtcd(engine: EngineBinary): Promise<KvStore> {
  const folder = await tempFolder();
  const [client, peer] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${String(client)}`;
  const args = ['--data-dir', join(folder.path, 'data'), '--listen-client-urls', url, '--advertise-client-urls', url, '--listen-peer-urls', `http://127.0.0.1:${String(peer)}`, '--initial-advertise-peer-urls', `http://127.0.0.1:${String(peer)}`, '--initial-cluster', `default=http://127.0.0.1:${String(peer)}`];
  const child = launch({ path: engine.path, args, cwd: folder.path, logFile: join(folder.path, 'etcd.log'), stopSignal: 'SIGKILL' });
  const post = async (path: string, body: string): Promise<void> => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', body });
    if (answer.status !== 200) throw new Error(`etcd: ${await answer.text()}`);
  };
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  await ready(child, () => post('/v3/kv/range', JSON.stringify({ key: encode('x') })));
  return {
    provider: 'etcd', endpoint: `127.0.0.1:${String(client)}`,
    load: async (files) => {
      await post('/v3/kv/deleterange', JSON.stringify({ key: encode('\u0000'), range_end: encode('\u0000') }));
      for (const line of textOf(files, 'etcd.jsonl').split('\n').filter((one) => one !== '')) await post('/v3/kv/txn', line);
    },
    put: (key, value) => post('/v3/kv/put', JSON.stringify({ key: encode(key), value: encode(value) })),
    stop: () => stop(child, folder.remove),
  };
}

export async function startRedis(engine: EngineBinary): Promise<KvStore> {
  const folder = await tempFolder();
  const port = await freePort();
  const child = launch({ path: engine.path, args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--notify-keyspace-events', 'KEA'], cwd: folder.path, logFile: join(folder.path, 'redis.log'), stopSignal: 'SIGKILL' });
  await ready(child, () => speak(port, command('PING'), /^\+PONG/m));
  return {
    provider: 'redis', endpoint: `127.0.0.1:${String(port)}`,
    load: async (files) => {
      await speak(port, command('FLUSHALL'), /^\+OK/m);
      await speak(port, textOf(files, 'redis.resp'), /^\*\d+\r\n(?:\+OK\r\n)*/m);
    },
    put: (key, value) => speak(port, command('SET', key, value), /^\+OK/m),
    stop: () => stop(child, folder.remove),
  };
}

function textOf(files: readonly OutputFile[], path: string): string {
  const file = files.find((one) => one.path === path);
  if (file === undefined) throw new Error(`no ${path} was built`);
  return file.text;
}

function command(...parts: readonly string[]): string {
  return `*${String(parts.length)}\r\n${parts.map((part) => `$${String(Buffer.byteLength(part))}\r\n${part}\r\n`).join('')}`;
}

/** Sends commands and reads until the wanted answer; an error line is thrown. */
function speak(port: number, text: string, wanted: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.once('error', reject);
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      const failed = /^-.*$/m.exec(answer);
      if (failed === null && !wanted.test(answer)) return;
      socket.destroy();
      if (failed === null) resolve();
      else reject(new Error(`redis: ${failed[0]}`));
    });
  });
}

async function ready(child: Child, ask: () => Promise<void>): Promise<void> {
  const up = await waitFor(async () => ask().then(() => true, () => null), { timeoutMs: 15_000, giveUp: () => child.exit() !== null });
  if (up === null) throw new Error(`the store does not start: ${child.log()}`);
}

async function stop(child: Child, remove: () => Promise<void>): Promise<void> {
  await child.stop();
  await remove();
}
