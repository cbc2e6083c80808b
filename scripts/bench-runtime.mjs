// What routing and proxying cost in the runtime: CPU time, least of several runs, everything in one process so that
// ratios mean something on a busy machine. Matching is held against asking every rule in order, which is what Traefik
// does. `node scripts/bench-runtime.mjs [--runs N] [--up-to ROUTERS]`.
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { benchProxies } from './bench-proxies.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' }, 'up-to': { type: 'string', default: '100000' }, 'no-proxy': { type: 'boolean', default: false } } });
const RUNS = Number(values.runs);
const SIZES = [10, 1000, 10_000, 100_000].filter((size) => size <= Number(values['up-to']));
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(path.join(root, 'node_modules', '.bench-'));

/** The parts that are measured, bundled from source: the published entry does not show them. */
async function parts() {
  const entry = `
export { createSelector, compileRule, matchRequest, canonicalRequest } from './src/runtime/match/index.ts';
import { serve } from './src/server/index.ts';
const ref = (kind, name) => ({ protocol: 'http', kind, name, namespace: 'file' });
/** As many routers as hosts, one server. */
export async function serveHosts(size, backend, port) {
  const endpoint = { scheme: 'http', host: '127.0.0.1', port: backend, path: '', preservePath: false, weight: 1, origin: 0 };
  const spec = { kind: 'loadBalancer', endpoints: [endpoint], strategy: 'wrr', passHostHeader: true, flushInterval: 100 };
  const service = { service: { ref: ref('service', 's'), spec, middlewares: [], origin: 0, places: new Map(), variables: new Map(), symbol: 's' }, members: [], chain: [] };
  const rule = (at) => ({ kind: 'match', origin: 0, matcher: { kind: 'host', host: { value: 'h' + at + '.test', origin: 0 }, wildcard: true } });
  const plain = Array.from({ length: size }, (_, at) => ({ router: ref('router', 'r' + at), rule: rule(at), ruleText: '', syntax: 'v3', rank: at, priority: 1n, tiedWith: [], chain: [], service, defaultRule: false, synthetic: false, origin: 0, symbol: '' }));
  const entryPoint = { name: 'web', origin: 0, host: '127.0.0.1', port, udp: false, asDefault: false, middlewares: [], forwardedHeaders: { insecure: false, trustedIPs: [], connection: [], notAppendXForwardedFor: false }, sanitizePath: true, encodeQuerySemicolons: false, raw: undefined };
  await serve({ listeners: [{ entryPoint, plain, tls: [], tcp: [] }], certificates: [], tlsOptions: [], tlsStores: [] });
}
`;
  const outfile = path.join(folder, 'parts.mjs');
  await build({ stdin: { contents: entry, resolveDir: root, loader: 'ts' }, outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external', logLevel: 'warning' });
  return import(pathToFileURL(outfile).href);
}

const text = (value) => ({ value, origin: 0 });
const leaf = (matcher) => ({ kind: 'match', origin: 0, matcher });
const host = (name) => leaf({ kind: 'host', host: text(name), wildcard: true });
const prefix = (value) => leaf({ kind: 'pathPrefix', prefix: text(value) });
const header = (value) => leaf({ kind: 'header', name: text('X-Tenant'), value: text(value) });
const and = (...operands) => ({ kind: 'and', operands });

const SHAPES = {
  'path prefix': (at) => prefix(`/app${at}/`),
  'host': (at) => host(`h${at}.test`),
  'host and prefix': (at) => and(host(`h${at % 1000}.test`), prefix(`/app${at}/`)),
  'host, prefix and header': (at) => and(host(`h${at % 1000}.test`), prefix(`/app${at % 100}/`), header(`t${at}`)),
  'wildcard host': (at) => host(`*.h${at}.test`),
};

const ref = (kind, name) => ({ protocol: 'http', kind, name, namespace: 'file' });
function serviceFor(port) {
  const endpoint = { scheme: 'http', host: '127.0.0.1', port, path: '', preservePath: false, weight: 1, origin: 0 };
  const spec = { kind: 'loadBalancer', endpoints: [endpoint], strategy: 'wrr', passHostHeader: true, flushInterval: 100 };
  return { service: { ref: ref('service', 's'), spec, middlewares: [], origin: 0, places: new Map(), variables: new Map(), symbol: 's' }, members: [], chain: [] };
}
const routesOf = (shape, size, port = 1) => {
  const service = serviceFor(port);
  return Array.from({ length: size }, (_, at) => ({ router: ref('router', `r${at}`), rule: shape(at), ruleText: '', syntax: 'v3', rank: at, priority: 1n, tiedWith: [], chain: [], service, defaultRule: false, synthetic: false, origin: 0, symbol: '' }));
};

/** Microseconds of CPU for each turn, the least of all runs. */
function cost(turns, work) {
  let least = Infinity;
  for (let run = 0; run < RUNS; run += 1) {
    const before = process.cpuUsage();
    for (let turn = 0; turn < turns; turn += 1) work(turn);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / turns);
  }
  return least;
}

function benchMatching(lib) {
  console.log(`\nmatching, microseconds of CPU a request, least of ${RUNS} runs`);
  console.log(`${'rules'.padEnd(26)}${SIZES.map((size) => String(size).padStart(12)).join('')}${'scan at 10,000'.padStart(18)}${'ratio'.padStart(9)}${'1k to 100k'.padStart(12)}`);
  for (const [name, shape] of Object.entries(SHAPES)) {
    const cells = [];
    const spentAt = new Map();
    for (const size of SIZES) {
      const select = lib.createSelector(routesOf(shape, size));
      const requests = Array.from({ length: 64 }, (_, index) => fitting(lib, name, Math.floor((size * index) / 64)));
      for (const request of requests) if (select(request).kind === 'none') throw new Error(`${name}: nobody took a request`);
      const spent = cost(20_000, (turn) => select(requests[turn % 64]));
      spentAt.set(size, spent);
      cells.push(spent.toFixed(2).padStart(12));
    }
    const scan = SIZES.includes(10_000) ? scanCost(lib, name, shape) : NaN;
    console.log(`${name.padEnd(26)}${cells.join('')}${scan.toFixed(0).padStart(18)}${`${(scan / (spentAt.get(10_000) ?? NaN)).toFixed(0)}x`.padStart(9)}${`${((spentAt.get(100_000) ?? NaN) / (spentAt.get(1000) ?? NaN)).toFixed(1)}x`.padStart(12)}`);
  }
}

/** A request that router number `at` takes. */
function fitting(lib, name, at) {
  const inGroup = name.startsWith('host,') || name === 'host and prefix' ? at % 1000 : at;
  const tenant = name === 'wildcard host' ? 'a.' : '';
  const arrived = { method: 'GET', target: `/app${name === 'host, prefix and header' ? at % 100 : at}/x`, host: `${tenant}h${inGroup}.test`, headers: [['X-Tenant', `t${at}`]], clientIp: '127.0.0.1' };
  const canonical = lib.canonicalRequest(arrived, { sanitizePath: true, encodeQuerySemicolons: false, engine: '3.7' });
  if (!canonical.ok) throw new Error('refused');
  return lib.matchRequest(canonical.request, 'GET', arrived.headers, '127.0.0.1');
}

function scanCost(lib, name, shape) {
  const tests = routesOf(shape, 10_000).map(({ rule }) => lib.compileRule(rule));
  const requests = Array.from({ length: 16 }, (_, index) => fitting(lib, name, Math.floor((10_000 * index) / 16)));
  return cost(64, (turn) => tests.findIndex((test) => test(requests[turn % 16])));
}

/** Finders of the same path prefixes: ours, and routers that know nothing else. */
async function pathFinders(lib) {
  const peer = async (name, make) => {
    const module = await import(name).catch(() => undefined);
    return module === undefined ? [] : [[name, (paths) => make(module, paths)]];
  };
  return [
    ['gateway', (paths) => {
      const select = lib.createSelector(routesOf((at) => prefix(paths[at]), paths.length));
      return (request) => select(request).kind === 'route';
    }],
    ...await peer('memoirist', (module, paths) => {
      const tree = new module.Memoirist();
      for (const path of paths) tree.add('GET', `${path}*`, path);
      return ({ path }) => tree.find('GET', path) !== null;
    }),
    ...await peer('find-my-way', (module, paths) => {
      const tree = (module.default ?? module)();
      for (const path of paths) tree.on('GET', `${path}*`, () => undefined);
      return ({ path }) => tree.find('GET', path) !== null;
    }),
  ];
}

/** Path prefixes only: the same texts to find, in turn, so that a busy machine is busy for all of them. */
async function benchPeers(lib, when) {
  const finders = await pathFinders(lib);
  const rows = finders.map(() => []);
  for (const size of SIZES) {
    const paths = Array.from({ length: size }, (_, at) => `/app${at}/`);
    const requests = Array.from({ length: 64 }, (_, index) => fitting(lib, 'path prefix', Math.floor((size * index) / 64)));
    const finds = finders.map(([, make]) => make(paths));
    const least = finds.map(() => Infinity);
    for (const [at, find] of finds.entries()) if (!requests.every((request) => find(request))) throw new Error(`${finders[at][0]}: nobody took a request`);
    for (let run = 0; run < RUNS; run += 1) for (const [at, find] of finds.entries()) least[at] = Math.min(least[at], cost(20_000, (turn) => find(requests[turn % 64])));
    for (const [at, row] of rows.entries()) row.push(`${least[at].toFixed(3)} ${at === 0 ? '       ' : `(${(least[0] / least[at]).toFixed(2)}x)`}`.padStart(18));
  }
  console.log(`\npath prefixes only, ${when}; microseconds of CPU a request, and how many times a peer's cost ours is\n${'router'.padEnd(14)}${SIZES.map((size) => String(size).padStart(18)).join('')}`);
  for (const [at, row] of rows.entries()) console.log(`${finders[at][0].padEnd(14)}${row.join('')}`);
}

try {
  const lib = await parts();
  console.log(`Node ${process.version}`);
  await benchPeers(lib, 'before other rules');
  benchMatching(lib);
  await benchPeers(lib, 'after other rules');
  if (!values['no-proxy']) await benchProxies({ folder, root, partsFile: path.join(folder, 'parts.mjs'), runs: RUNS, sizes: [10, 1000, 10_000].filter((count) => count <= Number(values['up-to'])) });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
