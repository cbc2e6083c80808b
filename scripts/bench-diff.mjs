// What `diff` costs beside reading both sides: CPU time (user and system) of a process that loads two states of a stack with
// one router changed, and of one that loads and compares them. The least of all runs, in turn; the comparison may cost as
// much again as the loading. `node scripts/bench-diff.mjs [--runs N] [--up-to ROUTERS] [--dyff PATH]`; build first. With a
// dyff binary its time on the same two files stands beside ours.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' }, 'up-to': { type: 'string', default: '10000' }, dyff: { type: 'string' } } });
const RUNS = Number(values.runs);
const SIZES = [100, 1000, 10_000].filter((size) => size <= Number(values['up-to']));
/** Loading and comparing against loading alone. */
const LIMIT = 2;
const LIBRARY = new URL('../dist/index.js', import.meta.url).href;
const folder = mkdtempSync(path.join(tmpdir(), 'gateway-bench-'));

const child = path.join(folder, 'child.mjs');
writeFileSync(child, `import { readFileSync } from 'node:fs';
import { diff, load } from '${LIBRARY}';
const [before, after, compares] = process.argv.slice(2);
const read = (file) => load({ gateways: [{ name: 'default', stacks: [{ files: ['compose.yml'], projectName: 'app', variables: new Map() }], dynamic: [] }], declared: true, host: { readFile: (name) => (name === 'compose.yml' ? readFileSync(file, 'utf8') : undefined), listFolder: () => undefined }, overrides: { endpoints: [], entryPoints: new Map() } });
const sides = [read(before), read(after)];
const changes = compares === 'diff' ? diff(...sides).changes.length : 0;
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
console.log(JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS / 1024, changes }));
`);

/** One service with one router each; `changed` has another rule. */
function stack(services, changed) {
  const lines = ['services:', '  traefik:', '    image: traefik:v3.7', '    command: ["--providers.docker.exposedbydefault=false", "--entrypoints.web.address=:80"]', '    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]'];
  for (let index = 0; index < services; index += 1) {
    const name = `app${index}`;
    lines.push(`  ${name}:`, `    image: example/app:${index}`, '    labels:', '      - traefik.enable=true', `      - traefik.http.routers.${name}.rule=Host(\`${name}.example.com\`) && PathPrefix(\`${index === changed ? '/v2' : '/api'}\`)`, `      - traefik.http.routers.${name}.entrypoints=web`, `      - traefik.http.routers.${name}.middlewares=strip${index}`, `      - traefik.http.middlewares.strip${index}.stripprefix.prefixes=/api`, `      - traefik.http.services.${name}.loadbalancer.server.port=8080`);
  }
  return `${lines.join('\n')}\n`;
}

function run(args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [child, ...args], { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: '' } });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function timed(command, args) {
  const start = process.hrtime.bigint();
  const { error } = spawnSync(command, args, { stdio: 'ignore' });
  if (error !== undefined) throw error;
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const least = (runs, measure) => Array.from({ length: runs }, measure).reduce((best, one) => (one.cpu < best.cpu ? one : best));
const cell = (text, width) => String(text).padStart(width);

try {
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim()}, least of ${RUNS} runs`);
  console.log(`${'routers, one changed'.padEnd(22)}${cell('load both', 12)}${cell('and compare', 14)}${cell('ratio', 8)}${cell('peak', 10)}${values.dyff === undefined ? '' : cell('dyff', 12)}`);
  for (const size of SIZES) {
    const files = [-1, size >> 1].map((changed, at) => {
      const file = path.join(folder, `${size}-${at}.yml`);
      writeFileSync(file, stack(size, changed));
      return file;
    });
    const runs = size > 1000 ? Math.min(RUNS, 2) : RUNS;
    const load = least(runs, () => run(files));
    const both = least(runs, () => run([...files, 'diff']));
    if (both.changes !== 2) throw new Error(`${both.changes} changes were found, not 2`);
    const ratio = both.cpu / load.cpu;
    const dyff = values.dyff === undefined ? '' : `${cell(Math.min(...Array.from({ length: runs }, () => timed(values.dyff, ['between', ...files]))).toFixed(0), 9)} ms`;
    console.log(`${cell(size, 22)}${cell(load.cpu.toFixed(0), 9)} ms${cell(both.cpu.toFixed(0), 11)} ms${cell(ratio.toFixed(2), 7)}x${cell(both.memory.toFixed(0), 7)} MB${dyff}`);
    if (ratio > LIMIT) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
