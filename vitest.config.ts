import { defineConfig } from 'vitest/config';
import { viteTemplates } from './scripts/handlebars-plugin.mjs';

/** Three projects: pure tables, the command line, and the ones that start real engines. */
export default defineConfig({
  plugins: [viteTemplates],
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/cli/**', 'test/engines/**'], testTimeout: 60_000 } },
      { extends: true, test: { name: 'cli', include: ['test/cli/**/*.test.ts'], testTimeout: 60_000, globalSetup: ['test/cli/build-dist.ts'] } },
      { extends: true, test: { name: 'engines', include: ['test/engines/**/*.test.ts'], testTimeout: 240_000, hookTimeout: 120_000, fileParallelism: false } },
    ],
  },
});
