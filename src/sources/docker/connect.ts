import http from 'node:http';
import { inspect } from 'node:util';
import type Docker from 'dockerode';
import type { DockerHost } from './hosts.ts';

/** A client of one Docker daemon. */
export interface Connection {
  readonly docker: Docker;
  /** What the way to the daemon said of itself when it ended: the words of ssh. */
  said(): string;
  close(): void;
}

interface Way {
  readonly agent: http.Agent;
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly said?: () => string;
}

/** So many questions at a time: a daemon answers them one by one anyway. */
export const AT_ONCE = 8;

/**
 * Opens a client. dockerode is loaded here and nowhere else: it is large, and most commands need none. Every option that it
 * would take from the environment is given, since what the environment says has been read before.
 */
export async function connect(host: DockerHost): Promise<Connection> {
  const { default: Client } = await import('dockerode');
  const { agent, protocol, host: name, port, said } = await wayTo(host);
  const tls = host.tls ?? {};
  // The client writes each question down for a log that nobody reads; an agent with all its sockets would be most of the work.
  Object.defineProperty(agent, inspect.custom, { value: () => 'agent' });
  const options: Docker.DockerOptions & { readonly agent: http.Agent } = { agent, protocol, host: name, port, ...emptied, ...pems(tls) };
  const docker = new Client(options);
  return { docker, said: said ?? (() => ''), close: () => agent.destroy() };
}

/** Takes the place of DOCKER_CERT_PATH. */
const emptied = { ca: '', cert: '', key: '' };

function pems({ ca, cert, key }: { readonly ca?: string; readonly cert?: string; readonly key?: string }): { readonly ca?: string; readonly cert?: string; readonly key?: string } {
  return { ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
}

/** Most hosts are a socket of this machine, which needs neither TLS nor processes: those are loaded for the hosts that do. */
async function wayTo({ endpoint, tls }: DockerHost): Promise<Way> {
  // Without TLS nothing has to be found out of the name that a server is asked for.
  const alive = { keepAlive: true, maxSockets: AT_ONCE, servername: '' };
  const socket = /^(?:unix|npipe):\/\/(.*)$/.exec(endpoint)?.[1];
  if (socket !== undefined) return { agent: new http.Agent(withSocket(alive, socket)), protocol: 'http', host: 'localhost', port: 80 };
  const { protocol, hostname, port, username } = new URL(endpoint.replace(/^tcp:/, 'http:'));
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (protocol === 'ssh:') {
    const { SshAgent } = await import('./ssh.ts');
    const agent = new SshAgent({ host, ...(port === '' ? {} : { port }), ...(username === '' ? {} : { user: decodeURIComponent(username) }) });
    return { agent, protocol: 'http', host: 'localhost', port: 80, said: agent.said };
  }
  if (tls === undefined) return { agent: new http.Agent(alive), protocol: 'http', host, port: portOf(port, endpoint, 2375) };
  const { Agent } = await import('node:https');
  return { agent: new Agent({ keepAlive: true, maxSockets: AT_ONCE, ...pems(tls), rejectUnauthorized: tls.verify }), protocol: 'https', host, port: portOf(port, endpoint, 2376) };
}

/** An agent hands its options on to each connection. */
function withSocket(options: http.AgentOptions, socketPath: string): http.AgentOptions & { readonly socketPath: string } {
  return { ...options, socketPath };
}

function portOf(port: string, endpoint: string, usual: number): number {
  if (port !== '') return Number(port);
  // `tcp://host:80` has the port that URLs leave out.
  return /:80\/?$/.test(endpoint) ? 80 : usual;
}
