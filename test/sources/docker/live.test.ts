import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { discoverDocument, discoverText } from '../../../src/compile/discover.ts';
import { lint } from '../../../src/compile/lint.ts';
import { load } from '../../../src/compile/load.ts';
import { toReport } from '../../../src/compile/to-report.ts';
import type { Loaded } from '../../../src/compile/types.ts';
import { waitFor } from '../../../src/engines/wait.ts';
import { chooseHosts, readLive, watchHosts, type HostChoice, type LiveRead } from '../../../src/sources/docker/index.ts';
import { inspection, listEntry, type FakeContainer } from '../../support/docker-container.ts';
import { selfSigned } from '../../support/test-certificate.ts';

/** The reader against Docker APIs of our own making. About 3 s. */
const container = (name: string): FakeContainer => ({ name, labels: { 'traefik.enable': 'true' }, ports: ['80/tcp'], networks: { n: '10.0.0.2' } });

type Answers = (path: string, request: IncomingMessage, response: ServerResponse) => unknown;

/** Answers as the function says; undefined = the function has answered itself, null = 404. */
function handler(answers: Answers, asked: string[]): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const answer = answers((request.url ?? '').replace(/\?.*/, ''), request, response);
    if (answer === undefined) return;
    response.statusCode = answer === null ? 404 : 200;
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(answer ?? { message: 'no such thing' }));
  };
}

async function listening(server: Server, where: string | number): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(where, typeof where === 'number' ? () => resolve() : resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function api(answers: Answers): Promise<{ readonly endpoint: string; readonly asked: readonly string[]; readonly socket: string }> {
  const socket = join(folder(), 'd.sock');
  const asked: string[] = [];
  await listening(createServer(handler(answers, asked)), socket);
  return { endpoint: `unix://${socket}`, asked, socket };
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'gw-live-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A daemon with these containers. */
function daemon(containers: readonly FakeContainer[]): Answers {
  return (path) => {
    if (path === '/info') return { Swarm: { LocalNodeState: 'inactive', ControlAvailable: false } };
    if (path === '/containers/json') return containers.map(listEntry);
    return containers.filter((one) => path === `/containers/${Buffer.from(one.name).toString('hex').padEnd(64, '0')}/json`).map(inspection)[0] ?? null;
  };
}

describe('reading hosts', () => {
  it('asks with GET only, and takes all containers, running or not', async () => {
    const { endpoint, asked } = await api(daemon([container('a'), { ...container('b'), state: 'exited' }]));
    const { seen, failed } = await readLive([{ name: 'edge', endpoint }]);
    expect(failed).toEqual([]);
    expect(seen).toMatchObject([{ host: 'edge', complete: true, containers: [{ name: 'a', status: 'running' }, { name: 'b', status: 'exited' }] }]);
    expect(asked.filter((line) => !line.startsWith('GET '))).toEqual([]);
    expect(asked).toContain('GET /containers/json?all=true');
  });

  it("asks Docker for a container only where its list does not say all, and another program for each", async () => {
    const containers = [container('a'), { ...container('b'), state: 'exited' }, { ...container('edge'), image: 'traefik:v3.7' }];
    const ofDocker = await api((path, request, response) => (path === '/version' ? { Components: [{ Name: 'Engine' }, { Name: 'containerd' }] } : daemon(containers)(path, request, response)));
    const ofPodman = await api((path, request, response) => (path === '/version' ? { Components: [{ Name: 'Podman Engine' }] } : daemon(containers)(path, request, response)));
    const { seen } = await readLive([{ name: 'edge', endpoint: ofDocker.endpoint }, { name: 'edge', endpoint: ofPodman.endpoint }]);
    expect(seen[0]?.containers.map(({ name }) => name)).toEqual(['a', 'b', 'edge']);
    expect(seen[1]).toEqual(seen[0]);
    const inspected = (asked: readonly string[]): number => asked.filter((line) => /^GET \/containers\/\w+\/json$/.test(line)).length;
    expect([inspected(ofDocker.asked), inspected(ofPodman.asked)]).toEqual([2, 3]);
  });

  it('reads containers through a proxy that lets nothing else through, and says what it does not know', async () => {
    const { endpoint } = await api((path, request, response) => {
      if (path.startsWith('/containers/')) return daemon([container('a')])(path, request, response);
      response.writeHead(403).end('forbidden');
      return undefined;
    });
    const { seen, failed } = await readLive([{ name: 'edge', endpoint }]);
    expect(failed).toEqual([]);
    expect(seen).toMatchObject([{ complete: false, unseen: ['services of a Swarm: the answer was 403'], containers: [{ name: 'a' }] }]);
  });

  it('goes on without a container that went away meanwhile, and says so', async () => {
    const whole = daemon([container('a'), container('gone')]);
    const { endpoint } = await api((path, request, response) => (path.includes(Buffer.from('gone').toString('hex')) ? null : whole(path, request, response)));
    const { seen } = await readLive([{ name: 'edge', endpoint }]);
    expect(seen).toMatchObject([{ complete: false, unseen: ['container gone: gone while it was read'], containers: [{ name: 'a' }] }]);
  });

  it('tells of each host that cannot be read, and reads the others', async () => {
    const { endpoint } = await api(daemon([container('a')]));
    const silent = await api(() => undefined);
    const refusing = await api((_path, _request, response) => void response.writeHead(500).end());
    const { seen, failed } = await readLive([{ name: 'none', endpoint: 'unix:///tmp/gw-there-is-none.sock' }, { name: 'silent', endpoint: silent.endpoint }, { name: 'good', endpoint }, { name: 'refusing', endpoint: refusing.endpoint }, { name: 'closed', endpoint: 'tcp://127.0.0.1:1' }], { timeoutMs: 1000 });
    expect(seen.map(({ host }) => host)).toEqual(['good']);
    expect(failed).toEqual([
      { host: 'none', why: 'there is no socket at /tmp/gw-there-is-none.sock' }, { host: 'silent', why: 'no answer within 1 s' }, { host: 'refusing', why: 'the answer was 500' }, { host: 'closed', why: 'nobody listens there' },
    ]);
  });

  it('is not led astray by what the environment says of another host', async () => {
    const { endpoint } = await api(daemon([container('a')]));
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await readLive([{ name: 'edge', endpoint }])).failed).toEqual([]);
  });

  it('speaks TLS with the files of a context, and trusts nobody else', async () => {
    const { cert, key } = selfSigned('localhost');
    const port = await listening(createTlsServer({ cert, key }, handler(daemon([container('a')]), [])), 0);
    const endpoint = `tcp://localhost:${String(port)}`;
    expect((await readLive([{ name: 'known', endpoint, tls: { ca: cert, verify: true } }])).seen[0]?.containers.map(({ name }) => name)).toEqual(['a']);
    expect((await readLive([{ name: 'unknown', endpoint, tls: { verify: true } }])).failed[0]?.why).toMatch(/self.signed/i);
    expect((await readLive([{ name: 'unchecked', endpoint, tls: { verify: false } }])).failed).toEqual([]);
  });

  it("goes through the user's own ssh, which gets nothing to mistake for an option", async () => {
    const { socket } = await api(daemon([container('a'), container('b')]));
    const bin = folder();
    const relay = `const n=require("net").connect(${JSON.stringify(socket)});process.stdin.pipe(n).pipe(process.stdout)`;
    writeFileSync(join(bin, 'ssh'), `#!/bin/sh\necho "$@" >>"${bin}/calls"\ncase "$*" in *closed.test*) echo "Host key verification failed." >&2; exit 255;; esac\nexec "${process.execPath}" -e '${relay}'\n`);
    chmodSync(join(bin, 'ssh'), 0o755);
    vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { seen, failed } = await readLive([{ name: 'edge', endpoint: 'ssh://me@edge.test:2222' }, { name: 'closed', endpoint: 'ssh://closed.test' }]);
    expect(seen[0]?.containers.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(failed).toEqual([{ host: 'closed', why: 'Host key verification failed.' }]);
    expect(readFileSync(join(bin, 'calls'), 'utf8').split('\n')).toContain('-o BatchMode=yes -o ConnectTimeout=5 -T -l me -p 2222 -- edge.test docker system dial-stdio');
  });

  it('shows the tasks of a Swarm as its provider sees them', async () => {
    const { endpoint } = await api((path) => SWARM[path] ?? null);
    const { seen, failed } = await readLive([{ name: 'manager', endpoint }]);
    expect(failed).toEqual([]);
    expect(seen[0]?.containers.map(({ name, task, networks, compose }) => ({ name, task, networks, service: compose?.service }))).toEqual([
      { name: 'shop_web.1', task: 'shop_web', networks: { shop_net: '10.0.1.5' }, service: 'web' },
      { name: 'shop_vip', task: 'shop_vip', networks: { shop_net: '10.0.1.9' }, service: 'vip' },
    ]);
  });

  it('a Swarm provider serves those tasks, the Docker provider only containers, and both all', async () => {
    const seen = await seenSwarm(container('plain'));
    const services = (providers: string): readonly string[] => (underProviders(providers, seen).gateways[0]?.resolved[0]?.gateway.services ?? []).flatMap(({ ref, spec }) => (spec.kind === 'loadBalancer' && ref.namespace !== 'internal' ? spec.endpoints.map(({ host: name, port }) => `${ref.name}@${ref.namespace} ${name}:${String(port)}`) : [])).toSorted();
    expect(services('swarm: {}')).toEqual(['shop-web@swarm 10.0.1.5:8080', 'vip@swarm 10.0.1.9:80']);
    expect(services('docker: {}')).toEqual(['plain@docker 10.0.0.2:80']);
    expect(services('docker: {}, swarm: {}')).toEqual(['plain@docker 10.0.0.2:80', 'shop-web@swarm 10.0.1.5:8080', 'vip@swarm 10.0.1.9:80']);
  });

  it('says of what the other provider reads that it is that, not that it is switched off', async () => {
    const seen = await seenSwarm({ ...container('plain'), labels: { 'traefik.enable': 'true', 'traefik.http.routers.plain.rule': 'Host(`plain.test`)' } });
    const found = (providers: string): readonly string[] => {
      const loaded = underProviders(providers, seen);
      const { diagnostics, skipped } = lint(loaded);
      const whys = toReport('gateway.lint/1', diagnostics, skipped, loaded).findings.filter(({ rule }) => rule === 'not-exposed').map(({ file, why }) => `${file}: ${why ?? ''}`);
      return [...whys, ...discoverText(discoverDocument(loaded, [])).split('\n').filter((line) => line.includes('left out'))];
    };
    expect(found('docker: {}')).toEqual([
      'manager/shop_web.1: its Docker provider reads containers, and this is a service of a Swarm',
      '  shop_vip                 left out: a service of a Swarm, which only a Swarm provider reads', '  shop_web.1               left out: a service of a Swarm, which only a Swarm provider reads',
    ]);
    expect(found('swarm: {}')).toEqual([
      'manager/plain: its Swarm provider reads the labels of services, and these are of a container', '  plain                    left out: a container, and the Swarm provider reads services',
    ]);
    expect(found('docker: {}, swarm: {}')).toEqual([]);
  });
});

/** A manager of a Swarm with a container of its own. */
async function seenSwarm(one: FakeContainer): Promise<LiveRead['seen']> {
  const { endpoint } = await api((path) => (path === '/containers/json' ? [listEntry(one)] : path.startsWith('/containers/') ? inspection(one) : (SWARM[path] ?? null)));
  return (await readLive([{ name: 'manager', endpoint }])).seen;
}

function underProviders(providers: string, seen: LiveRead['seen']): Loaded {
  const text = `entryPoints: { web: { address: ":80" } }\nproviders: { ${providers} }\n`;
  const host = { readFile: (path: string) => (path === 'traefik.yml' ? text : undefined), listFolder: () => undefined };
  return load({ gateways: [{ name: 'default', stacks: [], dynamic: [], static: 'traefik.yml', versions: ['3.7'], seen }], declared: false, host, overrides: { endpoints: [], entryPoints: new Map() } });
}

const SWARM: Readonly<Record<string, unknown>> = {
  '/info': { Swarm: { LocalNodeState: 'active', ControlAvailable: true } },
  '/containers/json': [],
  '/networks': [{ Id: 'net1', Name: 'shop_net' }],
  '/services': [
    { ID: 's1', Spec: { Name: 'shop_web', Labels: { 'com.docker.stack.namespace': 'shop', 'traefik.http.routers.web.rule': 'Host(`web.test`)', 'traefik.http.services.shop-web.loadbalancer.server.port': '8080' }, Mode: { Replicated: {} }, TaskTemplate: { ContainerSpec: { Image: 'web:1', Env: ['A=hunter2'] } } } },
    { ID: 's2', Spec: { Name: 'shop_vip', Labels: { 'com.docker.stack.namespace': 'shop', 'traefik.swarm.lbswarm': 'true', 'traefik.http.services.vip.loadbalancer.server.port': '80' }, EndpointSpec: { Mode: 'vip' } }, Endpoint: { VirtualIPs: [{ NetworkID: 'net1', Addr: '10.0.1.9/24' }, { NetworkID: 'ingress', Addr: '10.0.0.3/24' }] } },
  ],
  '/tasks': [
    { ID: 't1', ServiceID: 's1', Slot: 1, Status: { State: 'running' }, NetworksAttachments: [{ Network: { ID: 'net1' }, Addresses: ['10.0.1.5/24'] }] },
    { ID: 't2', ServiceID: 's1', Slot: 2, Status: { State: 'starting' }, NetworksAttachments: [{ Network: { ID: 'net1' }, Addresses: ['10.0.1.6/24'] }] },
  ],
};

describe('which hosts are meant', () => {
  const choice = (named: readonly string[], env: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}): HostChoice => ({ named, env, home: '/home/me', readFile: (path) => files[path] });
  const hash = createHash('sha256').update('edge').digest('hex');
  const context = { [`/home/me/.docker/contexts/meta/${hash}/meta.json`]: JSON.stringify({ Name: 'edge', Endpoints: { docker: { Host: 'tcp://edge.test:2376', SkipTLSVerify: false } } }), [`/home/me/.docker/contexts/tls/${hash}/docker/ca.pem`]: 'CA' };

  it.each([
    ['nothing said', choice([], {}), [{ name: 'unix:///var/run/docker.sock', endpoint: 'unix:///var/run/docker.sock' }]],
    ['DOCKER_HOST', choice([], { DOCKER_HOST: 'tcp://h.test:2375', DOCKER_CONTEXT: 'edge' }), [{ name: 'tcp://h.test:2375', endpoint: 'tcp://h.test:2375' }]],
    ['a context by name', choice(['edge'], {}, context), [{ name: 'edge', endpoint: 'tcp://edge.test:2376', tls: { ca: 'CA', verify: true } }]],
    ['DOCKER_CONTEXT', choice([], { DOCKER_CONTEXT: 'edge' }, context), [{ name: 'edge', endpoint: 'tcp://edge.test:2376', tls: { ca: 'CA', verify: true } }]],
    ['the current context', choice([], {}, { ...context, '/home/me/.docker/config.json': '{"currentContext":"edge"}' }), [{ name: 'edge', endpoint: 'tcp://edge.test:2376', tls: { ca: 'CA', verify: true } }]],
    ['TLS files', choice(['tcp://h.test:2376'], { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' }, { '/certs/ca.pem': 'CA', '/certs/cert.pem': 'C', '/certs/key.pem': 'K' }), [{ name: 'tcp://h.test:2376', endpoint: 'tcp://h.test:2376', tls: { ca: 'CA', cert: 'C', key: 'K', verify: true } }]],
    ['several, one without a scheme and one with a user', choice(['h.test:2375', 'ssh://me@edge.test'], {}), [{ name: 'tcp://h.test:2375', endpoint: 'tcp://h.test:2375' }, { name: 'ssh://edge.test', endpoint: 'ssh://me@edge.test' }]],
  ] as const)('%s', (_what, asked, hosts) => {
    expect(chooseHosts(asked)).toEqual({ hosts });
  });

  it.each([['no such context', 'nobody'], ['a scheme of another kind', 'ftp://x'], ['a password', 'ssh://me:hunter2@h.test'], ['an option in place of a host', 'ssh://-oProxyCommand=x']])('refuses %s', (_what, name) => {
    const chosen = chooseHosts(choice([name], {}));
    expect(chosen).toHaveProperty('problem');
    expect(JSON.stringify(chosen)).not.toContain('hunter2');
  });
});

describe('following hosts', () => {
  it('passes many events on as one change, comes back after a loss, and ends when told', async () => {
    const listeners: ServerResponse[] = [];
    const { endpoint, asked } = await api((path, _request, response) => {
      if (path !== '/events') return null;
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.flushHeaders();
      listeners.push(response);
      return undefined;
    });
    const said: string[] = [];
    const stop = watchHosts([{ name: 'edge', endpoint }], { settleMs: 50, onChange: () => Promise.resolve(void said.push('change')), onLost: (host) => said.push(`lost ${host}`), onBack: (host) => said.push(`back ${host}`) });
    onTestFinished(stop);
    const until = (done: () => boolean): Promise<true | null> => waitFor(() => Promise.resolve(done() ? true : null), { timeoutMs: 5000 });
    await until(() => listeners.length === 1);
    for (let index = 0; index < 20; index += 1) listeners[0]?.write(`${JSON.stringify({ Type: 'container', Action: 'start' })}\n`);
    await until(() => said.length > 0);
    expect(said).toEqual(['change']);
    listeners[0]?.destroy();
    await until(() => said.filter((line) => line === 'change').length === 2);
    expect(said).toEqual(['change', 'lost edge', 'back edge', 'change']);
    stop();
    const count = asked.length;
    listeners[1]?.destroy();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(asked.length).toBe(count);
    expect(asked.filter((line) => !/^GET \/(?:events|info)/.test(line))).toEqual([]);
  });

  it('sees the tasks of a Swarm change, which is no event where they run on another machine', async () => {
    const tasks = [{ ID: 't1', Status: { State: 'running' } }];
    const { endpoint, asked } = await api((path, _request, response) => {
      if (path !== '/events') return path === '/tasks' ? tasks : (SWARM[path] ?? null);
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.flushHeaders();
      return undefined;
    });
    let changes = 0;
    onTestFinished(watchHosts([{ name: 'manager', endpoint }], { settleMs: 20, tasksMs: 20, onChange: () => Promise.resolve(void (changes += 1)) }));
    const until = (done: () => boolean): Promise<true | null> => waitFor(() => Promise.resolve(done() ? true : null), { timeoutMs: 5000 });
    const questions = (): number => asked.filter((line) => line.startsWith('GET /tasks')).length;
    await until(() => questions() > 3);
    expect(changes).toBe(0);
    tasks.push({ ID: 't2', Status: { State: 'running' } });
    await until(() => changes > 0);
    expect(changes).toBe(1);
  });
});
