// What would be published: publint, attw, and the packed files.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

const run = (command, args) => spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
const fail = (text) => {
  console.error(text);
  process.exitCode = 1;
};

const packed = run('npm', ['pack', '--json', '--ignore-scripts']);
let name = '';
try {
  const listed = JSON.parse(packed.stdout);
  const [pack] = Array.isArray(listed) ? listed : Object.values(listed);
  name = pack.filename;
  const files = pack.files.map((file) => file.path);
  for (const wanted of ['bin/gateway.js', 'bin/package.json', 'dist/cli/main.js', 'dist/cli/command.js', 'dist/index.js', 'dist/types/index.d.ts', 'examples/shop/compose.yml', 'README.md', 'LICENSE', 'CHANGELOG.md']) {
    if (!files.includes(wanted)) fail(`the package lacks ${wanted}`);
  }
  for (const file of files) if (/^(?:test|fixtures|src|scripts|\.engines|dist\/cli\/compiled)\//.test(file)) fail(`the package should not hold ${file}`);
  if (pack.size > 3_000_000) fail(`the package is ${pack.size} bytes, more than 3 MB`);
  console.log(`package: ${files.length} files, ${pack.size} bytes packed`);
} catch (error) {
  fail(`npm pack: ${packed.stderr}${String(error)}`);
}
const lint = run(process.execPath, ['node_modules/publint/src/cli.js', '--strict']);
if (lint.status !== 0) fail(lint.stdout + lint.stderr);
else console.log('publint: fine');
if (name !== '') {
  const types = run(process.execPath, ['node_modules/@arethetypeswrong/cli/dist/index.js', name, '--profile', 'esm-only']);
  if (types.status !== 0) fail(types.stdout + types.stderr);
  else console.log('attw: fine');
  rmSync(name, { force: true });
}
