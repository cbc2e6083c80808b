import type { Diagnostic } from '../diagnostics/index.ts';
import { suggest } from '../diagnostics/index.ts';
import type { Proxy, Stack } from '../ir/index.ts';
import type { DynamicFile } from '../resolve/index.ts';
import type { GatewayYamlRead, SpecRead } from '../sources/gateway-yaml/index.ts';
import { readGatewayYaml } from '../sources/gateway-yaml/index.ts';
import type { SourceHost, StackInput } from '../sources/source.ts';
import type { Origins } from '../text/index.ts';
import { entry, mapping, specTable, text } from '../sources/gateway-yaml/index.ts';
import { decodeTree } from '../traefik-config/file-decode.ts';
import type { FileMapping } from '../traefik-config/file-value.ts';
import { staticTable } from '../traefik-config/keys.ts';
import type { Mistake } from '../traefik-config/mistake.ts';
import { readStatic } from '../traefik-config/static/read-static.ts';

/** A gateway.yaml as the rest of the pipeline takes it. */
export interface Spec {
  readonly read: SpecRead;
  readonly dynamicFile: DynamicFile;
  /** Undefined when it declares no entry points. */
  readonly proxy: Proxy | undefined;
}
export interface SpecLoaded {
  readonly spec?: Spec;
  readonly files: GatewayYamlRead['files'];
  readonly envFiles: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a gateway.yaml and decodes what it means with the engine's own tables. */
export function loadSpec(input: StackInput, stacks: readonly Stack[], host: SourceHost, origins: Origins): SpecLoaded {
  const { read, files, envFiles, diagnostics } = readGatewayYaml(input, stacks, host, origins);
  if (read === undefined) return { files, envFiles, diagnostics };
  const dynamic = decodeTree(read.dynamic, { origins, table: specTable() });
  const fixed = read.static === undefined ? undefined : withDocker(read.static, stacks);
  const statics = fixed === undefined ? undefined : decodeTree(fixed, { origins, table: staticTable('3.7') });
  const mistakes = [...dynamic.mistakes.map((one) => worded(one, 'here', read.path)), ...(statics?.mistakes ?? []).map((one) => worded(one, "of Traefik's static configuration", read.path))];
  const all = [...diagnostics, ...mistakes];
  if (mistakes.some((one) => one.blocking)) return { files, envFiles, diagnostics: all };
  const dynamicFile: DynamicFile = { file: { path: read.path }, root: dynamic.root, namespace: 'docker', symbol: `${read.name ?? 'gateway'}/${read.path.split('/').at(-1) ?? ''}`, containers: read.containers };
  const config = statics === undefined ? undefined : readStatic({ tree: statics.root, origin: statics.root.origin, from: 'config' }, { version: '3.7', origins, symbolPrefix: read.path });
  const proxy: Proxy | undefined = config === undefined ? undefined : { engine: 'traefik', version: { value: '3.7', origin: origins.default('the version that gateway.yaml is written for') }, static: config.config };
  return { spec: { read, dynamicFile, proxy }, files, envFiles, diagnostics: all };
}

/** Containers beside a gateway.yaml join in by their labels; one without `traefik.enable=true` is only an address. */
function withDocker(tree: FileMapping, stacks: readonly Stack[]): FileMapping {
  if (stacks.length === 0 || tree.entries.some((one) => one.key === 'providers')) return tree;
  const docker = mapping([entry('exposedByDefault', tree.origin, text('false', tree.origin, 'bool'))], tree.origin);
  return { ...tree, entries: [...tree.entries, entry('providers', tree.origin, mapping([entry('docker', tree.origin, docker)], tree.origin))] };
}

const KINDS: Readonly<Record<string, string>> = { bool: 'true or false', int: 'a whole number', float: 'a number', duration: 'a duration such as 10s', string: 'a text' };

/** What the tables found that the spec's own shapes let through. */
function worded(mistake: Mistake, place: string, path: string): Diagnostic {
  const { node, subject, origin, fatal, loss, context, candidates } = mistake;
  const wanted = KINDS[context ?? ''];
  const meant = suggest(subject, candidates ?? []);
  const message = wanted === undefined ? `"${subject}" is no option ${place}` : `"${node.name}" takes ${wanted}, got "${subject}"`;
  // An unknown option is never dropped in silence, whatever the engine does.
  const matters = fatal || wanted === undefined || (loss !== undefined && loss !== 'nothing');
  return {
    rule: 'gateway-schema', severity: matters ? 'error' : 'warning', blocking: matters, message, symbol: `${path} ${node.path ?? node.name}`,
    at: meant === undefined || wanted !== undefined ? { origin } : { origin, label: `did you mean "${meant}"?` },
  };
}
