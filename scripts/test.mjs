// `npm test`: everything that a landing must pass, each part with its seconds, and one closing line with the counts.
// FULL=1 (npm run test:full) takes all cases instead of today's third. Node 24 then runs all that needs no engine, with the parts
// of the day: what the long loops look for does not depend on Node.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const only = process.argv.slice(2);
const ci = (process.env.CI ?? '') !== '';
const full = process.env.FULL === '1';
const scratch = mkdtempSync(join(tmpdir(), 'gateway-test-'));
const node = process.execPath;
const bin = (path) => join('node_modules', path);

/** Runs a command, its output on the terminal, or in a file that is shown later. */
function run(command, args, log) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', log ? 'pipe' : 'inherit', log ? 'pipe' : 'inherit'] });
    if (log) for (const stream of [child.stdout, child.stderr]) stream.pipe(log, { end: false });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}

function readCounts(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** A vitest project; a run in which nothing passed counts as failed. */
function vitest(project, runner = [node], filters = []) {
  return async (log) => {
    const out = join(scratch, `${project}-${runner.length}.json`);
    const [command, ...before] = runner;
    const ok = await run(command, [...before, bin('vitest/vitest.mjs'), 'run', ...filters, '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${out}`], log);
    const counts = readCounts(out);
    return { ok: ok && counts.passed > 0, counts };
  };
}

const command = (file, args = []) => async (log) => ({ ok: await run(node, [file, ...args], log) });

async function engines(log) {
  const ok = await run(node, ['scripts/install-engines.mjs'], log);
  if (!ok && !ci) console.log('engine tests will be skipped');
  return { ok: ok || !ci };
}

const NODE_24 = ['nice', '-n', '5', 'env', '-u', 'FULL', 'npx', '--yes', '-p', 'node@24', 'node'];
/** Where Node itself could make a difference: half of it each day, all of it in the full run. */
const ON_NODE_24 = [['test/text', 'test/rule-lang', 'test/runtime', 'test/testing'], ['test/server', 'test/sources']][Math.floor(Date.now() / 86_400_000) % 2];

const PREPARATION = [
  ['engines', engines],
  ['generated', command('scripts/registry.mjs', ['--check'])],
  ['types', command(bin('typescript/bin/tsc'), ['--noEmit', '-p', 'tsconfig.json'])],
  ['lint', command(bin('oxlint/bin/oxlint'), ['--deny-warnings', 'src', 'test', 'scripts', 'bin'])],
  ['boundaries', command('scripts/boundaries.mjs')],
  ['unused', command(bin('knip/bin/knip.js'))],
  ['build', command('scripts/build.mjs')],
];
/** The engine tests wait for servers most of the time and are one file at a time; what needs no engine runs beside them. */
const BESIDE = [
  ['unit', vitest('unit', ['nice', '-n', '5', node])],
  ['cli', vitest('cli', ['nice', '-n', '5', node])],
  ['node-24', vitest('unit', NODE_24, full ? [] : ON_NODE_24)],
  ...(full ? [['node-24-cli', vitest('cli', NODE_24)]] : []),
];
const ENGINE_TESTS = [['engine-tests', vitest('engines')]];
const AFTER = [['package', command('scripts/check-package.mjs')]];

async function part([name, body], log) {
  const start = process.hrtime.bigint();
  (log ?? process.stdout).write(`\n== ${name}\n`);
  const result = await body(log);
  return { name, seconds: Number(process.hrtime.bigint() - start) / 1e9, ...result };
}

async function lane(parts, log) {
  const results = [];
  for (const one of parts) if (only.length === 0 || only.includes(one[0])) results.push(await part(one, log));
  return results;
}

/** Output of the quiet lane is shown when it has ended, so that the two do not mix. */
async function quietLane(parts) {
  const file = join(scratch, 'beside.log');
  const log = createWriteStream(file);
  const results = await lane(parts, log);
  await new Promise((resolve) => log.end(resolve));
  return { results, text: () => readFileSync(file, 'utf8') };
}

const before = await lane(PREPARATION);
const [loud, quiet] = await Promise.all([lane(ENGINE_TESTS), quietLane(BESIDE)]);
process.stdout.write(quiet.text());
const results = [...before, ...loud, ...quiet.results, ...(await lane(AFTER))];
rmSync(scratch, { recursive: true, force: true });

const total = (key) => results.reduce((sum, { counts }) => sum + (counts?.[key] ?? 0), 0);
const failedParts = results.filter(({ ok }) => !ok).map(({ name }) => name);
const failed = total('failed') === 0 ? failedParts.length : total('failed');
console.log(`\nseconds: ${results.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)}`).join(', ')}`);
if (failedParts.length > 0) console.log(`failed parts: ${failedParts.join(', ')}`);
console.log(`${total('passed')} passed, ${failed} failed, ${total('skipped')} skipped`);
process.exitCode = failedParts.length > 0 ? 1 : 0;
