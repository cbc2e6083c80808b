import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EngineBinary } from '../../engines/find.ts';
import { startNginx } from '../../engines/nginx.ts';
import { sendRaw } from '../../engines/raw-client.ts';
import { startTraefikFolder } from '../../engines/traefik.ts';
import type { OutputFile } from '../../targets/target.ts';

/** A started engine, or its own words about why not. */
export type Running = { readonly kind: 'started'; stop(): Promise<void> } | { readonly kind: 'failed'; readonly reason: string };

/** Sections of Traefik's static configuration that speak to somebody else, or write elsewhere. */
const LEFT_OUT = ['accessLog', 'certificatesResolvers', 'experimental', 'hub', 'log', 'metrics', 'pilot', 'tracing'];
const SIGN = 'gateway-verify.invalid';

/** Starts the files of a target in a folder of our own. */
export async function startFiles(engine: EngineBinary, folder: string, files: readonly OutputFile[], ports: readonly number[]): Promise<Running> {
  const isTraefik = engine.name === 'traefik';
  for (const { path, text } of files) put(join(folder, path), isTraefik && path === 'traefik.yml' ? withoutSections(text) : text);
  const outcome = isTraefik ? await traefik(engine, folder, ports) : await nginx(engine, folder, files, ports);
  if (outcome.kind === 'started') return { kind: 'started', stop: () => outcome.engine.stop() };
  const [said = ''] = outcome.log.trim().split('\n').slice(-1);
  return { kind: 'failed', reason: `${outcome.reason}${said === '' ? '' : `: ${said}`}` };
}

function put(full: string, text: string): void {
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
}

function withoutSections(text: string): string {
  return text.replace(new RegExp(`^(?:${LEFT_OUT.join('|')}):.*\\n(?:[ \\t#-].*\\n|\\n)*`, 'gm'), '');
}

/** nginx opens only what it serves: those of the ports are waited for that it is told to listen on. */
function nginx(engine: EngineBinary, folder: string, files: readonly OutputFile[], ports: readonly number[]): ReturnType<typeof startNginx> {
  const listening = ports.filter((port) => files.some(({ text }) => new RegExp(`^\\s*listen [^;]*\\b${String(port)}\\b(?![^;]*\\budp\\b)`, 'm').test(text)));
  if (engine.modules !== null) symlinkSync(engine.modules, join(folder, 'modules'));
  return startNginx({ engine, folder, ports: listening, logFile: join(folder, 'verify.log'), timeoutMs: 60_000 });
}

/** Traefik takes all files of a folder or none, so a router of ours answers exactly when the others are in force. */
function traefik(engine: EngineBinary, folder: string, ports: readonly number[]): ReturnType<typeof startTraefikFolder> {
  const router = { rule: `Host(\`${SIGN}\`)`, service: 'noop@internal' };
  put(join(folder, 'dynamic', 'zz-gateway-verify.yml'), JSON.stringify({ http: { routers: { 'gateway-verify-plain': router, 'gateway-verify-tls': { ...router, tls: {} } } } }));
  const ready = async (): Promise<boolean> => (await Promise.all(ports.flatMap((port) => [asked(port, false), asked(port, true)]))).some((status) => status !== 0 && status !== 404 && !(status >= 300 && status < 400));
  return startTraefikFolder({ engine, folder, logFile: join(folder, 'verify.log'), ready, timeoutMs: 60_000 });
}

async function asked(port: number, tls: boolean): Promise<number> {
  const { status } = await sendRaw({ port, method: 'GET', target: '/', host: SIGN, tls: tls ? { sni: SIGN } : false, timeoutMs: 1000 });
  return status;
}
