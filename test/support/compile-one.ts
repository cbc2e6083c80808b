import { build, load } from '../../src/index.ts';
import type { BuildOptions, BuiltTarget, Loaded } from '../../src/index.ts';

const STATIC = 'entryPoints:\n  web: { address: ":80" }\nproviders:\n  docker: {}\n';

export interface CompileOne {
  readonly compose: string;
  readonly target: string;
  readonly version?: string;
  readonly sourceVersion?: '2.11' | '3.7';
  readonly allow?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly static?: string;
}

const overrides = { endpoints: [], entryPoints: new Map<string, { host: string; port: number }>() };

/** One Compose file as stack `app`, read from memory. */
export function loadOne({ compose, sourceVersion = '3.7', static: statics = STATIC }: Pick<CompileOne, 'compose' | 'sourceVersion' | 'static'>): Loaded {
  const files: Readonly<Record<string, string>> = { 'app/compose.yml': compose, 'traefik.yml': statics };
  const host = { readFile: (path: string) => files[path.replace(/^\.\//, '')], listFolder: () => undefined };
  return load({ gateways: [{ name: 'default', stacks: [{ files: ['app/compose.yml'], projectName: 'app', variables: new Map() }], static: 'traefik.yml', dynamic: [], versions: [sourceVersion] }], declared: true, host, overrides });
}

/** How it is built for one target. */
export function optionsFor({ target, version, allow = [], settings = {} }: Omit<CompileOne, 'compose'>): BuildOptions {
  return { targets: [target], versions: new Map(version === undefined ? [] : [[target, version]]), allowances: new Map(allow.map((feature) => [feature, 'test'])), inlineSecrets: false, settings: { [target]: settings }, overrides };
}

/** What was read, built for one target. */
export function buildOne(loaded: Loaded, options: BuildOptions): BuiltTarget {
  const result = build(loaded, options);
  const built = result.built[0];
  if (built === undefined) throw new Error('nothing was built');
  return { ...built, diagnostics: [...result.diagnostics, ...built.diagnostics] };
}

/** One Compose file as stack `app`, built for one target from memory. */
export function compileOne(one: CompileOne): BuiltTarget {
  return buildOne(loadOne(one), optionsFor(one));
}

/** A Compose file with one service and these labels. */
export function withLabels(...labels: readonly string[]): string {
  return `services:\n  web:\n    image: example/web:1\n    expose: ["8000"]\n    labels:\n${['traefik.enable=true', ...labels].map((label) => `      - ${JSON.stringify(label)}\n`).join('')}`;
}
