// What reading a gateway.yaml of 1,000 routes costs: CPU time in one process, against reading the same text with places by the
// `yaml` package and by our own parser. Each is run in turn, the least of all runs counts. Ends with 1 where reading costs
// more than 1.3 times what the package does. `node scripts/bench-spec.mjs [ROUTES]`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { LineCounter, parseDocument } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const ROUTES = Number(process.argv[2] ?? 1000) || 1000;
const RUNS = 30;
const LIMIT = 1.3;

/** The reader and what it stands on, from source. */
async function modules() {
  const folder = mkdtempSync(join(root, 'node_modules', '.bench-spec-'));
  try {
    const entry = join(folder, 'entry.ts');
    const from = (path) => JSON.stringify(join(root, 'src', path));
    writeFileSync(entry, `export { parseYaml } from ${from('text/yaml/index.ts')};\nexport { Origins, SourceFile } from ${from('text/index.ts')};\nexport { readGatewayYaml } from ${from('sources/gateway-yaml/index.ts')};\nexport { loadSpec } from ${from('compile/spec.ts')};\n`);
    const outfile = join(folder, 'spec.mjs');
    await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20', packages: 'external', logLevel: 'warning' });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A host, a path, a pool and two middlewares each. */
function routes(count) {
  const lines = ['entryPoints: { web: 80 }', 'routes:'];
  for (let index = 0; index < count; index += 1) lines.push(`  r${index}:`, `    host: r${index}.example.com`, `    path: /p${index}/**`, `    to: web${index}:8080`, '    use: [strip, { headers: { frameDeny: true } }]', `    priority: ${index + 1}`);
  return `${[...lines, 'middlewares: { strip: { stripPrefix: /a } }'].join('\n')}\n`;
}

const { parseYaml, Origins, SourceFile, readGatewayYaml, loadSpec } = await modules();
const text = routes(ROUTES);
const input = { files: ['gateway.yaml'], variables: new Map() };
const host = { readFile: (path) => (path === 'gateway.yaml' ? text : undefined), listFolder: () => undefined };
const jobs = {
  'yaml package, with places': () => parseDocument(text, { lineCounter: new LineCounter() }),
  'our parser': () => parseYaml(new SourceFile('gateway.yaml', text), new Origins()),
  'gateway.yaml read and checked': () => readGatewayYaml(input, [], host, new Origins()),
  'and decoded by the option tables': () => loadSpec(input, [], host, new Origins()),
};

const best = new Map(Object.keys(jobs).map((name) => [name, Infinity]));
for (let run = 0; run < RUNS; run += 1) {
  for (const [name, job] of Object.entries(jobs)) {
    const before = process.cpuUsage();
    job();
    const { user, system } = process.cpuUsage(before);
    best.set(name, Math.min(best.get(name), (user + system) / 1000));
  }
}
const base = best.get('yaml package, with places');
console.log(`${ROUTES} routes of a gateway.yaml, least of ${RUNS} runs`);
for (const [name, cpu] of best) console.log(`${name.padEnd(34)}${cpu.toFixed(1).padStart(8)} ms${(cpu / base).toFixed(2).padStart(8)}x`);
if (Math.max(best.get('gateway.yaml read and checked'), best.get('and decoded by the option tables')) / base > LIMIT) {
  console.error(`more than ${LIMIT} times the YAML package`);
  process.exitCode = 1;
}
