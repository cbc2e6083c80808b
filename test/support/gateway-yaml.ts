import { fileHost } from '../../src/cli/host.ts';
import { build, lint, load } from '../../src/index.ts';
import type { AddressOverrides, BuiltTarget, Loaded } from '../../src/index.ts';
import { toFindings } from '../../src/diagnostics/index.ts';
import type { Finding } from '../../src/diagnostics/index.ts';
import { memoryHost } from './lint.ts';

const NOTHING: AddressOverrides = { endpoints: [], entryPoints: new Map() };

export interface SpecFiles {
  /** Text by path. */
  readonly files: Readonly<Record<string, string>>;
  /** The spec and its overlays; `gateway.yaml` when absent. */
  readonly specs?: readonly string[];
  /** Compose files, each a stack of its own. */
  readonly stacks?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

/** A gateway.yaml that exists only in the test, read and resolved. */
export function loadSpecText({ files, specs = ['gateway.yaml'], stacks = [], variables = {} }: SpecFiles): Loaded {
  const values = new Map(Object.entries(variables));
  const inputs = stacks.map((path) => ({ files: [path], variables: values }));
  return load({ gateways: [{ name: 'default', stacks: inputs, spec: { files: specs, variables: values }, dynamic: [] }], declared: true, host: memoryHost(files), overrides: NOTHING });
}

/** A gateway.yaml of the fixtures or examples, with its overlays. */
export function loadSpecFiles(specs: readonly string[], overrides: AddressOverrides = NOTHING, variables: ReadonlyMap<string, string> = new Map()): Loaded {
  return load({ gateways: [{ name: 'default', stacks: [], spec: { files: specs, variables }, dynamic: [] }], declared: true, host: fileHost(process.cwd()), overrides });
}

/** Everything that lint says. */
export function findingsOf(loaded: Loaded): readonly Finding[] {
  return toFindings(lint(loaded).diagnostics, loaded.origins, loaded.files);
}

export interface BuildSpec {
  readonly overrides?: AddressOverrides;
  readonly version?: string;
  readonly allow?: readonly string[];
  readonly inlineSecrets?: boolean;
}

/** One target of it; what blocks the whole gateway stands among its diagnostics. */
export function buildSpec(loaded: Loaded, target: string, { overrides = NOTHING, version, allow = [], inlineSecrets = false }: BuildSpec = {}): BuiltTarget {
  const result = build(loaded, { targets: [target], versions: new Map(version === undefined ? [] : [[target, version]]), allowances: new Map(allow.map((feature) => [feature, 'test'])), inlineSecrets, settings: {}, overrides });
  const [built] = result.built;
  if (built === undefined) throw new Error(`nothing was built: ${result.diagnostics.map(({ message }) => message).join('; ')}`);
  return { ...built, diagnostics: [...result.diagnostics.filter(({ blocking }) => blocking), ...built.diagnostics] };
}
