import type { Diagnostic } from '../diagnostics/index.ts';
import type { ConfigFile, Problem, Proxy, Stack, Workspace } from '../ir/index.ts';
import { resolveGateway } from '../resolve/index.ts';
import type { DynamicFile, EngineVersion, ResolvedGateway } from '../resolve/index.ts';
import { readCompose } from '../sources/compose/index.ts';
import type { SourceHost } from '../sources/source.ts';
import { Origins, SourceFile } from '../text/index.ts';
import { decodeDynamic } from '../traefik-config/dynamic-file.ts';
import { findProxies } from '../traefik-config/find-proxy.ts';
import type { FoundProxy } from '../traefik-config/find-proxy.ts';
import { readStatic } from '../traefik-config/static/read-static.ts';
import type { CompileInput, GatewayInput, Loaded, LoadedGateway } from './types.ts';

const BOTH: readonly EngineVersion[] = ['3.7', '2.11'];

interface ReadGateway {
  readonly input: GatewayInput;
  readonly stacks: readonly Stack[];
}

/** Reads and resolves everything that the input names. Never throws for what a file holds. */
export function load(input: CompileInput): Loaded {
  const origins = new Origins();
  const files = new Map<string, SourceFile>();
  const diagnostics: Diagnostic[] = [];
  const taken: string[] = [];
  const read = input.gateways.map((gateway): ReadGateway => ({ input: gateway, stacks: readStacks(gateway, input.host, { origins, files, diagnostics, taken }) }));
  const split = input.declared ? read : read.flatMap((one) => splitByProxy(one, input.host, origins));
  const gateways = split.map((one) => loadGateway(one, input, { origins, files }));
  const stacks = read.flatMap((one) => one.stacks);
  const configFiles = gateways.flatMap((gateway) => gateway.configFiles);
  const workspace: Workspace = { stacks, configFiles, files };
  return { origins, files, workspace, gateways: gateways.map((gateway) => gateway.loaded), diagnostics, taken };
}

interface Sinks {
  readonly origins: Origins;
  readonly files: Map<string, SourceFile>;
  readonly diagnostics: Diagnostic[];
  readonly taken: string[];
}

function readStacks(gateway: GatewayInput, host: SourceHost, sinks: Sinks): readonly Stack[] {
  return gateway.stacks.flatMap((one) => {
    const { stack, files, diagnostics } = readCompose(one, host, sinks.origins);
    for (const file of files) sinks.files.set(file.path, file);
    sinks.diagnostics.push(...diagnostics);
    if (stack === undefined) return [];
    const environment = stack.envFiles.length === 0 ? 'no .env' : stack.envFiles.join(' + ');
    sinks.taken.push(`${stack.name} (${stack.files.join(' + ')}, ${environment})`);
    return [stack];
  });
}

/** Without a declaration, stacks share a proxy as long as there is at most one; else each stands for itself. */
function splitByProxy(one: ReadGateway, host: SourceHost, origins: Origins): readonly ReadGateway[] {
  if (one.input.static !== undefined || one.stacks.length < 2) return [one];
  const withProxy = one.stacks.filter((stack) => findProxies(stack, host, origins).length > 0);
  if (withProxy.length < 2) return [one];
  return one.stacks.map((stack) => ({ input: { ...one.input, name: stack.name }, stacks: [stack] }));
}

interface Known {
  readonly origins: Origins;
  readonly files: Map<string, SourceFile>;
}

function loadGateway(one: ReadGateway, input: CompileInput, known: Known): { readonly loaded: LoadedGateway; readonly configFiles: readonly ConfigFile[] } {
  const { host } = input;
  const found = one.stacks.flatMap((stack) => findProxies(stack, host, known.origins))[0];
  const versions = one.input.versions ?? versionsOf(found?.proxy);
  const chosen = chooseStatic(one, found, versions[0] ?? '3.7', host, known);
  const dynamic = [...(found?.dynamicFiles ?? []), ...namedDynamicFiles(one.input, host)];
  const configFiles = [...(chosen.file === undefined ? [] : [chosen.file]), ...dynamic];
  for (const file of configFiles) known.files.set(file.path, file.source);
  const workspace: Workspace = { stacks: one.stacks, configFiles, files: known.files };
  const resolved = versions.map((version): ResolvedGateway => {
    const dynamicFiles = dynamic.map((file): DynamicFile => ({ file, ...decodeDynamic(file, { version, origins: known.origins }) }));
    const names = [...input.overrides.entryPoints.keys()];
    const result = resolveGateway({ name: one.input.name, workspace, origins: known.origins, version, proxy: chosen.proxy, dynamicFiles, ...(names.length === 0 ? {} : { staticOverrides: { entryPoints: names } }) });
    return { ...result, problems: append(result.problems, chosen.problems) };
  });
  const loaded = { name: one.input.name, proxy: chosen.proxy, resolved, versionKnown: one.input.versions !== undefined || chosen.proxy.version !== 'unknown', staticKnown: chosen.proxy.static !== 'unknown', stacks: one.stacks.map((stack) => stack.name) };
  return { loaded, configFiles };
}

function versionsOf(proxy: Proxy | undefined): readonly EngineVersion[] {
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

function namedDynamicFiles(input: GatewayInput, host: SourceHost): readonly ConfigFile[] {
  return input.dynamic.flatMap((path) => dynamicFile(path, host) ?? folderFiles(path, host));
}

function folderFiles(folder: string, host: SourceHost): readonly ConfigFile[] {
  const names = (host.listFolder(folder) ?? []).filter((name) => /\.(?:toml|ya?ml)$/i.test(name));
  return names.flatMap((name) => dynamicFile(`${folder.replace(/\/+$/, '')}/${name}`, host) ?? []);
}

function dynamicFile(path: string, host: SourceHost): readonly ConfigFile[] | undefined {
  const text = host.readFile(path);
  return text === undefined ? undefined : [{ path, role: 'dynamic', format: path.toLowerCase().endsWith('.toml') ? 'toml' : 'yaml', source: new SourceFile(path, text) }];
}

function append(first: readonly Problem[], second: readonly Problem[]): readonly Problem[] {
  return [...first, ...second.map((problem) => (problem.causedBy === undefined ? problem : { ...problem, causedBy: problem.causedBy + first.length }))];
}
