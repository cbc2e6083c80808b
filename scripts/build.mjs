// Bundles the command line and the library into dist/. Splitting keeps one part per command, so that `--version`
// loads neither yaml nor ajv; commander, chalk and the Docker client are bundled, since finding them would cost more start-up time than running them. A build that fails leaves the earlier dist/ as it was; `--no-types` leaves out the declarations.
import { readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildCli } from './build-cli.mjs';
import { dockerClientAlone } from './docker-client-plugin.mjs';
import { esbuildTemplates } from './handlebars-plugin.mjs';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const { version, dependencies } = JSON.parse(await readFile(path('package.json'), 'utf8'));
const BUNDLED = ['chalk', 'commander', 'dockerode', 'punycode'];
const LICENSED = [...BUNDLED, 'docker-modem'];
const staged = `dist.${process.pid}`;

/**
 * Commander finds Node's own modules with require, which a bundle of ES modules has not, and asks for child processes at
 * once, which it needs only for commands that are programs of their own: there are none, and `--help` starts sooner without.
 */
const commanderAlone = {
  name: 'commander-alone',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ importer, kind, path: name }) => (kind === 'require-call' && /[\\/]node_modules[\\/]commander[\\/]/.test(importer) ? { path: name, namespace: 'commander-alone' } : undefined));
    onLoad({ filter: /.*/, namespace: 'commander-alone' }, ({ path: name }) => {
      if (name === 'node:child_process') return { contents: 'module.exports = {};' };
      return { contents: name === 'node:process' ? 'module.exports = process;' : `export * from '${name}';` };
    });
  },
};

async function licenceOf(name) {
  const folder = path(`node_modules/${name}`);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e(?:[.-]|$)/i.test(entry));
  return readFile(`${folder}/${file}`, 'utf8');
}

/** Of the library and of the command line. */
const settings = {
  // Vitest is the reader's own: a second copy would have matchers of its own.
  external: ['vitest', ...Object.keys(dependencies).filter((name) => !BUNDLED.includes(name)).flatMap((name) => [name, `${name}/*`])],
  define: { __GATEWAY_VERSION__: JSON.stringify(version) },
  loader: { '.yml': 'text' },
  plugins: [esbuildTemplates, commanderAlone, dockerClientAlone],
  logLevel: 'warning',
};

try {
  await build({
    ...settings,
    entryPoints: { index: path('src/index.ts'), vitest: path('src/testing/vitest.ts') },
    outdir: path(staged),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    sourcesContent: false,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    chunkNames: 'chunks/[name]-[hash]',
  });
  await buildCli({ sources: path('src'), folder: path(`${staged}/cli`), settings });
  const licences = await Promise.all(LICENSED.map(async (name) => `${name}\n\n${await licenceOf(name)}`));
  await writeFile(path(`${staged}/LICENSES-bundled.txt`), licences.join('\n\n'));
  const types = process.argv.includes('--no-types') ? path('dist/types') : undefined;
  if (types !== undefined) await rename(types, path(`${staged}/types`)).catch(() => undefined);
  await rm(path('dist'), { recursive: true, force: true });
  await rename(path(staged), path('dist'));
} catch (error) {
  await rm(path(staged), { recursive: true, force: true });
  if (!Array.isArray(error?.errors)) throw error;
  process.exit(1);
}

if (!process.argv.includes('--no-types')) {
  const types = spawnSync(process.execPath, [path('node_modules/typescript/bin/tsc'), '-p', path('tsconfig.types.json')], { stdio: 'inherit' });
  process.exitCode = types.status ?? 1;
}
