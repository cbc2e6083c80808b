// CPU of proxies for each request, all in one run: this one, real Traefik and nginx, other proxies for Node where they are installed.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { connect, createServer as createSocket } from 'node:net';
import path from 'node:path';

const HEADS = 'X-Forwarded-For $proxy_add_x_forwarded_for';
const PEERS = {
  'http-proxy': "import proxy from 'http-proxy'; const p = proxy.createProxyServer({ target, agent, xfwd: true }); listen((q, r) => p.web(q, r));",
  httpxy: "import { createProxyServer } from 'httpxy'; const p = createProxyServer({ target, agent, xfwd: true }); listen((q, r) => p.web(q, r));",
  'fast-proxy': "import fast from 'fast-proxy'; const { proxy } = fast({ base: target }); listen((q, r) => proxy(q, r, q.url, {}));",
};

/** Nanoseconds on a processor of a process, its threads and its children, by the kernel's own account. */
function cpuOf(pid) {
  const threads = (id) => readdirSync(`/proc/${id}/task`).reduce((sum, thread) => sum + Number(read(`/proc/${id}/task/${thread}/schedstat`)?.split(' ')[0] ?? 0), 0);
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((name) => Number(read(`/proc/${name}/stat`)?.split(') ')[1].split(' ')[1]) === pid);
  return [pid, ...children].reduce((sum, id) => sum + threads(id), 0);
}

function freePort() {
  return new Promise((resolve) => {
    const server = createSocket().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function launch(command, args, port) {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => void (said = (said + chunk).slice(-2000)));
  const stop = () => new Promise((done) => {
    if (child.exitCode !== null) return done();
    child.once('exit', done);
    child.kill('SIGTERM');
  });
  for (let turn = 0; turn < 600; turn += 1) {
    if (child.exitCode !== null) throw new Error(`${command}: ${said}`);
    if ((await status(port, 'h1.test').catch(() => 0)) === 200) return { pid: child.pid, port, stop };
    await new Promise((done) => setTimeout(done, 100));
  }
  await stop();
  throw new Error(`${command} never answered: ${said}`);
}

function status(port, host) {
  return new Promise((resolve, reject) => request({ host: '127.0.0.1', port, headers: { Host: host }, agent: false }, (response) => resolve(response.resume().statusCode)).once('error', reject).end());
}

/** How each proxy is started with `size` routers for hosts. */
function proxies({ folder, root, partsFile, backend }) {
  const known = JSON.parse(read(path.join(root, '.engines/engines.json')) ?? '{}');
  const engine = (name) => (known[name] === undefined ? undefined : path.join(root, known[name].path));
  const file = (name, text) => {
    const full = path.join(folder, name);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
    return full;
  };
  const node = async (name, body, port) => launch(process.execPath, [file(`${name}.mjs`, body)], port);
  const own = async (size) => {
    const port = await freePort();
    return node('own', `import { serveHosts } from ${JSON.stringify(partsFile)};\nawait serveHosts(${String(size)}, ${String(backend)}, ${String(port)});\n`, port);
  };
  const traefik = async (size) => {
    const port = await freePort();
    const routers = Object.fromEntries(Array.from({ length: size }, (_, at) => [`r${String(at)}`, { rule: `Host(\`h${String(at)}.test\`)`, service: 's' }]));
    const dynamic = file('traefik/dynamic.yml', JSON.stringify({ http: { routers, services: { s: { loadBalancer: { servers: [{ url: `http://127.0.0.1:${String(backend)}` }] } } } } }));
    const config = file('traefik/traefik.yml', JSON.stringify({ entryPoints: { web: { address: `127.0.0.1:${String(port)}` } }, providers: { file: { filename: dynamic } }, global: { checkNewVersion: false, sendAnonymousUsage: false } }));
    return launch(engine('traefik'), [`--configFile=${config}`], port);
  };
  const nginx = async (size) => {
    const port = await freePort();
    const servers = Array.from({ length: size }, (_, at) => `server { listen 127.0.0.1:${String(port)}; server_name h${String(at)}.test; location / { proxy_pass http://s; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header ${HEADS}; } }`);
    const names = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
    const config = file('nginx.conf', `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr error; events {} http { ${names} access_log off; server_names_hash_max_size 65536; server_names_hash_bucket_size 128; keepalive_requests 1000000; upstream s { server 127.0.0.1:${String(backend)}; keepalive 32; } ${servers.join('\n')} }`);
    return launch(engine('nginx131') ?? engine('nginx122'), ['-p', folder, '-c', config], port);
  };
  const caddy = async (size) => {
    const port = await freePort();
    const upstreams = [{ dial: `127.0.0.1:${String(backend)}` }];
    const routes = Array.from({ length: size }, (_, at) => ({ match: [{ host: [`h${String(at)}.test`] }], handle: [{ handler: 'reverse_proxy', upstreams }] }));
    const config = file('caddy.json', JSON.stringify({ admin: { disabled: true }, apps: { http: { servers: { web: { listen: [`127.0.0.1:${String(port)}`], automatic_https: { disable: true }, routes } } } } }));
    return launch(engine('caddy'), ['run', '--config', config], port);
  };
  const peer = (name) => async () => {
    const port = await freePort();
    const head = `import http from 'node:http';\nconst target = 'http://127.0.0.1:${String(backend)}';\nconst agent = new http.Agent({ keepAlive: true });\nconst listen = (handle) => http.createServer(handle).listen(${String(port)}, '127.0.0.1');\n`;
    const body = PEERS[name];
    const imported = /^(import .*?;)/.exec(body)[0];
    return node(name, `${imported}\n${head}${body.slice(imported.length)}\n`, port);
  };
  return { gateway: { start: own }, 'Traefik': { start: traefik, missing: engine('traefik') === undefined }, nginx: { start: nginx, missing: (engine('nginx131') ?? engine('nginx122')) === undefined }, Caddy: { start: caddy, missing: engine('caddy') === undefined }, ...Object.fromEntries(Object.keys(PEERS).map((name) => [name, { start: peer(name), once: true, missing: !isInstalled(root, name) }])) };
}

function isInstalled(root, name) {
  return read(path.join(root, 'node_modules', name, 'package.json')) !== undefined;
}

function read(name) {
  try {
    return readFileSync(name, 'utf8');
  } catch {
    return undefined;
  }
}

const REQUESTS = 4000;
/** Just-in-time compilers and pools need some before they are what they stay. */
const WARM_UP = 20_000;

/** Prints one line for each proxy: microseconds of its own CPU a request, at each number of routers. */
export async function benchProxies({ folder, root, partsFile, runs, sizes }) {
  const answering = createServer((_, response) => response.end('ok'));
  await new Promise((done) => answering.listen(0, '127.0.0.1', done));
  const all = proxies({ folder, root, partsFile, backend: answering.address().port });
  console.log(`\nproxying, microseconds of the proxy's own CPU a request (user and system, all threads), least of ${String(runs)} runs of ${String(REQUESTS)}`);
  console.log(`${'proxy'.padEnd(16)}${sizes.map((size) => `${String(size)} hosts`.padStart(15)).join('')}`);
  const least = Object.fromEntries(Object.keys(all).map((name) => [name, sizes.map(() => NaN)]));
  try {
    for (const [at, size] of sizes.entries()) {
      const running = [];
      try {
        for (const [name, { start, once, missing }] of Object.entries(all)) if (missing !== true && (once !== true || at === 0)) running.push([name, await start(size)]);
        for (const [, { port }] of running) await rounds(port, size, WARM_UP);
        // In turn, so that what else the machine does meets all of them.
        for (let run = 0; run < runs; run += 1) for (const [name, { pid, port }] of running) {
          const before = cpuOf(pid);
          await rounds(port, size, REQUESTS);
          const spent = (cpuOf(pid) - before) / 1000 / REQUESTS;
          if (!(least[name][at] <= spent)) least[name][at] = spent;
        }
      } finally {
        await Promise.all(running.map(([, { stop }]) => stop()));
      }
    }
    for (const [name, cells] of Object.entries(least)) console.log(`${name.padEnd(16)}${all[name].missing === true ? '  not installed' : cells.map((cell) => (Number.isNaN(cell) ? '-' : cell.toFixed(0)).padStart(15)).join('')}`);
    const [own, other] = [least.gateway, least.Traefik];
    console.log(`${'of Traefik'.padEnd(16)}${own.map((cell, at) => `${(cell / other[at]).toFixed(2)}x`.padStart(15)).join('')}`);
  } finally {
    answering.closeAllConnections();
    await new Promise((done) => answering.close(done));
  }
}

/** Requests over sixteen connections, each one's next when its answer is there. */
function rounds(port, size, count) {
  let left = count;
  let next = 0;
  const one = () => new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const ask = () => {
      if (left <= 0) return resolve(void socket.destroy());
      left -= 1;
      next += 7919;
      socket.write(`GET /x HTTP/1.1\r\nHost: h${String(next % size)}.test\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n`);
    };
    socket.on('connect', ask).on('error', reject).on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (!/\r\n\r\n(?:ok|[\s\S]*\r\n0\r\n\r\n)$/.test(text)) return;
      if (!text.startsWith('HTTP/1.1 200')) return reject(new Error(text.slice(0, 200)));
      text = '';
      ask();
    }).on('close', () => reject(new Error('a proxy closed the connection')));
  });
  return Promise.all(Array.from({ length: 16 }, one));
}
