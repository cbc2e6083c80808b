// Bundles the command line and the library into dist/. Splitting keeps one chunk per command, so that `--version`
// loads neither yaml nor ajv.
import { rm, readFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url);
const path = (name) => new URL(name, root).pathname;
await rm(path('dist'), { recursive: true, force: true });
const { version } = JSON.parse(await readFile(path('package.json'), 'utf8'));

await build({
  entryPoints: { 'cli/main': path('src/cli/main.ts'), index: path('src/index.ts') },
  outdir: path('dist'),
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
  packages: 'external',
  define: { __GATEWAY_VERSION__: JSON.stringify(version) },
  loader: { '.hbs': 'text', '.yml': 'text' },
  logLevel: 'warning',
});

const types = spawnSync(process.execPath, [path('node_modules/typescript/bin/tsc'), '-p', path('tsconfig.types.json')], { stdio: 'inherit' });
process.exitCode = types.status ?? 1;
