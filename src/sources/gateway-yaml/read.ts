import type { Diagnostic } from '../../diagnostics/index.ts';
import type { Consumer, Container, Stack } from '../../ir/index.ts';
import type { FileMapping } from '../../traefik-config/file-value.ts';
import { SourceFile } from '../../text/index.ts';
import type { OriginId, Origins, Text } from '../../text/index.ts';
import type { SourceHost, StackInput } from '../source.ts';
import { readEnvFile, unsetOf } from '../variables/index.ts';
import type { Lookup } from '../variables/index.ts';
import { check } from './check.ts';
import type { Checking } from './check.ts';
import { cleaned } from './clean.ts';
import { consumersOf } from './consumers.ts';
import { readSpecFiles } from './files.ts';
import { dynamicOf } from './lower.ts';
import { entriesOf, plainText, plainValue, valueAt } from './node.ts';
import type { SpecMapping, SpecNode } from './node.ts';
import { SPEC } from './spec.ts';
import { staticOf } from './static.ts';
import { holesIn, reportCutHashes } from './holes.ts';

export interface SpecRead {
  /** `name:`, else undefined. */
  readonly name: string | undefined;
  /** The first file, for messages. */
  readonly path: string;
  /** The whole file after includes, overlays and variables. */
  readonly spec: SpecMapping;
  /** What it means as a dynamic configuration. */
  readonly dynamic: FileMapping;
  /** What it means as a static configuration; undefined when it declares no entry points. */
  readonly static: FileMapping | undefined;
  /** `consumers:`, with the values that their references have here. */
  readonly consumers: readonly Consumer[];
  /** Which Compose service stands behind the address at a place. */
  readonly containers: ReadonlyMap<OriginId, Container>;
  /** `targets:`: settings by target. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Variables that have no value here. */
  readonly unset: Stack['unset'];
  /** `tests:`, as written: null has a meaning there. */
  readonly tests: SpecNode | undefined;
}
export interface GatewayYamlRead {
  /** Undefined when there was nothing to read, or it cannot be understood. */
  readonly read?: SpecRead;
  readonly files: readonly SourceFile[];
  readonly envFiles: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a gateway.yaml with its overlays and includes. Mistakes are findings in the words of the spec; a file with
 * mistakes means nothing.
 * @param stacks the Compose stacks beside it: `to: shop/web:8080` must name a service of theirs
 */
export function readGatewayYaml(input: StackInput, stacks: readonly Stack[], host: SourceHost, origins: Origins): GatewayYamlRead {
  const diagnostics: Diagnostic[] = [];
  const files: SourceFile[] = [];
  const report = (diagnostic: Diagnostic): void => void diagnostics.push(diagnostic);
  const [path = 'gateway.yaml'] = input.files;
  const checking: Checking = { origins, report, symbol: path };
  const environment = readVariables(input, path, host, origins, files);
  const spec = readSpecFiles(input.files, { host, origins, lookup: environment.lookup, files, checking, report });
  const done = { files, envFiles: environment.names, diagnostics };
  if (spec === undefined) return done;
  check(spec, SPEC, '', checking);
  reportCutHashes(spec, '', checking);
  if (diagnostics.some((diagnostic) => diagnostic.blocking)) return done;
  const meant = cleaned(spec, SPEC);
  const containers = new Map<OriginId, Container>();
  const dynamic = dynamicOf(meant, { checking, origins, stacks, containers });
  const statics = staticOf(meant, checking);
  const consumers = consumersOf(meant, { checking, lookup: environment.lookup, readFile: host.readFile, path, origins });
  if (diagnostics.some((diagnostic) => diagnostic.blocking)) return done;
  const name = plainText(valueAt(meant, 'name'));
  return { ...done, read: { name: name === '' ? undefined : name, path, spec: meant, dynamic, static: statics, consumers, containers, settings: settingsOf(meant), unset: unsetOf(holesIn(meant)), tests: valueAt(spec, 'tests') } };
}

function settingsOf(spec: SpecMapping): SpecRead['settings'] {
  return Object.fromEntries(entriesOf(valueAt(spec, 'targets')).map((one) => [one.key, Object.fromEntries(entriesOf(one.value).map((option) => [option.key, plainValue(option.value)]))]));
}

/** `--var` wins, then env files, later over earlier; without `--env-file` the `.env` beside the first file. */
function readVariables(input: StackInput, path: string, host: SourceHost, origins: Origins, files: SourceFile[]): { readonly lookup: Lookup; readonly names: readonly string[] } {
  const given = (name: string): Text | undefined => {
    const value = input.variables.get(name);
    return value === undefined ? undefined : { text: value, holes: [] };
  };
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
  const wanted = input.envFiles === undefined || input.envFiles.length === 0 ? [`${folder}.env`] : input.envFiles;
  const values = new Map<string, Text>();
  const names: string[] = [];
  for (const name of wanted) {
    const content = host.readFile(name);
    if (content === undefined) continue;
    const file = new SourceFile(name, content);
    files.push(file);
    names.push(name);
    for (const one of readEnvFile(file, given, origins).entries) values.set(one.name, one.value);
  }
  return { lookup: (name) => given(name) ?? values.get(name), names };
}
