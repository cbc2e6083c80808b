// What the emitted nginx configuration costs: CPU of the worker per request and the time of `nginx -t`, beside a configuration that a
// person would write for the same gateway, and real Traefik on that gateway where it is installed. Many short runs in turn: of the
// two that follow each other the ratio is taken, and the median of all ratios; the least of each side stands beside it, since whatever
// else a machine does only adds to a run. `node scripts/bench-nginx.mjs [--routers 10,1000,10000] [--requests N] [--runs N]
// [--engine nginx122]`, after `npm run build` and `npm run engines`.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { routers: { type: 'string', default: '10,1000,10000' }, requests: { type: 'string', default: '2000' }, engine: { type: 'string', default: 'nginx122' }, runs: { type: 'string', default: '30' } } });
const root = new URL('..', import.meta.url).pathname;
const engines = JSON.parse(readFileSync(join(root, '.engines/engines.json'), 'utf8'));
const engine = engines[values.engine];
const binary = join(root, engine.path);
const { build, load } = await import(join(root, 'dist/index.js'));

/** Ten prefixes to a host, an endpoint each. */
function gateway(count, backend, port) {
  const routers = {};
  const services = {};
  for (let index = 0; index < count; index += 1) {
    routers[`r${index}`] = { rule: `Host(\`h${Math.floor(index / 10)}.example.test\`) && PathPrefix(\`/p${index % 10}\`)`, entryPoints: ['web'], service: `s${index}` };
    services[`s${index}`] = { loadBalancer: { servers: [{ url: `http://127.0.0.1:${backend}` }] } };
  }
  return { static: JSON.stringify({ entryPoints: { web: { address: `127.0.0.1:${port}` } }, providers: { file: { filename: 'dynamic.yml' } } }), dynamic: JSON.stringify({ http: { routers, services } }) };
}

function emitted(count, backend, port) {
  const files = gateway(count, backend, port);
  const host = { readFile: (path) => ({ 'traefik.yml': files.static, 'dynamic.yml': files.dynamic })[path], listFolder: () => undefined };
  const none = { endpoints: [], entryPoints: new Map() };
  const loaded = load({ gateways: [{ name: 'default', stacks: [], static: 'traefik.yml', dynamic: ['dynamic.yml'], versions: ['3.7'] }], declared: true, host, overrides: none });
  const result = build(loaded, { targets: ['nginx'], versions: new Map([['nginx', engine.version]]), allowances: new Map(), inlineSecrets: false, settings: {}, overrides: none });
  const [built] = result.built;
  if (built?.files === undefined) throw new Error(JSON.stringify([...result.diagnostics, ...(built?.diagnostics ?? [])].slice(0, 3)));
  return built.files;
}

/** The same routes and headers as somebody would write them down. */
function handWritten(count, backend, port) {
  const servers = [];
  for (let host = 0; host * 10 < count; host += 1) {
    const locations = Array.from({ length: Math.min(10, count - host * 10) }, (_, index) => `        location /p${index} { proxy_pass http://127.0.0.1:${backend}; }`);
    servers.push(`    server {\n        listen 127.0.0.1:${port};\n        server_name h${host}.example.test;\n        location / { return 404; }\n${locations.join('\n')}\n    }`);
  }
  const hash = 2 ** Math.ceil(Math.log2(Math.max(512, count * 4)));
  const text = `worker_processes auto;\npid nginx.pid;\nerror_log stderr;\nevents { }\nhttp {
    client_body_temp_path client_temp; proxy_temp_path proxy_temp; fastcgi_temp_path fastcgi_temp; uwsgi_temp_path uwsgi_temp; scgi_temp_path scgi_temp;
    access_log off; server_names_hash_max_size ${hash}; client_max_body_size 0;
    proxy_http_version 1.1; proxy_buffering off; proxy_request_buffering off;
    map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
    proxy_set_header Host $http_host;
    proxy_set_header Connection $connection_upgrade;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Host $http_host;
    proxy_set_header X-Forwarded-Port $server_port;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-Server $hostname;
    proxy_set_header X-Real-Ip $remote_addr;
    server { listen 127.0.0.1:${port} default_server; server_name _; return 404; }
${servers.join('\n')}\n}\n`;
  return [{ path: 'nginx.conf', text }];
}

function writeAll(files) {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  for (const { path, text } of files) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function test(folder) {
  const begin = process.hrtime.bigint();
  const done = spawnSync(binary, ['-t', '-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

async function start(folder, port) {
  const child = spawn(binary, ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr', '-g', 'daemon off;'], { stdio: 'ignore' });
  await untilOpen(port);
  return { child, workers: () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && parentOf(pid) === child.pid) };
}

/** Traefik on the gateway itself; it answers before it has read its file, with 404. */
async function startTraefik(folder, port) {
  const child = spawn(join(root, engines.traefik.path), ['--configFile=traefik.yml'], { cwd: folder, stdio: 'ignore' });
  await untilOpen(port);
  for (let tries = 0; tries < 600; tries += 1) {
    try {
      await ask(port, 1, 1);
      break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return { child, workers: () => readdirSync(`/proc/${child.pid}/task`).map((thread) => `${child.pid}/task/${thread}`) };
}

function parentOf(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')[1]);
  } catch {
    return 0;
  }
}

async function untilOpen(port) {
  for (let tries = 0; tries < 600 && !(await open(port)); tries += 1) await new Promise((resolve) => setTimeout(resolve, 50));
}

function open(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(socket.destroy() !== undefined));
    socket.once('error', () => resolve(false));
  });
}

/** Nanoseconds on a processor, by the kernel's own account. */
function cpu(workers) {
  return workers.reduce((sum, pid) => sum + Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]), 0);
}

/** Requests in turn over kept connections, spread over all routers. */
async function ask(port, count, routers) {
  const connections = 16;
  let left = count;
  let bad = 0;
  await Promise.all(Array.from({ length: connections }, (_, seed) => new Promise((resolve) => {
    let state = seed + 1;
    // A connection ends after so many requests; the next one goes on.
    const begin = () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      const next = () => {
        if (left <= 0) return resolve(socket.destroy());
        left -= 1;
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        const router = state % routers;
        socket.write(`GET /p${router % 10}/item?x=1 HTTP/1.1\r\nHost: h${Math.floor(router / 10)}.example.test\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n`);
      };
      socket.on('data', (chunk) => {
        const text = chunk.toString('latin1');
        if (!text.startsWith('HTTP/1.1 200')) bad += 1;
        if (/\r\nConnection: close\r\n/i.test(text)) {
          socket.destroy();
          begin();
        } else next();
      });
      socket.on('error', () => {
        bad += 1;
        resolve(undefined);
      });
      socket.on('connect', next);
    };
    begin();
  })));
  if (bad > 0) throw new Error(`${bad} requests were not answered 200`);
}

/** One answer for whatever comes. */
async function backendServer() {
  const folder = writeAll([]);
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), `worker_processes 1; pid nginx.pid; events { } http { access_log off; keepalive_requests 1000000; client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c; uwsgi_temp_path d; scgi_temp_path e; server { listen 127.0.0.1:${port}; location / { return 200 "ok"; } } }`);
  return { folder, port, ...(await start(folder, port)) };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
const backend = await backendServer();
console.log(`nginx ${engine.version}, ${values.requests} requests a run, ${values.runs} interleaved runs`);
console.log('routers  emitted us  by hand us  ratio of these least  median ratio of neighbours (middle half)  nginx -t ms (emitted, by hand)  Traefik us');
for (const count of values.routers.split(',').map(Number)) {
  const [one, two] = [await freePort(), await freePort()];
  const sides = [{ port: one, folder: writeAll(emitted(count, backend.port, one)) }, { port: two, folder: writeAll(handWritten(count, backend.port, two)) }];
  const times = sides.map(({ folder }) => median([test(folder), test(folder), test(folder)]));
  for (const side of sides) Object.assign(side, await start(side.folder, side.port), { costs: [] });
  if (engines.traefik !== undefined) {
    const port = await freePort();
    const files = gateway(count, backend.port, port);
    const folder = writeAll([{ path: 'traefik.yml', text: files.static }, { path: 'dynamic.yml', text: files.dynamic }]);
    sides.push({ port, folder, ...(await startTraefik(folder, port)), costs: [] });
  }
  for (const side of sides) await ask(side.port, 2000, count);
  for (let run = 0; run < Number(values.runs); run += 1) {
    // The two take turns at being first, and with Traefik in between none runs twice in a row: it would find its own data in the caches.
    const [first, second, ...others] = sides;
    for (const side of run % 2 === 0 ? [first, second, ...others] : [second, first, ...others]) {
      const before = cpu(side.workers());
      await ask(side.port, Number(values.requests), count);
      side.costs.push((cpu(side.workers()) - before) / Number(values.requests) / 1000);
    }
  }
  const [emittedSide, handSide] = sides;
  const [emittedCost, handCost, traefikCost] = sides.map(({ costs }) => Math.min(...costs));
  const ratios = emittedSide.costs.map((cost, run) => cost / handSide.costs[run]).toSorted((a, b) => a - b);
  const at = (share) => (ratios[Math.floor((ratios.length - 1) * share)] ?? 0).toFixed(3);
  console.log(`${String(count).padStart(7)}  ${emittedCost.toFixed(1).padStart(10)}  ${handCost.toFixed(1).padStart(10)}  ${(emittedCost / handCost).toFixed(3)}  ${at(0.5)} (${at(0.25)} to ${at(0.75)})  ${times.map((time) => time.toFixed(0)).join(', ')}  ${traefikCost?.toFixed(1) ?? 'not installed'}`);
  for (const { child, folder } of sides) {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    rmSync(folder, { recursive: true, force: true });
  }
}
backend.child.kill('SIGTERM');
rmSync(backend.folder, { recursive: true, force: true });
