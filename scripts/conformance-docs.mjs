// Writes docs/conformance.md: what every target makes of every feature and the case that shows it. `--check` only compares.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const check = process.argv.includes('--check');
const vitest = join('node_modules', 'vitest', 'vitest.mjs');
// The page is made by a test, because it needs the project's own modules and builds every case.
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'unit', 'test/cases/page.test.ts'], { stdio: 'inherit', env: { ...process.env, ...(check ? {} : { WRITE_PAGE: '1' }) } });
process.exitCode = status ?? 1;
