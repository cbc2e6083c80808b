import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import { startFakeDocker } from '../support/fake-docker.ts';
import type { FakeContainer } from '../support/docker-container.ts';
import { BIN, cleanEnv } from './gateway.ts';
import type { Outcome } from './gateway.ts';

/** Runs the command as a child while this process answers as Docker. */
export function running(args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], { cwd, env: cleanEnv(), stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => void (stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => void (stderr += chunk.toString('utf8')));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** A Docker host with these containers, gone after the test; its endpoint. */
export async function dockerHost(containers: readonly FakeContainer[]): Promise<string> {
  const docker = await startFakeDocker(containers);
  onTestFinished(() => docker.stop());
  return docker.endpoint;
}

/** A port on loopback where nobody listens, or somebody who takes every connection. */
export async function loopbackPort(listens: boolean): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const close = (): Promise<void> => new Promise((resolve) => {
    server.close(() => resolve());
  });
  if (listens) onTestFinished(close);
  else await close();
  return port;
}
