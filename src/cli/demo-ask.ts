import type { Server } from 'node:http';
import type { Endpoint, Loaded, Routing } from '../index.ts';
import type { Context } from './context.ts';
import { failureWords } from './failure-words.ts';
import { fileHost } from './host.ts';

/** What is served and asked. */
interface DemoRun {
  readonly folder: string;
  readonly loaded: Loaded;
  readonly routing: Routing;
  /** Backends that are stopped. */
  readonly down: readonly string[];
}

/** One request, who answered it with what, and why. */
export interface DemoAnswer {
  readonly method: string;
  readonly url: string;
  /** Names only. */
  readonly headers: readonly string[];
  readonly status: number | null;
  readonly location: string | null;
  /** The first line. */
  readonly body: string;
  /** Where nobody answered. */
  readonly failure: string | null;
  readonly router: string | null;
  readonly at: string | null;
  readonly rule: string | null;
  readonly steps: readonly { readonly middleware: string; readonly kind: string; readonly before: string; readonly after: string }[];
}

interface EchoBackends {
  readonly ports: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** One echo server per service; a stopped one keeps its port and closes it. */
async function startEcho(services: readonly string[], down: readonly string[]): Promise<EchoBackends> {
  const { createServer } = await import('node:http');
  const servers: Server[] = [];
  const ports = new Map<string, number>();
  for (const service of services) {
    const server = createServer((request, response) => {
      const shop = request.headers['x-shop'];
      response.end(`${service} got ${request.method ?? ''} ${request.url ?? ''}${shop === undefined ? '' : ` with X-Shop: ${String(shop)}`}`);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    ports.set(service, typeof address === 'object' && address !== null ? address.port : 0);
    if (down.includes(service)) await new Promise((done) => server.close(done));
    else servers.push(server);
  }
  const close = async (): Promise<void> => {
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  };
  return { ports, close };
}

/** Asks each line of requests.txt and tells of each answer as it comes. */
export async function askDemo(context: Context, { folder, loaded, routing, down }: DemoRun, tell: (answer: DemoAnswer) => void): Promise<void> {
  const { serve } = await import('../server/index.ts');
  const { request } = await import('node:http');
  const api = await import('../index.ts');
  const services = loaded.workspace.stacks.flatMap((stack) => stack.containers.map((container) => container.id.service));
  const backends = await startEcho(services, down);
  const place = (endpoint: Endpoint): { readonly host: string; readonly port: number } | undefined => {
    const port = backends.ports.get(endpoint.container?.service ?? '');
    return port === undefined ? undefined : { host: '127.0.0.1', port };
  };
  const served = await serve(routing, { entryPoint: () => ({ host: '127.0.0.1', port: 0 }), endpoint: place });
  try {
    for (const line of requestLines(context, folder)) {
      const parsed = api.parseRequest(line.words, { headers: line.headers, clientIp: '127.0.0.1' });
      const gateway = loaded.gateways[0];
      if (parsed.kind === 'invalid' || gateway === undefined) continue;
      const { document } = api.explain(loaded, gateway, parsed.request);
      const port = served.ports.get(document.request.entryPoint);
      if (port === undefined) continue;
      const answer = await send(request, port, parsed.request);
      const [method = '', url = ''] = line.words;
      tell({ method, url, headers: line.headers.map((header) => header.split(':')[0] ?? ''), ...answer, ...because(document) });
    }
  } finally {
    await served.close();
    await backends.close();
  }
}

function because({ decision, candidates, steps }: ReturnType<typeof import('../index.ts').explain>['document']): Pick<DemoAnswer, 'router' | 'at' | 'rule' | 'steps'> {
  const won = decision.router === null ? undefined : candidates.find((one) => one.router === decision.router);
  return { router: decision.router, at: won?.at ?? null, rule: won?.rule ?? null, steps: decision.router === null ? [] : steps.map(({ middleware, kind, before, after }) => ({ middleware, kind, before, after })) };
}

interface Line {
  readonly words: readonly string[];
  readonly headers: readonly string[];
}

function requestLines(context: Context, folder: string): readonly Line[] {
  const text = fileHost(context.cwd).readFile(`${folder}/requests.txt`) ?? '';
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
    const [method = 'GET', url = '', ...rest] = line.split(' ');
    return { words: [method, url], headers: rest.length === 0 ? [] : [rest.join(' ')] };
  });
}

async function send(request: typeof import('node:http').request, port: number, wanted: { readonly method: string; readonly host: string; readonly target: string; readonly headers: readonly (readonly [string, string])[] }): Promise<Pick<DemoAnswer, 'status' | 'location' | 'body' | 'failure'>> {
  return new Promise((done) => {
    const headers = { host: wanted.host, connection: 'close', ...Object.fromEntries(wanted.headers) };
    const outgoing = request({ host: '127.0.0.1', port, method: wanted.method, path: wanted.target, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { location } = response.headers;
        const body = Buffer.concat(chunks).toString('utf8').trim().split('\n')[0] ?? '';
        done({ status: response.statusCode ?? null, location: location ?? null, body, failure: null });
      });
    });
    outgoing.on('error', (error) => done({ status: null, location: null, body: '', failure: failureWords(error) }));
    outgoing.end();
  });
}
