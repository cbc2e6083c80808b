import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineBinary } from '../../engines/find.ts';
import { freePort } from '../../engines/free-port.ts';
import type { Routing } from '../../ir/index.ts';
import { selfSigned } from '../../server/self-signed.ts';
import type { OutputFile } from '../../targets/target.ts';
import { build } from '../build.ts';
import { withoutOwnRoutes } from '../foreign.ts';
import { applyOverrides } from '../overrides.ts';
import type { BuildOptions, Loaded, LoadedGateway } from '../types.ts';
import { startBackends, type Backends } from './backends.ts';
import { endpointsOf, entryPointsOf, keyOf, onLoopback, overridesFor, type Places } from './loopback.ts';
import { unaskable } from './outside.ts';
import { startFiles } from './start.ts';

/** A gateway as it can run on this machine alone: every address that it names is a server of ours. */
export interface Stage {
  /** A folder of its own, gone afterwards. */
  readonly folder: string;
  /** What the target has to read, secrets included. */
  readonly files: readonly OutputFile[];
  /** What the files mean, with the addresses of here. */
  readonly routing: Routing;
  readonly backends: Backends;
}

/** Compiles a gateway for this machine and hands it over; a text says why it cannot be asked here. */
export async function onStage<T>(loaded: Loaded, gateway: LoadedGateway, target: string, options: BuildOptions, use: (stage: Stage) => Promise<T>): Promise<T | string> {
  const hidden = mkdtempSync(join(tmpdir(), 'gateway-verify-'));
  // Started by root, nginx reads some files as nobody: others may pass here, and only who knows the name comes in.
  chmodSync(hidden, 0o711);
  const folder = mkdtempSync(join(hidden, 'run-'));
  chmodSync(folder, 0o755);
  const backends = await startBackends(endpointsOf(gateway).map(keyOf));
  try {
    const places: Places = { endpoints: backends.ports, entryPoints: await portsFor(entryPointsOf(gateway)), auth: backends.auth, certificate: certificateIn(folder) };
    const emitted = emit(loaded, gateway, target, options, places);
    if (typeof emitted === 'string') return emitted;
    return unaskable(emitted.routing) ?? (await use({ folder, backends, ...emitted }));
  } finally {
    await backends.stop();
    rmSync(hidden, { recursive: true, force: true });
  }
}

/** Runs an engine on files of a stage for as long as it is asked; a text is its own words about why it does not start. */
export async function withEngine<T>(engine: EngineBinary, { folder, files, routing }: Pick<Stage, 'folder' | 'files' | 'routing'>, use: (ports: ReadonlyMap<string, number>) => Promise<T>): Promise<T | string> {
  const running = await startFiles(engine, folder, files, routing.listeners.filter(({ udp }) => udp === undefined).map(({ entryPoint }) => entryPoint.port));
  if (running.kind === 'failed') return running.reason;
  try {
    return await use(new Map(routing.listeners.map(({ entryPoint }) => [entryPoint.name, entryPoint.port])));
  } finally {
    await running.stop();
  }
}

async function portsFor(entryPoints: ReadonlyMap<string, 'tcp' | 'udp'>): Promise<ReadonlyMap<string, number>> {
  const ports = new Map<string, number>();
  for (const [name, protocol] of entryPoints) ports.set(name, await freePort({ protocol }));
  return ports;
}

function certificateIn(folder: string): Places['certificate'] {
  const pair = selfSigned(['gateway-verify.invalid']);
  const [certFile, keyFile] = [join(folder, 'verify', 'cert.pem'), join(folder, 'verify', 'key.pem')];
  mkdirSync(join(folder, 'verify'));
  writeFileSync(certFile, pair.cert);
  writeFileSync(keyFile, pair.key, { mode: 0o600 });
  return { certFile, keyFile };
}

/** The files with addresses on this machine, and secrets in them: they live as long as the engine does. */
function emit(loaded: Loaded, gateway: LoadedGateway, target: string, options: BuildOptions, places: Places): Pick<Stage, 'files' | 'routing'> | string {
  const near = onLoopback(loaded, gateway, places);
  const overrides = overridesFor(gateway, places);
  const { nginx } = options.settings;
  const tls = { certificate: places.certificate.certFile, key: places.certificate.keyFile };
  const settings = nginx?.['tls'] === undefined ? options.settings : { ...options.settings, nginx: { ...nginx, tls } };
  const { built: [again], diagnostics } = build(near, { ...options, targets: [target], overrides, settings, inlineSecrets: true });
  const resolved = near.gateways[0]?.resolved[0];
  if (again?.files === undefined || resolved === undefined) {
    const errors = [...diagnostics, ...(again?.diagnostics ?? [])].filter(({ severity }) => severity === 'error').map(({ message }) => message);
    return errors.length === 0 ? 'it cannot be written with addresses on this machine' : errors.join('; ');
  }
  const { routing } = applyOverrides(resolved.gateway, resolved.routing, overrides);
  return { files: again.files, routing: target === 'traefik' ? routing : withoutOwnRoutes(routing) };
}
