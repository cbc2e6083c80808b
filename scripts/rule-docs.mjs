// The pages of docs/rules/: made from each rule's meta, every example's output from a run of the linter.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const ENTRY = `
export { load } from './src/compile/load.ts';
export { allRules, lint } from './src/compile/lint.ts';
export { toReport } from './src/compile/to-report.ts';
export { EMPTY_CONFIG } from './src/config/config.ts';
export { text } from './src/diagnostics/formatters/text.ts';
export { plainPaint } from './src/diagnostics/index.ts';
`;

/** The sources, bundled for this Node and loaded. */
async function library() {
  const folder = mkdtempSync(join(root, 'node_modules', '.gateway-docs-'));
  try {
    const outfile = join(folder, 'library.mjs');
    await build({ stdin: { contents: ENTRY, resolveDir: root }, outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20', packages: 'external', define: { __GATEWAY_VERSION__: '"0.0.0"' }, loader: { '.yml': 'text' }, logLevel: 'warning' });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An example without the lines that mark places, as it is read. */
function unmarked(files) {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text.split('\n').filter((line) => !/^# *\^+ [a-z0-9-]+$/.test(line)).join('\n')]));
}

function lintExample(api, example) {
  const files = unmarked(example.files);
  const clean = (path) => path.replace(/^\.\//, '');
  const host = {
    readFile: (path) => files[clean(path)],
    listFolder: (folder) => {
      const prefix = folder === '.' || clean(folder) === '' ? '' : `${clean(folder).replace(/\/$/, '')}/`;
      const names = Object.keys(files).filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length).split('/')[0]);
      return names.length === 0 && prefix !== '' ? undefined : [...new Set(names)].sort();
    },
  };
  const versions = example.version === undefined ? {} : { versions: [example.version] };
  const stacks = files['compose.yml'] === undefined ? [] : [{ files: ['compose.yml'], variables: new Map(), workingDirectory: '/shop' }];
  const spec = files['gateway.yaml'] === undefined ? {} : { spec: { files: ['gateway.yaml'], variables: new Map() } };
  const rawdata = files['rawdata.json'] === undefined ? {} : { rawdata: { path: 'rawdata.json', text: files['rawdata.json'] } };
  const input = { gateways: [{ name: 'default', stacks, ...spec, ...rawdata, dynamic: [], ...versions }], declared: true, host, overrides: { endpoints: [], entryPoints: new Map() } };
  const loaded = api.load(input);
  const { diagnostics, skipped } = api.lint(loaded, { config: api.EMPTY_CONFIG, rules: new Map(), declared: true });
  return { files, report: api.toReport('gateway.lint/1', diagnostics, skipped, loaded) };
}

function fence(text, language = '') {
  const marks = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${marks}${language}\n${text.replace(/\n+$/, '')}\n${marks}\n`;
}

function exampleText(api, rule, example, good) {
  const { files, report } = lintExample(api, example);
  const sources = Object.entries(files).map(([name, text]) => `${Object.keys(files).length > 1 ? `\`${name}\`:\n\n` : ''}${fence(text, name.endsWith('.env') ? '' : 'yaml')}`).join('\n');
  if (good) return `#### ${sentence(example.title)}\n\n${sources}`;
  const own = { ...report, findings: report.findings.filter((finding) => finding.rule === rule.id) };
  if (own.findings.length === 0) {
    console.error(`${rule.id}: the example "${example.title}" has no finding`);
    process.exitCode = 1;
  }
  const said = api.text.format(own, { width: 100, paint: api.plainPaint, quiet: false }).split('\n').slice(0, -2).join('\n');
  return `#### ${sentence(example.title)}\n\n${sources}\n${fence(said, 'text')}`;
}

function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function traits({ severity, blocking, fix, category, since }) {
  const level = blocking ? `**${severity}**, blocking: \`build\` refuses on it, and nothing switches it off` : `**${severity}**`;
  const fixes = { safe: 'fixed by `gateway lint --fix`', unsafe: 'fixed by `gateway lint --fix-unsafe`' }[fix];
  return [level, category, ...(fixes === undefined ? [] : [fixes]), ...(since === undefined ? [] : [`since ${since}`])].join('; ');
}

function page(api, rule) {
  const { summary, why, bad, good, blocking } = rule.meta;
  const badText = bad.length === 0 ? '' : `## Found\n\n${bad.map((example) => exampleText(api, rule, example, false)).join('\n')}\n`;
  const goodText = good.length === 0 ? '' : `## Not found\n\n${good.map((example) => exampleText(api, rule, example, true)).join('\n')}\n`;
  const silence = blocking ? '' : `## Turn it down\n\n${fence(`# gateway-ignore ${rule.id} -- why this is right here`, 'yaml')}\non the line or alone on the line above; \`rules: { ${rule.id}: off }\` in gateway.config.yaml for all of it. See [control](../lint.md#control).\n`;
  return `<!-- Generated by scripts/registry.mjs from src/checks: do not edit. -->\n# ${rule.id}\n\n${sentence(summary)}.\n\n${traits(rule.meta)}.\n\n${why}\n\n${badText}${goodText}${silence}`.replace(/\n{3,}/g, '\n\n').replace(/\n+$/, '\n');
}

function index(api) {
  const row = ({ id, meta }) => `| [${id}](${id}.md) | ${meta.severity}${meta.blocking ? ', blocking' : ''} | ${meta.fix ?? ''} | ${meta.summary.replaceAll('|', '\\|')} |`;
  const part = (category, title) => `## ${title}\n\n| rule | severity | fix | finds |\n|---|---|---|---|\n${api.allRules.filter(({ meta }) => meta.category === category).map(row).join('\n')}\n`;
  const titles = { correctness: 'What is wrong', security: 'What is open', suspicious: 'What is odd', style: 'What is untidy' };
  const parts = Object.entries(titles).filter(([category]) => api.allRules.some(({ meta }) => meta.category === category)).map(([category, title]) => part(category, title));
  return `<!-- Generated by scripts/registry.mjs from src/checks: do not edit. -->\n# Rules\n\n${api.allRules.length} rules. \`gateway rules ID\` shows a page in the terminal. The output under each example is from a run. What a problem costs decides its weight: a row's severity is the usual one.\n\n${parts.join('\n')}`;
}

/** Text by path of all pages. */
export async function ruleDocs() {
  const api = await library();
  const pages = api.allRules.map((rule) => [`docs/rules/${rule.id}.md`, page(api, rule)]);
  return Object.fromEntries([['docs/rules/README.md', index(api)], ...pages]);
}
