import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { renameSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../src/engines/free-port.ts';
import { sendRaw } from '../../src/engines/raw-client.ts';
import { waitFor } from '../../src/engines/wait.ts';
import { BIN, cleanEnv, gateway, project, write } from './gateway.ts';
import { BROKEN, CLEAN, withHost } from './stacks.ts';

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly out: () => string;
  readonly err: () => string;
  /** Ends it with a signal; its exit code. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Starts the command on a free port and waits until it says that it is ready. */
async function serving(cwd: string, ...args: readonly string[]): Promise<Running> {
  const port = await freePort({ address: '127.0.0.1' });
  const child = spawn(process.execPath, [BIN, 'serve', '--entrypoint', `web=127.0.0.1:${String(port)}`, ...args], { cwd, env: cleanEnv() });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => void (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (said.err += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => void child.once('exit', resolve));
  onTestFinished(() => void child.kill('SIGKILL'));
  const ready = await waitFor(() => Promise.resolve(said.err.includes('ready') ? true : null), { timeoutMs: 20_000, giveUp: () => child.exitCode !== null });
  if (ready === null) throw new Error(`not ready: ${said.err}`);
  return {
    child, port, out: () => said.out, err: () => said.err,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

async function ask(port: number, host: string, target = '/x', more: { readonly tls?: { readonly sni: string } } = {}): Promise<string> {
  const { status, body, failure } = await sendRaw({ port, method: 'GET', target, host, ...more });
  return `${String(status)} ${failure ?? body}`;
}

async function until(text: () => string, wanted: string): Promise<void> {
  await waitFor(() => Promise.resolve(text().includes(wanted) ? true : null), { timeoutMs: 10_000 });
  expect(text()).toContain(wanted);
}

async function backend(answer: string): Promise<{ readonly port: number }> {
  const server: Server = createServer((request, response) => void response.end(`${answer} ${request.url ?? ''}`));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0 };
}

describe('gateway serve', () => {
  it('forwards to the endpoints that it is given, and logs without what a query holds', async () => {
    const { port: upstream } = await backend('real');
    const run = await serving(project({ 'compose.yml': CLEAN }), '--endpoint', `web=127.0.0.1:${String(upstream)}`);
    expect(await ask(run.port, 'a.example.com', '/x?token=secret')).toBe('200 real /x?token=secret');
    expect(await ask(run.port, 'b.example.com', '/y')).toBe('404 404 page not found\n');
    await until(run.out, ' 404 ');
    expect(run.out().split('\n')[0]).toMatch(/^\S+Z 127\.0\.0\.1 web GET http:\/\/a\.example\.com\/x\?\.\.\. 200 \d+ web@docker http:\/\/127\.0\.0\.1:\d+ [\d.]+ms$/);
    expect(run.out()).not.toContain('secret');
    expect(await run.stop()).toBe(143);
  });

  it('--mock needs no backend; TLS gets a certificate made for the run', async () => {
    const run = await serving(project({ 'compose.yml': CLEAN.replace('a.example.com`)', 'a.example.com`)\n      - traefik.http.routers.web.tls=true') }), '--mock', '--json');
    expect(await ask(run.port, 'a.example.com', '/x', { tls: { sni: 'a.example.com' } })).toContain('200 mock of web (http://web:80)\nGET /x\nHost: a.example.com\n');
    expect(await ask(run.port, 'a.example.com')).toContain('404');
    await until(run.out, '"status":404');
    expect(run.out().trim().split('\n').map((line): unknown => JSON.parse(line))).toMatchObject([{ entryPoint: 'web', tls: true, status: 200, router: 'web@docker' }, { tls: false, status: 404, router: null }]);
    expect(await run.stop('SIGINT')).toBe(130);
  });

  it('reads the logins of a usersFile, and says when it is not here', async () => {
    const guarded = CLEAN.replace('a.example.com`)', 'a.example.com`)\n      - traefik.http.routers.web.middlewares=auth\n      - traefik.http.middlewares.auth.basicauth.usersfile=users');
    const get = async (port: number): Promise<number> => (await sendRaw({ port, method: 'GET', target: '/', host: 'a.example.com', headers: [['Authorization', 'Basic dTpwYXNzd29yZA==']] })).status;
    const run = await serving(project({ 'compose.yml': guarded, users: '# who may\nu:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n' }), '--mock');
    expect([await get(run.port), await ask(run.port, 'a.example.com')]).toEqual([200, '401 401 Unauthorized\n']);
    await run.stop();
    const without = await serving(project({ 'compose.yml': guarded }), '--mock');
    expect([await get(without.port), without.err()]).toEqual([401, expect.stringContaining('warning: middleware auth: its usersFile is not here')]);
    await without.stop();
  });

  it('--mock answers for the server that forwardAuth asks, and says that it lets everybody in', async () => {
    const guarded = CLEAN.replace('a.example.com`)', 'a.example.com`)\n      - traefik.http.routers.web.middlewares=ask\n      - traefik.http.middlewares.ask.forwardauth.address=https://auth.internal:9000/verify');
    const run = await serving(project({ 'compose.yml': guarded }), '--mock');
    expect(await ask(run.port, 'a.example.com')).toContain('200 mock of web (http://web:80)');
    expect(run.err()).toContain('warning: the server that the middleware "ask" asks is made up: it lets everybody in\n');
    await run.stop();
  });

  it('--explain-404 says why nobody took it', async () => {
    const run = await serving(project({ 'compose.yml': CLEAN }), '--mock', '--explain-404');
    expect(await ask(run.port, 'b.example.com')).toContain('no: host is not a.example.com');
    await run.stop();
  });

  it('--watch takes a good change and keeps the last good configuration over a bad one', async () => {
    const folder = project({ 'compose.yml': CLEAN });
    const run = await serving(folder, '--mock', '--watch', '--admin', `127.0.0.1:${String(await freePort({ address: '127.0.0.1' }))}`);
    // As editors do it: a new file in the place of the old one.
    write(folder, 'compose.new', withHost('b.example.com'));
    renameSync(path.join(folder, 'compose.new'), path.join(folder, 'compose.yml'));
    await until(run.err, 'reload ok');
    expect([await ask(run.port, 'b.example.com'), await ask(run.port, 'a.example.com')].map((text) => text.slice(0, 3))).toEqual(['200', '404']);
    write(folder, 'compose.yml', BROKEN);
    await until(run.err, 'reload refused: compose.yml:');
    expect(run.err()).toMatch(/reload refused: compose\.yml:\d+ label-unknown, keeping the last good configuration/);
    expect(await ask(run.port, 'b.example.com')).toContain('200 mock');
    const admin = /figures at http:\/\/127\.0\.0\.1:(\d+)/.exec(run.err())?.[1];
    const figures = await ask(Number(admin), 'localhost', '/metrics');
    expect(figures).toContain('gateway_requests_total{entrypoint="web",router="web@docker",code="200"} 2');
    expect(figures).toContain('gateway_reloads_total{result="refused"} 1');
    expect(await run.stop()).toBe(143);
  });

  it('refuses what it cannot serve, with the exit codes of all commands', async () => {
    const clean = project({ 'compose.yml': CLEAN });
    const { port } = await backend('taken');
    const cases = [
      [project({ 'compose.yml': BROKEN }), ['--mock'], 1, 'label-unknown'],
      [project({ 'compose.yml': CLEAN.replace(/  traefik:\n[^]*?(?=  web:)/, '') }), ['--mock'], 1, 'declared nowhere'],
      [clean, ['--access-log', 'xml'], 2, 'text, json or off'],
      [clean, ['--admin', '0.0.0.0:9100'], 2, 'this machine only'],
      [clean, ['--grace', 'soon'], 2, '--grace takes seconds'],
      [clean, ['--entrypoint', 'wbe=127.0.0.1:1'], 2, 'there is no "wbe"'],
      [project(), [], 3, 'no Compose file'],
      [clean, ['--entrypoint', `web=127.0.0.1:${String(port)}`], 3, `cannot listen for an entry point: 127.0.0.1:${String(port)}: the address is in use`],
    ] as const;
    for (const [cwd, args, status, says] of cases) {
      const outcome = gateway(['serve', ...args], { cwd });
      expect({ args, status: outcome.status, stderr: outcome.stderr, stdout: outcome.stdout }).toEqual({ args, status, stderr: expect.stringContaining(says), stdout: '' });
    }
  });
});
