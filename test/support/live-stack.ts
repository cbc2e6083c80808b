import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EngineBinary } from '../../src/engines/find.ts';
import type { TraefikEntryPoint } from '../../src/engines/traefik.ts';
import type { Container, StaticConfig } from '../../src/ir/index.ts';
import type { Text } from '../../src/text/index.ts';
import { containerId } from './docker-container.ts';
import type { FakeContainer } from './docker-container.ts';
import type { Linted } from './lint.ts';
import { tempFolder } from './temp-folder.ts';
import { startTraefikDocker, type TraefikDocker } from './traefik-docker.ts';

const PLACE: readonly TraefikEntryPoint[] = [{ name: 'web' }, { name: 'websecure' }];

/** The containers that Compose would make of the stacks, as Docker would show them. */
export function liveContainers({ loaded }: Linted): readonly FakeContainer[] {
  const swarm = staticOf(loaded)?.docker?.swarm === true;
  return loaded.workspace.stacks.flatMap((stack) => stack.containers.map((container) => toFake(container, swarm)));
}

/** The name that Docker gives a container. */
export function liveName({ id, containerName }: Container): string {
  return containerName === undefined ? `${id.stack}-${id.service}-1` : plain(containerName.value);
}

function toFake(container: Container, swarm: boolean): FakeContainer {
  const labels = container.labels.filter(({ place }) => (place === 'deploy') === swarm || place === 'file');
  const networks = container.networkMode === undefined ? container.networks.map(({ dockerName }) => plain(dockerName)) : [];
  const declared = [...container.ports.map((port) => `${String(port.container)}/${port.protocol}`), ...container.expose.map(({ port, protocol }) => `${String(port)}/${protocol}`)];
  return {
    name: liveName(container),
    labels: Object.fromEntries(labels.map(({ key, value }) => [plain(key.value), plain(value.value)])),
    // What an image exposes is not in a Compose file: one that names no port gets the usual one.
    ports: declared.length === 0 && (container.unknownPorts ?? []).length === 0 ? ['80/tcp'] : [...new Set(declared)],
    networks: Object.fromEntries([...new Set(networks)].map((name, index) => [name, `127.0.1.${String(index + 1)}`])),
    ...(container.networkMode === undefined ? {} : { networkMode: plain(container.networkMode.value) }),
    composeProject: container.id.stack,
    composeService: container.id.service,
  };
}

/** Compose puts nothing where a variable has no value. */
function plain({ text, holes }: Text): string {
  return holes.reduce((rest, name) => rest.replaceAll(new RegExp(`\\$(?:\\{${name}[^}]*\\}|${name})`, 'g'), ''), text);
}

function staticOf(loaded: Linted['loaded']): StaticConfig | undefined {
  const config = loaded.gateways[0]?.proxy.static;
  return config === undefined || config === 'unknown' ? undefined : config;
}

/** Starts Traefik with the static configuration of the stack's own proxy, on free ports, and the files of its file provider. */
export async function startLiveTraefik(engine: EngineBinary, { loaded }: Linted): Promise<TraefikDocker> {
  const folder = await tempFolder();
  const config = staticOf(loaded);
  const dynamic = loaded.workspace.configFiles.filter(({ role }) => role === 'dynamic');
  for (const file of dynamic) await place(join(folder.path, file.path.replaceAll('/', '_')), file.source.text);
  const plugins = config?.plugins.map(({ value }) => value) ?? [];
  const traefik = await startTraefikDocker({
    engine,
    entryPoints: config === undefined ? PLACE : config.entryPoints.map(({ name, udp }) => ({ name, ...(udp ? { protocol: 'udp' as const } : {}) })),
    flags: config === undefined ? [] : [...flagsOf(config), ...syntaxFlags(loaded)],
    directory: folder.path,
    ...(config?.docker?.constraints === undefined ? {} : { admission: Object.fromEntries([...config.docker.constraints.matchAll(/Label\(`([^`]+)`, *`([^`]*)`\)/g)].map((found) => [found[1] ?? '', found[2] ?? ''])) }),
    prepare: (work) => writePlugins(work, plugins),
  });
  return {
    ...traefik,
    stop: async () => {
      await traefik.stop();
      await folder.remove();
    },
  };
}

function flagsOf(config: StaticConfig): readonly string[] {
  const docker = config.docker;
  return [
    ...(docker === undefined ? [] : [`--providers.docker.exposedbydefault=${String(docker.exposedByDefault)}`, ...given('--providers.docker.network', docker.network), ...given('--providers.docker.constraints', docker.constraints), ...given('--providers.docker.defaultrule', docker.defaultRule)]),
    ...config.resolvers.flatMap(({ value }) => [`--certificatesresolvers.${value}.acme.storage=${value}.json`, `--certificatesresolvers.${value}.acme.caserver=http://127.0.0.1:9/directory`, `--certificatesresolvers.${value}.acme.tlschallenge=true`]),
    ...config.entryPoints.flatMap((point) => [
      ...(point.tls === undefined ? [] : [`--entrypoints.${point.name}.http.tls=true`]),
      ...(point.asDefault ? [`--entrypoints.${point.name}.asdefault=true`] : []),
      ...given(`--entrypoints.${point.name}.http.middlewares`, point.middlewares.map(({ value }) => value).join(',')),
      ...(point.redirection === undefined ? [] : [`--entrypoints.${point.name}.http.redirections.entrypoint.to=${point.redirection.to}`, `--entrypoints.${point.name}.http.redirections.entrypoint.scheme=${point.redirection.scheme}`]),
    ]),
    ...config.plugins.map(({ value }) => `--experimental.localplugins.${value}.modulename=${moduleOf(value)}`),
  ];
}

/** A stack of the 2.11 line keeps its rule language. */
function syntaxFlags(loaded: Linted['loaded']): readonly string[] {
  const version = loaded.gateways[0]?.proxy.version;
  return version !== undefined && version !== 'unknown' && version.value === '2.11' ? ['--core.defaultrulesyntax=v2'] : [];
}

function given(flag: string, value: string): readonly string[] {
  return value === '' ? [] : [`${flag}=${value}`];
}

function moduleOf(plugin: string): string {
  return `example.com/${plugin.replace(/[^a-z]/gi, '')}`;
}

/** Plugins come from a registry; here each is one that passes requests on and takes every option that a map can hold. */
async function writePlugins(work: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const folder = join(work, 'plugins-local', 'src', moduleOf(name));
    const code = name.replace(/[^a-z]/gi, '');
    await place(join(folder, '.traefik.yml'), `displayName: ${code}\ntype: middleware\nimport: ${moduleOf(name)}\nsummary: passes on\ntestData:\n  Any: thing\n`);
    await place(join(folder, 'go.mod'), `module ${moduleOf(name)}\n\ngo 1.19\n`);
    await place(join(folder, 'plugin.go'), `package ${code}\n\nimport (\n\t"context"\n\t"net/http"\n)\n\ntype Config map[string]interface{}\n\nfunc CreateConfig() *Config { return &Config{} }\n\nfunc New(ctx context.Context, next http.Handler, config *Config, name string) (http.Handler, error) {\n\treturn next, nil\n}\n`);
  }
}

async function place(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Containers that the log calls lost, by name. */
export function lostInLog(log: readonly string[], containers: readonly FakeContainer[]): ReadonlySet<string> {
  const errors = log.filter((line) => / ERR /.test(line) && !line.includes('routerName='));
  const isNamed = (line: string, { name }: FakeContainer): boolean => line.includes(`Skip container ${name} `) || line.includes(`Skip container ${name}:`);
  return new Set(containers.filter((container) => errors.some((line) => line.includes(containerId(container)) || isNamed(line, container))).map(({ name }) => name));
}
