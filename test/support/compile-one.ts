import { build, load } from '../../src/index.ts';
import type { BuiltTarget } from '../../src/index.ts';

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

/** One Compose file as stack `app`, built for one target from memory. */
export function compileOne({ compose, target, version, sourceVersion = '3.7', allow = [], settings = {}, static: statics = STATIC }: CompileOne): BuiltTarget {
  const files: Readonly<Record<string, string>> = { 'app/compose.yml': compose, 'traefik.yml': statics };
  const host = { readFile: (path: string) => files[path.replace(/^\.\//, '')], listFolder: () => undefined };
  const overrides = { endpoints: [], entryPoints: new Map<string, { host: string; port: number }>() };
  const loaded = load({ gateways: [{ name: 'default', stacks: [{ files: ['app/compose.yml'], projectName: 'app', variables: new Map() }], static: 'traefik.yml', dynamic: [], versions: [sourceVersion] }], declared: true, host, overrides });
  const result = build(loaded, { targets: [target], versions: new Map(version === undefined ? [] : [[target, version]]), allowances: new Map(allow.map((feature) => [feature, 'test'])), inlineSecrets: false, settings: { [target]: settings }, overrides });
  const built = result.built[0];
  if (built === undefined) throw new Error('nothing was built');
  return { ...built, diagnostics: [...result.diagnostics, ...built.diagnostics] };
}

/** A Compose file with one service and these labels. */
export function withLabels(...labels: readonly string[]): string {
  return `services:\n  web:\n    image: example/web:1\n    expose: ["8000"]\n    labels:\n${['traefik.enable=true', ...labels].map((label) => `      - ${JSON.stringify(label)}\n`).join('')}`;
}
