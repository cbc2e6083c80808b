import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const INPUTS = ['src', 'schemas', 'templates', 'bin', 'scripts/build.mjs', 'scripts/build-cli.mjs', 'scripts/late-parts.mjs', 'scripts/record-compiled.mjs', 'package.json'];

/** The command is tested as it is published: bundled once, when it is older than what it is made from. */
export function setup(): void {
  const built = existsSync('dist/cli/main.js') ? statSync('dist/cli/main.js').mtimeMs : 0;
  if (INPUTS.every((name) => newest(name) < built)) return;
  const build = spawnSync(process.execPath, ['scripts/build.mjs', '--no-types'], { encoding: 'utf8' });
  if (build.status !== 0) throw new Error(`the build failed: ${build.stdout}${build.stderr}`);
}

function newest(name: string): number {
  const stats = statSync(name);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(name).map((entry) => newest(path.join(name, entry))));
}
