import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileHost } from '../../src/cli/host.ts';
import { build, load } from '../../src/index.ts';
import type { AddressOverrides, BuiltTarget, Loaded } from '../../src/index.ts';
import { addressVariables, fill, placesOf } from './cases.ts';
import { certificateFolder } from './test-certificate.ts';
import type { SourceHost } from '../../src/sources/source.ts';
import type { Case } from './cases.ts';

/** Addresses of a case on loopback: every replica has its own, every entry point a free port. */
export function overridesOf(one: Case, index: number, ports: Readonly<Record<string, number>>): AddressOverrides {
  return {
    endpoints: placesOf(one, index).map(({ service, address }) => ({ service: one.stacks.length > 1 ? `${service.stack}/${service.name}` : service.name, host: address, toPort: service.port })),
    entryPoints: new Map(Object.entries(ports).map(([name, port]) => [name, { host: '127.0.0.1', port }])),
  };
}

/** A case read and resolved as version 3.7 with its static configuration. */
export function loadCase(one: Case, overrides: AddressOverrides): Loaded {
  const variables = addressVariables(one, one.index);
  const stacks = one.stacks.map(({ name, files }) => ({ files, projectName: name, variables }));
  return load({ gateways: [{ name: 'default', stacks, static: one.staticPath, dynamic: one.dynamic, versions: ['3.7'] }], declared: true, host: filledIn(one, fileHost(process.cwd()), variables), overrides });
}

/** Dynamic files hold no variables of their own: addresses are filled in as they are read. */
function filledIn(one: Case, host: SourceHost, variables: ReadonlyMap<string, string>): SourceHost {
  return { ...host, readFile: (path) => {
    const text = host.readFile(path);
    return text !== undefined && one.dynamic.some((file) => path.endsWith(file)) ? fill(text, variables) : text;
  } };
}

/** One target of a case, compiled. Approximations are allowed: the table says which cases may then differ. */
export function buildCase(loaded: Loaded, target: string, version: string | undefined, overrides: AddressOverrides, allow: readonly string[] = []): BuiltTarget {
  const result = build(loaded, { targets: [target], versions: new Map(version === undefined ? [] : [[target, version]]), allowances: new Map(allow.map((feature) => [feature, 'test'])), inlineSecrets: true, settings: settingsOf(loaded, target), overrides });
  const built = result.built[0];
  if (built === undefined) throw new Error(`nothing was built for ${target}`);
  const blocking = result.diagnostics.filter((diagnostic) => diagnostic.blocking);
  return blocking.length > 0 ? { ...built, diagnostics: [...built.diagnostics, ...blocking] } : built;
}

/** Traefik makes a certificate of its own where none is given: nginx is told of one. */
function settingsOf({ gateways: [gateway] }: Loaded, target: string): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  if (target !== 'nginx' || gateway?.resolved.some(({ routing }) => routing.certificates.length > 0) === true) return {};
  return { nginx: { tls: { certificate: join(certificateFolder(), 'a.pem'), key: join(certificateFolder(), 'a.key') } } };
}

/** Writes built files into a fresh folder. */
export function writeBuilt(built: BuiltTarget): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-built-'));
  for (const file of built.files ?? []) {
    const full = join(folder, file.path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, file.text);
  }
  return folder;
}
