// The command line as scripts that can be loaded with V8's own compiled form of them (src/cli/start.ts): modules of ES cannot.
// esbuild splits only modules of ES, so that its parts are translated one by one, and V8's form is taken from commands that ran.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, transform } from 'esbuild';
import { checkNamed, lateParts, latePartsOf } from './late-parts.mjs';
import { withPaperDocker } from './paper-docker.mjs';

const RECORDER = new URL('record-compiled.mjs', import.meta.url).href;
const exampleAt = (name) => fileURLToPath(new URL(`../examples/${name}`, import.meta.url));
const SHOP = exampleAt('shop');
const SPEC = exampleAt('gateway-yaml');
const COMMON = { platform: 'node', target: 'node20', minifySyntax: true, minifyWhitespace: true, legalComments: 'none' };

/** Each part is a function, so that what is written at its top stays its own. */
const WRAPPED = { banner: '(function(exports,require,module,__url){"use strict";', footer: '})' };

/** Commands whose functions are worth keeping: what runs often and ends soon. */
const RECORDED = [
  ['--version'],
  ['--help'],
  ['lint', SHOP],
  ['lint', SPEC],
  ['build', SHOP, '--to', 'traefik,nginx,kong,traefik-labels,traefik-kv', '--output', '-'],
  ['build', SPEC, '--to', 'traefik,nginx,kong', '--output', '-'],
  ['explain', 'http://shop.localhost/api/', '--stack', SHOP],
];

/** The same of commands that read running containers. */
const recordedLive = (endpoint) => ['text', 'json'].map((format) => ['discover', '--docker-host', endpoint, '--format', format]);

async function translate(part, folder) {
  const { code } = await transform(part.text, { ...COMMON, ...WRAPPED, format: 'cjs', define: { 'import.meta.url': '__url' }, supported: { 'dynamic-import': false } });
  checkNamed(code);
  await writeFile(path.join(folder, path.basename(part.path)), withDirectNames(code));
}

/**
 * What one part takes from another becomes a name of its own. As translated each use asks two getters, one behind the other.
 * No part changes what it exports (the linter sees to that), and none needs one that needs it.
 */
function withDirectNames(code) {
  const names = [...code.matchAll(/\b(import_\w+)=require\("\.\/[^"]+"\)/g)].map(([, name]) => name);
  return names.reduce((text, name) => {
    const member = new RegExp(`\\b${name}\\.([A-Za-z_$][\\w$]*)`, 'g');
    const used = [...new Set([...text.matchAll(member)].map(([, key]) => key))];
    if (used.length === 0 || text.replaceAll(member, '').split(name).length > 2) return text;
    return text.replaceAll(member, (_, key) => `${name}$${key}`).replace(`${name}=require`, () => `{${used.map((key) => `${key}:${name}$${key}`).join(',')}}=require`);
  }, code);
}

/** V8's form of the parts, as it is after the commands ran: with the functions that they needed. Each run adds to what the one before it left. */
async function record(folder, commands) {
  for (const args of commands) {
    await promisify(execFile)(process.execPath, ['--import', RECORDER, path.join(folder, 'main.js'), ...args, ...(args.length > 1 ? ['--no-config', '--quiet'] : [])]).catch(({ code, stderr }) => {
      if (code !== 1) throw new Error(`gateway ${args.join(' ')} ended with ${code}: ${stderr}`);
    });
  }
}

/** @param {{ sources: string, folder: string, settings: import('esbuild').BuildOptions }} options */
export async function buildCli({ sources, folder, settings }) {
  await mkdir(folder, { recursive: true });
  const parts = await build({ ...settings, ...COMMON, entryPoints: { command: path.join(sources, 'cli/main.ts'), ...latePartsOf(sources) }, plugins: [...settings.plugins, lateParts(sources)], outdir: folder, write: false, bundle: true, splitting: true, format: 'esm', chunkNames: '[name]-[hash]' });
  await build({ ...COMMON, entryPoints: { main: path.join(sources, 'cli/start.ts') }, outdir: folder, bundle: true, format: 'cjs' });
  await writeFile(path.join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  // Of no use to any other Node, and as large as the rest of the package.
  await writeFile(path.join(folder, '.npmignore'), 'compiled/\n');
  await Promise.all(parts.outputFiles.map((part) => translate(part, folder)));
  await record(folder, RECORDED);
  await withPaperDocker((endpoint) => record(folder, recordedLive(endpoint)));
}
