#!/usr/bin/env node
// Reading 200 running containers against `docker inspect` of the same, and a tick of --watch. Needs root and the installed
// engines; builds nothing: run `npm run build` first. Usage: node scripts/bench-live.mjs [COUNT]
import { execFile, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const COUNT = Number(process.argv[2] ?? 200);
const engine = resolve(ROOT, JSON.parse(readFileSync(join(ROOT, '.engines', 'engines.json'), 'utf8')).docker.path);
const unpacked = dirname(dirname(dirname(engine)));
const work = mkdtempSync('/tmp/gw-bench-');
const endpoint = `unix://${work}/docker.sock`;
const PATH = `${unpacked}/usr/sbin:${unpacked}/usr/bin:${process.env.PATH}`;
const run = (args, options = {}) => execFileSync(join(unpacked, 'usr', 'bin', 'docker'), ['--host', endpoint, ...args], { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'pipe'], ...options });
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function startDaemon() {
  const args = ['--host', endpoint, '--data-root', `${work}/data`, '--exec-root', `${work}/exec`, '--pidfile', `${work}/pid`, '--iptables=false', '--ip-forward=false', '--ip-masq=false', '--userland-proxy=false', '--bridge=none', '--default-address-pool=base=10.202.0.0/16,size=23', '--shutdown-timeout=1', '--log-level=error'];
  const daemon = spawn(engine, args, { env: { ...process.env, PATH }, stdio: 'ignore' });
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      run(['version']);
      return daemon;
    } catch {
      await pause(100);
    }
  }
  throw new Error('dockerd did not start');
}

function image() {
  const root = join(work, 'root');
  mkdirSync(join(root, 'bin'), { recursive: true });
  copyFileSync(join(unpacked, 'bin', 'busybox'), join(root, 'bin', 'busybox'));
  for (const name of ['sh', 'sleep']) symlinkSync('busybox', join(root, 'bin', name));
  run(['import', '-', 'box'], { input: execFileSync('tar', ['-C', root, '-c', '.'], { maxBuffer: 1 << 26 }) });
}

/** Created, not started: what is read is as much, and it takes a tenth of the time. */
async function containers() {
  run(['network', 'create', 'n1']);
  const create = promisify(execFile);
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < COUNT; index = next++) await create(join(unpacked, 'usr', 'bin', 'docker'), ['--host', endpoint, 'create', ...argumentsOf(index)]);
  };
  await Promise.all(Array.from({ length: 6 }, worker));
}

function argumentsOf(index) {
  const labels = ['traefik.enable=true', `traefik.http.routers.r${index}.rule=Host(\`r${index}.test\`)`, `traefik.http.services.r${index}.loadbalancer.server.port=8080`];
  return ['--name', `c${index}`, '--network', 'n1', '--expose', '8080', ...labels.flatMap((label) => ['--label', label]), 'box', 'sleep', '1'];
}

function median(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}

async function timed(work, rounds = 7) {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times);
}

const daemon = await startDaemon();
try {
  image();
  await containers();
  const ids = run(['ps', '-aq']).trim().split('\n');
  const inspect = await timed(() => run(['inspect', ...ids]));
  const cli = await timed(() => execFileSync(process.execPath, [join(ROOT, 'bin', 'gateway.js'), 'discover', '--docker-host', endpoint, '--json', '--quiet', '--no-config'], { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] }));
  const { load, readLive } = await import(join(ROOT, 'dist', 'index.js'));
  const hosts = [{ name: 'bench', endpoint }];
  await readLive(hosts);
  const read = await timed(() => readLive(hosts));
  const { seen } = await readLive(hosts);
  const host = { readFile: () => undefined, listFolder: () => undefined };
  const tick = await timed(() => load({ gateways: [{ name: 'default', stacks: [], dynamic: [], seen, versions: ['3.7'] }], declared: false, host, overrides: { endpoints: [], entryPoints: new Map() } }));
  const figures = { containers: ids.length, 'docker inspect': inspect, 'gateway discover': cli, 'reading alone': read, 'resolving (a tick of --watch is both)': tick };
  for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(40)} ${name === 'containers' ? value : `${value.toFixed(0)} ms`}`);
  console.log(`${'discover / docker inspect'.padEnd(40)} ${(cli / inspect).toFixed(2)}x, reading alone ${(read / inspect).toFixed(2)}x`);
  console.log(`${'memory'.padEnd(40)} ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`);
} finally {
  const all = run(['ps', '-aq']).trim().split('\n').filter(Boolean);
  if (all.length > 0) run(['rm', '-f', ...all]);
  run(['network', 'rm', 'n1']);
  const gone = new Promise((done) => daemon.once('exit', done));
  daemon.kill('SIGTERM');
  await gone;
  rmSync(work, { recursive: true, force: true });
}
