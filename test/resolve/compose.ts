import { resolveGateway, type EngineVersion, type ResolvedGateway, type ResolveInput } from '../../src/resolve/index.ts';
import { readCompose } from '../../src/sources/compose/index.ts';
import { Origins, SourceFile } from '../../src/text/index.ts';
import { decodeDynamic } from '../../src/traefik-config/dynamic-file.ts';
import { readStatic } from '../../src/traefik-config/static/read-static.ts';

export interface ComposeInput {
  /** Compose text by stack name. */
  readonly stacks: Readonly<Record<string, string>>;
  /** traefik.yml; absent = nobody knows. */
  readonly static?: string;
  readonly dynamic?: readonly string[];
  readonly version?: EngineVersion;
  readonly rest?: Partial<ResolveInput>;
}

/** Compose files through the whole path: read, decode, resolve. */
export function resolveCompose(input: ComposeInput): ResolvedGateway & { readonly origins: Origins } {
  const origins = new Origins();
  const version = input.version ?? '3.7';
  const stacks = Object.entries(input.stacks).flatMap(([name, text]) => {
    const path = `${name}/compose.yaml`;
    const read = readCompose({ files: [path], projectName: name, variables: new Map() }, { readFile: (asked) => (asked === path ? text : undefined), listFolder: () => undefined }, origins);
    return read.stack === undefined ? [] : [read.stack];
  });
  const origin = origins.default('test');
  const config = input.static === undefined ? 'unknown' : readStatic({ file: { format: 'yaml', source: new SourceFile('traefik.yml', input.static) }, command: [], environment: [], origin }, { version, origins, symbolPrefix: 'edge' }).config;
  const dynamicFiles = (input.dynamic ?? []).map((text, index) => {
    const path = `dynamic-${String(index + 1)}.yml`;
    return { file: { path }, ...decodeDynamic({ format: 'yaml', source: new SourceFile(path, text) }, { version, origins }) };
  });
  const resolved = resolveGateway({ name: 'edge', workspace: { stacks, configFiles: [], files: new Map() }, origins, version, proxy: { engine: 'traefik', version: { value: version, origin }, static: config }, dynamicFiles, ...input.rest });
  return { ...resolved, origins };
}

/** One service with an image, labels as lines. */
export function service(labels: readonly string[], more = ''): string {
  const list = labels.map((label) => `      - ${JSON.stringify(label)}\n`).join('');
  return `    image: whoami\n${more}${labels.length === 0 ? '' : `    labels:\n${list}`}`;
}

export function stack(services: Readonly<Record<string, string>>, tail = ''): string {
  return `services:\n${Object.entries(services).map(([name, text]) => `  ${name}:\n${text}`).join('')}${tail}`;
}
