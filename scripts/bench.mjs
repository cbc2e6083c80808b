// What the command costs: CPU time (user and system) and peak memory of child processes, against a plain Node and against
// reading the same text with the `yaml` package. Runs are interleaved, so that a busy machine slows both sides; figures are the
// least of all runs, since noise only adds. 10,000 services are measured once. `node scripts/bench.mjs [--runs N] [--up-to SERVICES]
// [--dclint PATH]`; build first. With the path of dclint's executable, that linter reads the same files up to 1,000 services.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { asPublished, labelsOnly } from './bench-stacks.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' }, 'up-to': { type: 'string', default: '10000' }, dclint: { type: 'string' } } });
const RUNS = Number(values.runs);
const SIZES = [10, 100, 1000, 10_000].filter((size) => size <= Number(values['up-to']));
const TARGETS = ['traefik', 'traefik-labels', 'traefik-kv', 'nginx', 'kong'];
const BIN = fileURLToPath(new URL('../bin/gateway.js', import.meta.url));
const YAML = new URL('../node_modules/yaml/dist/index.js', import.meta.url).href;
const folder = mkdtempSync(path.join(tmpdir(), 'gateway-bench-'));

const meter = path.join(folder, 'meter.cjs');
writeFileSync(meter, "process.on('exit', () => { const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage(); require('fs').writeSync(3, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS / 1024 })); });");
const reader = path.join(folder, 'read.mjs');
writeFileSync(reader, `import { readFileSync } from 'node:fs';\nimport yaml from '${YAML}';\nyaml.parseDocument(readFileSync(process.argv[2], 'utf8'), { lineCounter: new yaml.LineCounter() }).toJS();\n`);

function measure(args) {
  const { status, signal, stderr, output } = spawnSync(process.execPath, ['-r', meter, ...args], { cwd: folder, env: { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: '' }, stdio: ['ignore', 'ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 1 << 28 });
  // dclint ends with 1 where it has something to say.
  if (signal !== null || (status !== 0 && args[0] !== values.dclint)) throw new Error(`${args.join(' ')} ended with ${status ?? signal}: ${stderr}`);
  return JSON.parse(output[3]);
}

/** The least of several runs of each, one after the other in turn. */
function interleaved(commands, runs) {
  const best = commands.map(() => ({ cpu: Infinity, memory: Infinity }));
  for (let run = 0; run < runs; run += 1) {
    commands.forEach((args, index) => {
      const { cpu, memory } = measure(args);
      best[index] = { cpu: Math.min(best[index].cpu, cpu), memory: Math.min(best[index].memory, memory) };
    });
  }
  return best;
}

const cell = (text, width) => String(text).padStart(width);
const row = (name, { cpu, memory }, base) => console.log(`${name.padEnd(34)}${cell(cpu.toFixed(0), 8)} ms${cell((cpu / base.cpu).toFixed(2), 8)}x${cell(memory.toFixed(0), 7)} MB`);

function stackFile(name, size, stack) {
  const file = path.join(folder, name.replaceAll(' ', '-'), `${size}`, 'compose.yml');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, stack(size));
  return file;
}

function bench(shape, stack) {
  console.log(`services ${shape}`);
  const sizes = SIZES.map((size) => {
    const file = stackFile(shape, size, stack);
    const other = values.dclint === undefined || size > 1000 ? [] : [[values.dclint, file]];
    const [yaml, build, lint, dclint] = interleaved([[reader, file], [BIN, 'build', file, '--quiet', '-o', 'out'], [BIN, 'lint', file], ...other], size > 1000 ? 1 : RUNS);
    row(`yaml, ${size} services`, yaml, yaml);
    row(`gateway build, ${size} services`, build, yaml);
    row(`gateway lint, ${size} services`, lint, yaml);
    if (dclint !== undefined) row(`dclint, ${size} services`, dclint, yaml);
    return { size, build: build.cpu, lint: lint.cpu };
  });
  const [small, large] = [1000, 10_000].map((size) => sizes.find((one) => one.size === size));
  if (small !== undefined && large !== undefined) console.log(`10,000 services cost ${(large.build / small.build).toFixed(1)} times as much as 1,000 to build, ${(large.lint / small.lint).toFixed(1)} times to lint`);
}

/** What each target takes, the check of what is written included. */
function benchTargets() {
  const [small, large] = [1000, 10_000].map((size) => {
    if (!SIZES.includes(size)) return [];
    const file = stackFile('targets', size, labelsOnly);
    console.log(`${size} routers, a target each`);
    const found = interleaved([[reader, file], ...TARGETS.map((target) => [BIN, 'build', file, '--quiet', '--to', target, '-o', `out-${target}`])], size > 1000 ? 1 : Math.min(RUNS, 3));
    TARGETS.forEach((target, index) => row(`gateway build --to ${target}`, found[index + 1], found[0]));
    return found.slice(1);
  });
  if (small.length > 0 && large.length > 0) console.log(`10,000 cost as many times as much as 1,000: ${TARGETS.map((target, index) => `${target} ${(large[index].cpu / small[index].cpu).toFixed(1)}`).join(', ')}`);
}

try {
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim()}, least of ${RUNS} runs`);
  console.log(`${'CPU time of the process'.padEnd(34)}${cell('time', 11)}${cell('ratio', 9)}${cell('peak', 10)}`);
  const [node, version, help] = interleaved([['-e', '0'], [BIN, '--version'], [BIN, '--help']], Math.max(RUNS * 3, 15));
  row('node -e 0', node, node);
  row('gateway --version', version, node);
  row('gateway --help', help, node);
  bench('as public files are', asPublished);
  bench('labels and next to nothing else', labelsOnly);
  benchTargets();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

await import('./bench-spec.mjs');
// A process of its own: it starts a daemon, and ends where there is none.
spawnSync(process.execPath, [fileURLToPath(new URL('bench-live.mjs', import.meta.url))], { stdio: 'inherit' });
