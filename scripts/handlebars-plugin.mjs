// Templates become JavaScript when the package is built: only the small Handlebars runtime is loaded by a user, and a template
// that does not parse fails the build. The same function serves the bundler and the tests.
import { readFile } from 'node:fs/promises';
import Handlebars from 'handlebars';

/**
 * Strict: a name that the data lacks is an error, never an empty text. Nothing is escaped for HTML and nothing is indented
 * behind the back of a template; a helper that is not handed over is an error too.
 */
const OPTIONS = { strict: true, noEscape: true, preventIndent: true, explicitPartialContext: true };

/** The module of a template: its default export is the compiled function, which loads the Handlebars runtime when it is first called. */
export function templateModule(source) {
  return [
    "import { createRequire } from 'node:module';",
    'let render;',
    `const make = () => createRequire(import.meta.url)('handlebars/runtime.js').template(${Handlebars.precompile(source, OPTIONS)});`,
    'export default (data, options) => (render ??= make())(data, options);',
    '',
  ].join('\n');
}

/** For esbuild. */
export const esbuildTemplates = {
  name: 'handlebars',
  setup(build) {
    build.onLoad({ filter: /\.hbs$/ }, async ({ path }) => ({ contents: templateModule(await readFile(path, 'utf8')), loader: 'js' }));
  },
};

/** For vite and vitest. */
export const viteTemplates = {
  name: 'handlebars',
  enforce: 'pre',
  transform(source, id) {
    return id.endsWith('.hbs') ? { code: templateModule(source), map: null } : undefined;
  },
};
