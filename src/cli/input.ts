import path from 'node:path';
import type { Config, DeclaredGateway } from '../config/config.ts';
import type { AddressOverrides, CompileInput, EngineVersion, FailedHost, GatewayInput, SourceHost, StackInput } from '../index.ts';
import type { Context } from './context.ts';
import { checkDeclared } from './declared-files.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { findConfig } from './find-config.ts';
import { fileHost, kindOf, STDIN, withStdin } from './host.ts';
import { checkRunning, liveGatewaysOf, readGateways, readsRunning, recordedGateways } from './live.ts';
import type { LiveGateway } from './live.ts';
import { hostPort, nameValue } from './options.ts';
import type { SourceOptions } from './options.ts';
import { unknownName } from './words.ts';

export interface Prepared {
  readonly config: Config;
  readonly input: CompileInput;
  readonly host: SourceHost;
  /** Docker hosts that could not be read; their gateways are left out. */
  readonly failed?: readonly FailedHost[];
  /** Where the containers run that are read instead of files. */
  readonly live?: readonly LiveGateway[];
}

/** Flag, environment, configuration, default: works out what is to be read. Throws CommandError 2 or 3, also where only some Docker hosts answer. */
export async function prepare(context: Context, stacks: readonly string[], options: SourceOptions, files: SourceHost = fileHost(context.cwd)): Promise<Prepared> {
  const prepared = await prepareVisible(context, stacks, options, files);
  if (prepared.failed !== undefined && prepared.failed.length > 0) throw unreachable(prepared.failed);
  return prepared;
}

function unreachable(failed: readonly FailedHost[]): CommandError {
  return new CommandError(EXIT.environment, hostsNotRead(failed).join('\n'));
}

/** A line for each host that could not be read. */
export function hostsNotRead(failed: readonly FailedHost[]): readonly string[] {
  return failed.map(({ host, why }) => `cannot read the Docker host ${host}: ${why}`);
}

/** The same, with what the hosts that answer let see: who calls must say which ones did not. */
export async function prepareVisible(context: Context, stacks: readonly string[], options: SourceOptions, files: SourceHost = fileHost(context.cwd)): Promise<Prepared> {
  const host = [...stacks, ...(options.file ?? [])].includes('-') ? withStdin(files, context.stdinText()) : files;
  const config = await findConfig(context, options, host);
  const overrides = addressOverrides(options);
  if (readsRunning(options)) return running(context, stacks, options, { config, host, overrides });
  const named = stacks.length > 0 || (options.file ?? []).length > 0;
  const isDeclared = !named && config.gateways.length > 0;
  if (options.gateway !== undefined && !isDeclared) throw new CommandError(EXIT.usage, named ? '--gateway picks from the configuration, so no stacks can be given with it' : '--gateway needs a configuration that declares gateways');
  checkFiles(context, options);
  const gateways = isDeclared ? declared(context, config, options, host) : [undeclared(context, stacks, options)];
  return { config, host, input: { gateways, declared: isDeclared, host, overrides, ...(config.path === undefined ? {} : { root: path.posix.dirname(config.path) }) } };
}

interface Around {
  readonly config: Config;
  readonly host: SourceHost;
  readonly overrides: AddressOverrides;
}

/** Running containers, from their hosts or from a file. Throws CommandError 2 or 3 where nothing could be seen. */
async function running(context: Context, stacks: readonly string[], options: SourceOptions, { config, host, overrides }: Around): Promise<Prepared> {
  checkRunning(stacks, options);
  checkFiles(context, options);
  if (options.from !== undefined) {
    const names = stacks.map((name) => (name === '-' ? STDIN : name));
    const gateways = await recordedGateways(options.from, names, host);
    return { config, host, input: { gateways: gateways.map((gateway) => ({ ...gateway, ...shared(options) })), declared: false, host, overrides } };
  }
  const live = await liveGatewaysOf(context, config, options, host);
  const folder = config.path === undefined ? '.' : path.posix.dirname(config.path);
  const declaredBy = new Map((options.dockerHost === undefined ? config.gateways : []).map((gateway) => [gateway.name, gateway]));
  const { gateways, failed } = await readGateways(live, (name) => {
    const gateway = declaredBy.get(name);
    return gateway === undefined ? shared(options) : declaredCommon(gateway, folder, options, host);
  });
  if (gateways.length === 0) throw unreachable(failed);
  return { config, host, input: { gateways, declared: [...declaredBy.values()].some((gateway) => gateway.live.length > 0), host, overrides }, failed, live };
}

function kindAt(context: Context, name: string): 'file' | 'folder' | 'missing' {
  return context.kindOf === undefined ? kindOf(context.cwd, name) : context.kindOf(name);
}

function undeclared(context: Context, stacks: readonly string[], options: SourceOptions): GatewayInput {
  const spec = specInput(context, stacks, options);
  const named = stacks.length > 0 || (options.file ?? []).length > 0;
  const inputs = stackInputs(context, stacks.filter((name) => !isSpecFile(name)), { ...options, file: (options.file ?? []).filter((name) => !isSpecFile(name)) }, named && spec !== undefined);
  return { name: 'default', stacks: inputs, ...(spec === undefined ? {} : { spec }), ...shared(options) };
}

/** `gateway.yaml`, `gateway.prod.yaml`, `shop.gateway.yaml`; not `gateway.config.yaml`. */
function isSpecFile(name: string): boolean {
  const base = path.posix.basename(name.replaceAll('\\', '/'));
  return /^(?:gateway(?:\.[\w-]+)*|.+\.gateway)\.ya?ml$/.test(base) && !/^gateway\.config\.ya?ml$/.test(base);
}

/** The gateway.yaml that was named, with its overlays in order; else the one of this folder. */
function specInput(context: Context, stacks: readonly string[], options: SourceOptions): StackInput | undefined {
  const wanted = [...(options.file ?? []), ...stacks].filter(isSpecFile);
  const missing = wanted.find((name) => kindAt(context, name) !== 'file');
  if (missing !== undefined) throw new CommandError(EXIT.environment, `there is no file ${missing}`);
  const folders = stacks.length === 0 && (options.file ?? []).length === 0 ? ['.'] : stacks.filter((name) => kindAt(context, name) === 'folder');
  const found = folders.flatMap((folder) => ['gateway.yaml', 'gateway.yml'].map((name) => path.posix.join(folder, name)).filter((name) => kindAt(context, name) === 'file').slice(0, 1));
  const files = wanted.length > 0 ? wanted : found;
  return files.length === 0 ? undefined : { files, variables: variablesOf(context, options), envFiles: options.envFile ?? [], workingDirectory: context.cwd };
}

/** A file that was named and is not there is never left out in silence. */
function checkFiles(context: Context, options: SourceOptions): void {
  const named = (option: string, names: readonly string[]): readonly { readonly option: string; readonly name: string }[] => names.map((name) => ({ option, name }));
  const files = [...named('--static', options.static === undefined ? [] : [options.static]), ...named('--env-file', options.envFile ?? []), ...named('--file', (options.file ?? []).filter((name) => name !== '-'))];
  const missing = files.find(({ name }) => kindAt(context, name) !== 'file') ?? named('--dynamic', options.dynamic ?? []).find(({ name }) => kindAt(context, name) === 'missing');
  if (missing !== undefined) throw new CommandError(EXIT.environment, `${missing.option}: ${kindAt(context, missing.name) === 'folder' ? `${missing.name} is a folder, not a file` : `cannot read ${missing.name}`}`);
}

function shared(options: SourceOptions): Pick<GatewayInput, 'static' | 'dynamic' | 'versions'> {
  return {
    ...(options.static === undefined ? {} : { static: options.static }),
    dynamic: options.dynamic ?? [],
    ...(options.sourceVersion === undefined ? {} : { versions: sourceVersions(options.sourceVersion) }),
  };
}

/** @param specOnly only a gateway.yaml was named: no stack of this folder joins in by itself */
function stackInputs(context: Context, stacks: readonly string[], options: SourceOptions, specOnly: boolean): readonly StackInput[] {
  const variables = variablesOf(context, options);
  const common = { variables, envFiles: options.envFile ?? [], workingDirectory: context.cwd };
  const files = (options.file ?? []).map((name) => (name === '-' ? STDIN : name));
  const first: readonly StackInput[] = files.length === 0 ? [] : [{ files, ...(options.projectName === undefined ? {} : { projectName: options.projectName }), ...common }];
  const rest = (stacks.length === 0 && files.length === 0 && !specOnly ? ['.'] : stacks).map((name) => stackInput(context, name, common));
  return [...first, ...rest];
}

function stackInput(context: Context, name: string, common: Pick<StackInput, 'variables' | 'envFiles' | 'workingDirectory'>): StackInput {
  if (name === '-') return { files: [STDIN], ...common };
  const kind = kindAt(context, name);
  if (kind === 'missing') throw new CommandError(EXIT.environment, `there is no file or folder ${name}`);
  return kind === 'folder' ? { files: [], directory: name.replace(/\/+$/, '') || '/', ...common } : { files: [name], ...common };
}

function variablesOf(context: Context, options: SourceOptions): ReadonlyMap<string, string> {
  const fromProcess = options.envFrom === 'process' ? Object.entries(context.env).filter((entry): entry is [string, string] => entry[1] !== undefined) : [];
  if (options.envFrom !== undefined && options.envFrom !== 'process') throw new CommandError(EXIT.usage, `--env-from takes "process", got "${options.envFrom}"`);
  return new Map([...fromProcess, ...(options.var ?? []).map((text) => nameValue('--var', text))]);
}

/** `traefik=2.11,3.7`: each must be right. */
export function sourceVersions(text: string): readonly EngineVersion[] {
  const [engine, list = ''] = text.split('=');
  if (engine !== 'traefik' || list === '') throw new CommandError(EXIT.usage, `--source-version takes traefik=VERSION[,VERSION], got "${text}"`);
  return list.split(',').map((version) => {
    if (/^2\.\d+/.test(version)) return '2.11';
    if (/^3\.\d+/.test(version)) return '3.7';
    throw new CommandError(EXIT.usage, `Traefik ${version} is not known (2.x or 3.x)`);
  });
}

function declared(context: Context, config: Config, options: SourceOptions, host: SourceHost): readonly GatewayInput[] {
  const wanted = options.gateway ?? [];
  for (const name of wanted) if (!config.gateways.some((gateway) => gateway.name === name)) throw unknownName(`no gateway "${name}" in ${config.path ?? 'the configuration'}`, name, config.gateways.map((one) => one.name), 'There is');
  const folder = config.path === undefined ? '.' : path.posix.dirname(config.path);
  const onlyLive = config.gateways.filter((gateway) => gateway.stacks.length === 0 && !wanted.includes(gateway.name));
  const isAll = onlyLive.length === config.gateways.length;
  if (!isAll && wanted.length === 0) for (const { name } of onlyLive) context.err(`gateway "${name}" has no stacks: left out, --live reads its containers\n`);
  return config.gateways.filter((gateway) => (wanted.length === 0 ? isAll || !onlyLive.includes(gateway) : wanted.includes(gateway.name))).map((gateway) => declaredInput(context, gateway, folder, options, host));
}

/** What a declared gateway says beside its stacks. Throws CommandError (3) where a file that it names cannot be read. */
function declaredCommon(gateway: DeclaredGateway, folder: string, options: SourceOptions, host: SourceHost): Pick<GatewayInput, 'static' | 'dynamic' | 'versions'> {
  checkDeclared(gateway, folder, options.static !== undefined, host);
  const at = (name: string): string => path.posix.join(folder, name);
  return {
    dynamic: [...gateway.dynamic.map(at), ...(options.dynamic ?? [])],
    ...(options.static === undefined ? (gateway.static === undefined ? {} : { static: at(gateway.static) }) : { static: options.static }),
    ...(options.sourceVersion === undefined ? (gateway.engine === undefined ? {} : { versions: sourceVersions(gateway.engine) }) : { versions: sourceVersions(options.sourceVersion) }),
  };
}

function declaredInput(context: Context, gateway: DeclaredGateway, folder: string, options: SourceOptions, host: SourceHost): GatewayInput {
  const at = (name: string): string => path.posix.join(folder, name);
  const common = declaredCommon(gateway, folder, options, host);
  const names = gateway.stacks.flatMap((pattern) => expand(at(pattern), host));
  if (names.length === 0 && gateway.stacks.length === 0) throw new CommandError(EXIT.environment, `gateway "${gateway.name}" has no stacks, only running containers: --live`);
  if (names.length === 0) throw new CommandError(EXIT.environment, `gateway "${gateway.name}": no stack matches ${gateway.stacks.join(', ')}`);
  const around = { variables: variablesOf(context, options), workingDirectory: context.cwd, envFiles: [...gateway.env.map(at), ...(options.envFile ?? [])] };
  return {
    name: gateway.name,
    stacks: names.filter((name) => !isSpecFile(name)).map((name) => stackInput(context, name, around)),
    ...declaredSpec(names.filter(isSpecFile), around),
    ...common,
  };
}

function declaredSpec(files: readonly string[], common: Pick<StackInput, 'variables' | 'envFiles' | 'workingDirectory'>): Pick<GatewayInput, 'spec'> {
  return files.length === 0 ? {} : { spec: { files, ...common } };
}

/** `stacks/*`: every folder or Compose file there; a plain path is itself. */
function expand(pattern: string, host: SourceHost): readonly string[] {
  const last = path.posix.basename(pattern);
  if (!last.includes('*')) return [pattern];
  const folder = path.posix.dirname(pattern);
  const matcher = new RegExp(`^${last.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
  return (host.listFolder(folder) ?? []).filter((name) => matcher.test(name) && !name.startsWith('.')).map((name) => path.posix.join(folder, name));
}

function addressOverrides(options: SourceOptions & { readonly endpoint?: readonly string[] }): AddressOverrides {
  const entryPoints = new Map((options.entrypoint ?? []).map((text) => {
    const [name, address] = nameValue('--entrypoint', text);
    return [name, hostPort('--entrypoint', address)] as const;
  }));
  const endpoints = (options.endpoint ?? []).map((text) => {
    const [left, address] = nameValue('--endpoint', text);
    const { host, port: toPort } = hostPort('--endpoint', address);
    const match = /^(.*?)(?::(\d+))?$/.exec(left);
    return { service: match?.[1] ?? left, ...(match?.[2] === undefined ? {} : { port: Number(match[2]) }), host, toPort };
  });
  return { endpoints, entryPoints };
}
