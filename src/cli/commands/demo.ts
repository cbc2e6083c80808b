import type { Server } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { Endpoint, Loaded, Routing } from '../../index.ts';
import { plainPaint } from '../../diagnostics/paint.ts';
import type { Context } from '../context.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { prepare } from '../input.ts';
import { collect } from '../options.ts';
import type { Deps } from '../run.ts';
import { fileHost } from '../host.ts';

interface DemoFlags {
  readonly example?: string;
  readonly down?: readonly string[];
}

/** `gateway demo`: needs nothing but Node. */
export function register(program: Command, { context, finish }: Deps): Command {
  return program.command('demo').description('lint, compile and serve a bundled example on loopback, with echo backends')
    .option('--example <dir>', 'another folder with a Compose file and requests.txt')
    .option('--down <service>', 'leave this backend stopped (repeatable)', collect)
    .action(async (flags: DemoFlags) => {
      finish(await runDemo(context, flags));
    });
}

async function runDemo(context: Context, flags: DemoFlags): Promise<0 | 1> {
  const api = await import('../../index.ts');
  const folder = flags.example ?? path.relative(context.cwd, fileURLToPath(new URL('../../examples/shop', import.meta.url)));
  const name = folder === '' ? '.' : folder;
  const { input, config } = await prepare(context, [name], { config: false });
  const loaded = api.load(input);
  const gateway = loaded.gateways[0];
  const routing = gateway?.resolved[0]?.routing;
  if (gateway === undefined || routing === undefined || loaded.workspace.stacks.length === 0) throw new CommandError(EXIT.environment, `no Compose file in ${name}`);
  context.out(`1. lint ${name}\n`);
  const found = api.lint(loaded, { config, rules: new Map(), declared: false });
  const report = api.toReport('gateway.lint/1', found.diagnostics, found.skipped, loaded);
  context.out(indent(api.formatText(report, { width: context.width, paint: plainPaint, quiet: false, summary: true })));
  context.out('\n2. compile\n');
  for (const line of compileAll(loaded, api)) context.out(`   ${line}\n`);
  context.out('\n3. serve with the embedded runtime, and ask\n');
  if (found.diagnostics.some((diagnostic) => diagnostic.blocking)) {
    context.out('   not served: see the errors above\n');
    return EXIT.findings;
  }
  await ask(context, folder, loaded, routing, flags.down ?? []);
  return EXIT.ok;
}

function indent(text: string): string {
  return text.split('\n').map((line) => (line === '' ? line : `   ${line}`)).join('\n');
}

function compileAll(loaded: Loaded, api: typeof import('../../index.ts')): readonly string[] {
  const result = api.build(loaded, { targets: api.targetNames, versions: new Map(), allowances: new Map(), inlineSecrets: false, settings: {}, overrides: { endpoints: [], entryPoints: new Map() } });
  return result.built.map((one) => {
    if (one.files !== undefined) return `${one.target.padEnd(8)} ${one.files.map((file) => file.path).join(', ')}`;
    const why = one.diagnostics.filter((diagnostic) => diagnostic.blocking).map((diagnostic) => `${diagnostic.message}: ${diagnostic.why ?? ''}`);
    return `${one.target.padEnd(8)} refused: ${why.slice(0, 2).join('; ')}`;
  });
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

async function ask(context: Context, folder: string, loaded: Loaded, routing: Routing, down: readonly string[]): Promise<void> {
  const { serve } = await import('../../server/index.ts');
  const { request } = await import('node:http');
  const api = await import('../../index.ts');
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
      context.out(`\n   ${line.words.join(' ')}${line.headers.map((header) => ` (${header.split(':')[0] ?? ''})`).join('')}\n`);
      context.out(`     ${answer}\n     because ${because(document)}\n`);
    }
  } finally {
    await served.close();
    await backends.close();
  }
}

function because(document: ReturnType<typeof import('../../index.ts').explain>['document']): string {
  const { decision, candidates, steps } = document;
  if (decision.router === null) return 'no router matches';
  const won = candidates.find((one) => one.router === decision.router);
  const chain = steps.map((step) => `, ${step.middleware} (${step.kind}): ${step.before} -> ${step.after}`).join('');
  return `router ${decision.router} (${won?.at ?? ''}) matches ${won?.rule ?? ''}${chain}`;
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

async function send(request: typeof import('node:http').request, port: number, wanted: { readonly method: string; readonly host: string; readonly target: string; readonly headers: readonly (readonly [string, string])[] }): Promise<string> {
  return new Promise((done) => {
    const headers = { host: wanted.host, connection: 'close', ...Object.fromEntries(wanted.headers) };
    const outgoing = request({ host: '127.0.0.1', port, method: wanted.method, path: wanted.target, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { location } = response.headers;
        const body = Buffer.concat(chunks).toString('utf8').trim().split('\n')[0] ?? '';
        done(`${String(response.statusCode)}${location === undefined ? '' : ` to ${location}`}  ${body}`.trimEnd());
      });
    });
    outgoing.on('error', (error) => done(`no answer: ${error.message}`));
    outgoing.end();
  });
}
