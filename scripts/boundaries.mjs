// Import boundaries, with two guards against a check that checks nothing: the module count must be above zero, and a
// planted violation must be found.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

const cruise = () => {
  const run = spawnSync(process.execPath, ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', '--output-type', 'json', 'src'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.stdout === '') throw new Error(`dependency-cruiser said nothing: ${run.stderr}`);
  return JSON.parse(run.stdout).summary;
};

const real = cruise();
if (real.totalCruised < 50) throw new Error(`only ${real.totalCruised} modules were read`);
for (const { from, to, rule } of real.violations) console.error(`${rule.name}: ${from} -> ${to}`);

const folder = 'src/text/planted';
let planted;
try {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/violation.ts`, "import { refKey } from '../../ir/index.ts';\nexport const planted = refKey;\n");
  planted = cruise().violations.filter((violation) => violation.from.includes('planted'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (planted.length === 0) throw new Error('the planted violation was not found: the check is blind');
console.log(`boundaries: ${real.totalCruised} modules, ${real.violations.length} violations, planted violation found`);
process.exitCode = real.violations.length > 0 ? 1 : 0;
