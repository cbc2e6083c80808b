// `npm test`: everything that a landing must pass, each part with its seconds, and one closing line with the counts.
// FULL=1 (npm run test:full) takes all cases instead of today's third and runs Node 24 on all projects.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const only = process.argv.slice(2);
const ci = (process.env.CI ?? '') !== '';
const scratch = mkdtempSync(join(tmpdir(), 'gateway-test-'));
const seconds = [];
const counts = { passed: 0, failed: 0, skipped: 0 };
let failedParts = [];

function run(command, args, env = {}) {
  const result = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env }, shell: false });
  return result.status === 0;
}

function part(name, body) {
  if (only.length > 0 && !only.includes(name)) return;
  const start = process.hrtime.bigint();
  console.log(`\n== ${name}`);
  const ok = body();
  seconds.push([name, Number(process.hrtime.bigint() - start) / 1e9]);
  if (!ok) failedParts = [...failedParts, name];
}

const node = process.execPath;
const bin = (path) => join('node_modules', path);

function vitest(project, runner = [node]) {
  const out = join(scratch, `${project}-${runner.length}.json`);
  const [command, ...before] = runner;
  const ok = run(command, [...before, bin('vitest/vitest.mjs'), 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${out}`]);
  try {
    const report = JSON.parse(readFileSync(out, 'utf8'));
    counts.passed += report.numPassedTests;
    counts.failed += report.numFailedTests;
    counts.skipped += report.numPendingTests;
    return ok && report.numPassedTests > 0;
  } catch {
    counts.failed += 1;
    return false;
  }
}

part('engines', () => run(node, ['scripts/install-engines.mjs']) || (!ci && (console.log('engine tests will be skipped'), true)));
part('generated', () => run(node, ['scripts/registry.mjs', '--check']));
part('types', () => run(node, [bin('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json']));
part('lint', () => run(node, [bin('oxlint/bin/oxlint'), '--deny-warnings', 'src', 'test', 'scripts', 'bin']));
part('boundaries', () => run(node, ['scripts/boundaries.mjs']));
part('unused', () => run(node, [bin('knip/bin/knip.js')]));
part('build', () => run(node, ['scripts/build.mjs']));
part('unit', () => vitest('unit'));
part('cli', () => vitest('cli'));
part('engine-tests', () => vitest('engines'));
part('package', () => run(node, ['scripts/check-package.mjs']));
part('node-24', () => vitest('unit', ['npx', '--yes', '-p', 'node@24', 'node']));

rmSync(scratch, { recursive: true, force: true });
console.log(`\nseconds: ${seconds.map(([name, value]) => `${name} ${value.toFixed(1)}`).join(', ')}`);
if (failedParts.length > 0) console.log(`failed parts: ${failedParts.join(', ')}`);
counts.failed += failedParts.length > 0 && counts.failed === 0 ? failedParts.length : 0;
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = failedParts.length > 0 ? 1 : 0;
