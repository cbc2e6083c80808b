import type { Diagnostic } from '../diagnostics/index.ts';
import type { ConfigFile, Container, KongFile, Problem, Proxy, Stack, Workspace } from '../ir/index.ts';
import { resolveGateway } from '../resolve/index.ts';
import type { DynamicFile, EngineVersion, ResolvedGateway } from '../resolve/index.ts';
import type { ContainerFacts, RawdataRead } from '../sources/docker/index.ts';
import type { SourceHost } from '../sources/source.ts';
import { Origins, SourceFile } from '../text/index.ts';
import { decodeDynamic } from '../traefik-config/dynamic-file.ts';
import type { FileDecoded } from '../traefik-config/dynamic-file.ts';
import { findProxies } from '../traefik-config/find-proxy.ts';
import type { FoundProxy } from '../traefik-config/find-proxy.ts';
import { pathFrom } from '../traefik-config/paths.ts';
import { readStatic } from '../traefik-config/static/read-static.ts';
import { dynamicFiles } from './dynamic-files.ts';
import { healAll } from './healed.ts';
import { liveStacks, loadRawdata, NO_FILES, rawdataFiles, runningFirst } from './live-stacks.ts';
import type { Spec } from './spec.ts';
import type { CompileInput, GatewayInput, HealedGateway, Loaded, LoadedGateway } from './types.ts';

const BOTH: readonly EngineVersion[] = ['3.7', '2.11'];

interface ReadGateway {
  readonly input: GatewayInput;
  readonly stacks: readonly Stack[];
  readonly spec?: Spec;
  readonly rawdata?: RawdataRead;
}

/** Where what is read goes. */
export interface Sinks {
  readonly origins: Origins;
  readonly files: Map<string, SourceFile>;
  readonly diagnostics: Diagnostic[];
  readonly taken: string[];
  readonly kongFiles: KongFile[];
  readonly live: Map<Container, { readonly host: string; readonly facts: ContainerFacts; readonly complete: boolean }>;
}

/** What reads files that people write. Commands on running containers load none of it. */
export interface FileReaders {
  stacks(gateway: GatewayInput, host: SourceHost, sinks: Sinks): readonly Stack[];
  /** Undefined where no gateway.yaml is named, or where it cannot be read. */
  spec(gateway: GatewayInput, stacks: readonly Stack[], host: SourceHost, sinks: Sinks): Spec | undefined;
  /** The files that Kong nodes of a stack start with. */
  mounted(stack: Stack, host: SourceHost, origins: Origins): readonly KongFile[];
}

/** Reads with these readers and resolves everything that the input names. Never throws for what a file holds. */
export function loadWith(readers: FileReaders, input: CompileInput): Loaded {
  const origins = new Origins();
  const files = new Map<string, SourceFile>();
  const diagnostics: Diagnostic[] = [];
  const taken: string[] = [];
  const kongFiles: KongFile[] = [];
  const live: Sinks['live'] = new Map();
  const read = input.gateways.map((gateway) => readGateway(readers, gateway, input.host, { origins, files, diagnostics, taken, kongFiles, live }));
  const split = input.declared ? read : read.flatMap((one) => splitByProxy(one, input.host, origins));
  const gateways = split.map((one) => loadGateway(one, input, { origins, files }));
  const stacks = read.flatMap((one) => one.stacks);
  const configFiles = gateways.flatMap((gateway) => gateway.configFiles);
  for (const stack of stacks) kongFiles.push(...readers.mounted(stack, input.host, origins));
  for (const { source } of kongFiles) files.set(source.path, source);
  const workspace: Workspace = { stacks, configFiles, files, kongFiles };
  return { origins, files, workspace, gateways: gateways.map((gateway) => gateway.loaded), diagnostics, live, notVisible: input.gateways.flatMap(({ seen }) => (seen ?? []).flatMap(({ unseen }) => unseen)), taken };
}

function readGateway(readers: FileReaders, gateway: GatewayInput, host: SourceHost, sinks: Sinks): ReadGateway {
  const stacks = [...readers.stacks(gateway, host, sinks), ...liveStacks(gateway, sinks)];
  if (gateway.rawdata !== undefined) return { input: gateway, stacks, rawdata: loadRawdata(gateway.rawdata, gateway, sinks) };
  const spec = readers.spec(gateway, stacks, host, sinks);
  return { input: gateway, stacks, ...(spec === undefined ? {} : { spec }) };
}

/** Without a declaration, stacks share a proxy as long as there is at most one; else each stands for itself. */
function splitByProxy(one: ReadGateway, host: SourceHost, origins: Origins): readonly ReadGateway[] {
  if (isLive(one.input) || one.input.static !== undefined || one.spec !== undefined || one.stacks.length < 2) return [one];
  const withProxy = one.stacks.filter((stack) => findProxies(stack, host, origins).length > 0);
  if (withProxy.length < 2) return [one];
  return one.stacks.map((stack) => ({ input: { ...one.input, name: stack.name }, stacks: [stack] }));
}

/** All containers of a host are seen by each proxy on it. */
function isLive(input: GatewayInput): boolean {
  return input.seen !== undefined;
}

interface Known {
  readonly origins: Origins;
  readonly files: Map<string, SourceFile>;
}

function loadGateway(one: ReadGateway, input: CompileInput, known: Known): { readonly loaded: LoadedGateway; readonly configFiles: readonly ConfigFile[] } {
  const { host } = input;
  const found = runningFirst(one.stacks.flatMap((stack) => findProxies(stack, isLive(one.input) ? NO_FILES : host, known.origins, saidVersion(one.input))))[0];
  const versions = one.input.versions ?? (one.rawdata !== undefined ? ['3.7'] as const : undefined) ?? versionsOf(one.spec?.proxy ?? found?.proxy, one.spec !== undefined);
  const chosen = chooseStatic(one, found, versions[0] ?? '3.7', host, known);
  // Who names files of a running proxy means those instead of what is in its container.
  const mounted = isLive(one.input) && one.input.dynamic.length > 0 ? [] : (found?.dynamicFiles ?? []);
  const dynamic = dynamicFiles(mounted, one.input.dynamic, host);
  const configFiles = [...(chosen.file === undefined ? [] : [chosen.file]), ...dynamic];
  for (const file of configFiles) known.files.set(file.path, file.source);
  const workspace: Workspace = { stacks: one.stacks, configFiles, files: known.files };
  const decoded = (version: EngineVersion): readonly (DynamicFile & Pick<FileDecoded, 'healed'>)[] => [...rawdataFiles(one.rawdata), ...(one.spec === undefined ? [] : [one.spec.dynamicFile]), ...dynamic.map((file) => ({ file, symbol: pathFrom(input.root ?? '.', file.path), ...decodeDynamic(file, { version, origins: known.origins }) }))];
  const resolve = (workspace: Workspace, version: EngineVersion, dynamicFiles: readonly DynamicFile[]): ResolvedGateway => {
    const names = [...input.overrides.entryPoints.keys()];
    const result = resolveGateway({ name: one.input.name, workspace, origins: known.origins, version, proxy: chosen.proxy, dynamicFiles, ...(one.spec === undefined ? {} : { consumers: one.spec.read.consumers }), ...(found === undefined || chosen.proxy.static === 'unknown' ? {} : { dynamicKnown: found.dynamicKnown || one.input.dynamic.length > 0 }), ...(names.length === 0 ? {} : { staticOverrides: { entryPoints: names } }) });
    const gateway = one.spec === undefined ? result.gateway : { ...result.gateway, stacks: [...result.gateway.stacks, one.spec.read.name ?? 'gateway'] };
    return { ...result, gateway, problems: append(result.problems, chosen.problems) };
  };
  const all = versions.slice(0, input.firstVersionOnly === true ? 1 : undefined).map((version) => ({ version, files: decoded(version) }));
  const resolved = all.map(({ version, files }) => resolve(workspace, version, files));
  const healed = (): readonly HealedGateway[] => resolved.map((result, at) => healAll({ workspace, result, files: all[at]?.files ?? [], resolve: (better, files) => resolve(better, result.version, files) }));
  const loaded = { name: one.input.name, proxy: chosen.proxy, resolved, versionKnown: one.input.versions !== undefined || chosen.proxy.version !== 'unknown', staticKnown: chosen.proxy.static !== 'unknown', healed, stacks: one.stacks.map((stack) => stack.name), ...(one.input.seen === undefined ? {} : { hosts: one.input.seen.map(({ host: name }) => name) }), ...partOf(one), ...(one.spec === undefined ? {} : { spec: one.spec.read }) };
  return { loaded, configFiles };
}

/** What of a gateway could not be read. */
function partOf({ input, spec, stacks }: ReadGateway): Pick<LoadedGateway, 'partial'> {
  if (input.spec !== undefined && spec === undefined) return { partial: 'spec' };
  return stacks.some(({ unread }) => unread !== undefined) ? { partial: 'stacks' } : {};
}

/** The one version that was said; of several each image tells its own. */
function saidVersion({ versions }: GatewayInput): EngineVersion | undefined {
  return versions?.length === 1 ? versions[0] : undefined;
}

function versionsOf(proxy: Proxy | undefined, hasSpec: boolean): readonly EngineVersion[] {
  if (hasSpec && (proxy === undefined || proxy.version === 'unknown')) return ['3.7'];
  if (proxy === undefined || proxy.version === 'unknown') return BOTH;
  return proxy.version.value === '2.11' ? ['2.11'] : ['3.7'];
}

interface ChosenStatic {
  readonly proxy: Proxy;
  readonly problems: readonly Problem[];
  readonly file?: ConfigFile;
}

/** A named file wins over what is found beside the stacks. */
function chooseStatic(one: ReadGateway, found: FoundProxy | undefined, version: EngineVersion, host: SourceHost, known: Known): ChosenStatic {
  if (one.spec?.proxy !== undefined && one.input.static === undefined) return { proxy: one.spec.proxy, problems: [] };
  const path = one.input.static;
  const text = path === undefined ? undefined : host.readFile(path);
  if (path === undefined || text === undefined) {
    const proxy: Proxy = found?.proxy ?? { engine: 'traefik', version: 'unknown', static: 'unknown' };
    return { proxy: named(proxy, one.input, known.origins), problems: found?.problems ?? [], ...(found?.staticFile === undefined ? {} : { file: found.staticFile }) };
  }
  const file: ConfigFile = { path, role: 'static', format: path.toLowerCase().endsWith('.toml') ? 'toml' : 'yaml', source: new SourceFile(path, text) };
  const read = readStatic({ file, origin: known.origins.span(path, 0, 0) }, { version, origins: known.origins, symbolPrefix: path });
  const proxy: Proxy = { engine: 'traefik', version: found?.proxy.version ?? 'unknown', static: read.config, ...(found === undefined ? {} : { container: found.container }) };
  return { proxy: named(proxy, one.input, known.origins), problems: read.problems, file };
}

/** A version that was said (`--source-version`, `engine:`) is the proxy's version when it is one. */
function named(proxy: Proxy, input: GatewayInput, origins: Origins): Proxy {
  const [version, ...more] = input.versions ?? [];
  return version === undefined || more.length > 0 ? proxy : { ...proxy, version: { value: version, origin: origins.default('the source version given') } };
}

function append(first: readonly Problem[], second: readonly Problem[]): readonly Problem[] {
  return [...first, ...second.map((problem) => (problem.causedBy === undefined ? problem : { ...problem, causedBy: problem.causedBy + first.length }))];
}
