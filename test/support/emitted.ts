import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileHost } from '../../src/cli/host.ts';
import { build, load } from '../../src/index.ts';
import type { AddressOverrides, BuiltTarget, Loaded } from '../../src/index.ts';
import { addressOf } from './cases.ts';
import type { Case } from './cases.ts';

/** Addresses of a case on loopback: every service has its own, every entry point a free port. */
export function overridesOf(one: Case, index: number, ports: Readonly<Record<string, number>>): AddressOverrides {
  return {
    endpoints: one.services.map((service, at) => ({ service: service.name, host: addressOf(index, at), toPort: service.port })),
    entryPoints: new Map(Object.entries(ports).map(([name, port]) => [name, { host: '127.0.0.1', port }])),
  };
}

/** A case read and resolved as version 3.7 with its static configuration. */
export function loadCase(one: Case, overrides: AddressOverrides): Loaded {
  return load({
    gateways: [{ name: 'default', stacks: [{ files: [one.composePath], projectName: 'case', variables: new Map() }], static: one.staticPath, dynamic: [], versions: ['3.7'] }],
    declared: false, host: fileHost(process.cwd()), overrides,
  });
}

/** One target of a case, compiled. Approximations are allowed: the table says which cases may then differ. */
export function buildCase(loaded: Loaded, target: string, version: string | undefined, overrides: AddressOverrides, allow: readonly string[] = []): BuiltTarget {
  const result = build(loaded, { targets: [target], versions: new Map(version === undefined ? [] : [[target, version]]), allowances: new Map(allow.map((feature) => [feature, 'test'])), inlineSecrets: true, settings: {}, overrides });
  const built = result.built[0];
  if (built === undefined) throw new Error(`nothing was built for ${target}`);
  const blocking = result.diagnostics.filter((diagnostic) => diagnostic.blocking);
  return blocking.length > 0 ? { ...built, diagnostics: [...built.diagnostics, ...blocking] } : built;
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
