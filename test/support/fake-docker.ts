import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerArchive } from './fake-archive.ts';
import { containerId, inspection, listEntry, type FakeContainer } from './docker-container.ts';

/** A Docker Engine API with containers that only exist on paper. */
export interface FakeDocker {
  /** `tcp://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** Replaces all containers and tells listeners of events that one has started. */
  setContainers(containers: readonly FakeContainer[]): void;
  /** How often the container list was asked for. */
  readonly listings: () => number;
  /** How many listen to events. */
  readonly listeners: () => number;
  stop(): Promise<void>;
}

const API_VERSION = '1.45';

interface State {
  containers: readonly FakeContainer[];
  listings: number;
  readonly listeners: Set<ServerResponse>;
}

/** Starts the API: enough of it for Traefik's Docker provider and for dockerode's read calls. */
export async function startFakeDocker(containers: readonly FakeContainer[] = []): Promise<FakeDocker> {
  const state: State = { containers, listings: 0, listeners: new Set() };
  const server = createServer((request, response) => answer(state, request, response));
  const port = await listen(server);
  return {
    endpoint: `tcp://127.0.0.1:${port}`,
    setContainers: (next) => {
      state.containers = next;
      for (const listener of state.listeners) listener.write(startEvent(next));
    },
    listings: () => state.listings,
    listeners: () => state.listeners.size,
    stop: () => stop(server),
  };
}

function answer(state: State, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://docker');
  const path = url.pathname.replace(/^\/v\d+(\.\d+)?(?=\/)/, '');
  response.setHeader('Api-Version', API_VERSION);
  response.setHeader('Ostype', 'linux');
  if (path === '/_ping') response.end(request.method === 'HEAD' ? undefined : 'OK');
  else if (path === '/events') keepListener(state, response);
  else if (path.endsWith('/archive')) answerArchive(state.containers.find((one) => path === `/containers/${containerId(one)}/archive`)?.files ?? {}, url.searchParams.get('path') ?? '', response);
  else sendJson(response, documentAt(state, path));
}

/** undefined = no such thing. */
function documentAt(state: State, path: string): unknown {
  switch (path) {
    case '/version':
      return { Components: [{ Name: 'Engine', Version: '26.1.0' }], Version: '26.1.0', ApiVersion: API_VERSION, MinAPIVersion: '1.24', Os: 'linux', Arch: 'amd64' };
    case '/info':
      return { ID: 'test', Name: 'test', ServerVersion: '26.1.0', Swarm: { NodeID: '', LocalNodeState: 'inactive', ControlAvailable: false } };
    case '/networks':
      return networksOf(state.containers);
    case '/containers/json':
      state.listings += 1;
      return state.containers.map(listEntry);
    default:
      return inspected(state.containers, path);
  }
}

function inspected(containers: readonly FakeContainer[], path: string): unknown {
  const wanted = /^\/containers\/([^/]+)\/json$/.exec(path)?.[1];
  if (wanted === undefined) return undefined;
  const key = decodeURIComponent(wanted);
  const container = containers.find((candidate) => containerId(candidate) === key || candidate.name === key);
  return container === undefined ? undefined : inspection(container);
}

function networksOf(containers: readonly FakeContainer[]): readonly object[] {
  const names = new Set(containers.flatMap((container) => Object.keys(container.networks)));
  return [...names].map((name) => ({ Id: name, Name: name, Driver: 'bridge', Scope: 'local' }));
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.statusCode = value === undefined ? 404 : 200;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(value ?? { message: 'no such object' }));
}

/** The client waits for the head of the answer before it reads events. */
function keepListener(state: State, response: ServerResponse): void {
  response.setHeader('Content-Type', 'application/json');
  response.flushHeaders();
  state.listeners.add(response);
  response.once('close', () => state.listeners.delete(response));
}

function startEvent(containers: readonly FakeContainer[]): string {
  const last = containers.at(-1);
  const id = last === undefined ? '0'.repeat(64) : containerId(last);
  return `${JSON.stringify({ Type: 'container', Action: 'start', status: 'start', id, Actor: { ID: id, Attributes: {} }, scope: 'local', time: 1_700_000_000, timeNano: 1_700_000_000_000_000_000 })}\n`;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
