#!/usr/bin/env node
// Reading 200 running containers against `docker inspect` of the same, in CPU time and on the clock, and a tick of --watch. Needs
// root and the installed engines, and says so where they are missing; build first. Usage: node scripts/bench-live.mjs [COUNT]
import { execFile, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const COUNT = Number(process.argv[2] ?? 200);
const engine = installed();
const unpacked = dirname(dirname(dirname(engine)));
const work = mkdtempSync('/tmp/gw-bench-');
const endpoint = `unix://${work}/docker.sock`;
const PATH = `${unpacked}/usr/sbin:${unpacked}/usr/bin:${process.env.PATH}`;
const run = (args, options = {}) => execFileSync(join(unpacked, 'usr', 'bin', 'docker'), ['--host', endpoint, ...args], { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'pipe'], ...options });

/** The daemon; without one there is nothing to measure. */
function installed() {
  const list = join(ROOT, '.engines', 'engines.json');
  const path = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')).docker?.path : undefined;
  const missing = path === undefined ? 'dockerd is not installed (npm run engines)' : process.getuid?.() === 0 ? undefined : 'dockerd needs root';
  if (missing === undefined) return resolve(ROOT, path);
  console.log(`running containers: skipped, ${missing}`);
  process.exit(0);
}

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

/** CPU time (user and system) and time on the clock of a command, as a shell reckons them. */
function measure(command) {
  const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const start = performance.now();
  const said = execFileSync('bash', ['-c', `${quoted} > /dev/null; times`], { encoding: 'utf8' });
  const clock = performance.now() - start;
  const [user = 0, system = 0] = [...(said.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, seconds]) => 60_000 * Number(minutes) + 1000 * Number(seconds));
  return { cpu: user + system, clock };
}

/** The least of several runs of each, one after the other in turn: a busy machine slows all sides, and noise only adds. */
function interleaved(commands, rounds = 7) {
  const best = commands.map(() => ({ cpu: Infinity, clock: Infinity }));
  for (let round = 0; round < rounds; round += 1) {
    commands.forEach((command, index) => {
      const { cpu, clock } = measure(command);
      best[index] = { cpu: Math.min(best[index].cpu, cpu), clock: Math.min(best[index].clock, clock) };
    });
  }
  return best;
}

const cell = (text, width) => String(text).padStart(width);
const row = (name, { cpu, clock }, base) => console.log(`${name.padEnd(34)}${cell(cpu.toFixed(0), 8)} ms${cell((cpu / base.cpu).toFixed(2), 8)}x${cell(clock.toFixed(0), 7)} ms on the clock`);

/** What a --watch tick costs: reading and resolving, everything being loaded. */
async function inProcess() {
  const { load, readLive } = await import(join(ROOT, 'dist', 'index.js'));
  const hosts = [{ name: 'bench', endpoint }];
  const { seen } = await readLive(hosts);
  const host = { readFile: () => undefined, listFolder: () => undefined };
  const input = { gateways: [{ name: 'default', stacks: [], dynamic: [], seen, versions: ['3.7'] }], declared: false, host, overrides: { endpoints: [], entryPoints: new Map() } };
  const read = await timed(() => readLive(hosts));
  const resolved = await timed(() => load(input));
  console.log(`${'a tick of --watch'.padEnd(34)}${cell((read + resolved).toFixed(0), 8)} ms on the clock: reading ${read.toFixed(0)}, resolving ${resolved.toFixed(0)}; ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`);
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
  const inspect = [join(unpacked, 'usr', 'bin', 'docker'), '--host', endpoint, 'inspect', ...ids];
  const discover = [process.execPath, join(ROOT, 'bin', 'gateway.js'), 'discover', '--docker-host', endpoint, '--json', '--quiet', '--no-config'];
  const [docker, ours, node] = interleaved([inspect, discover, [process.execPath, '-e', '0']]);
  row('node -e 0', node, docker);
  row(`docker inspect, ${ids.length} containers`, docker, docker);
  row('gateway discover', ours, docker);
  await inProcess();
} finally {
  const all = run(['ps', '-aq']).trim().split('\n').filter(Boolean);
  if (all.length > 0) run(['rm', '-f', ...all]);
  run(['network', 'rm', 'n1']);
  const gone = new Promise((done) => daemon.once('exit', done));
  daemon.kill('SIGTERM');
  await gone;
  rmSync(work, { recursive: true, force: true });
}
