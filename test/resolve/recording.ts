import { readFileSync } from 'node:fs';
import type { Container, Proxy, RawLabel, StaticConfig, Workspace } from '../../src/ir/index.ts';
import { decodeDynamic } from '../../src/traefik-config/dynamic-file.ts';
import { resolveGateway, type EngineVersion, type ResolvedGateway, type ResolveInput } from '../../src/resolve/index.ts';
import { known, Origins, SourceFile, type OriginId } from '../../src/text/index.ts';

export interface RecordedContainer {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly string[];
  readonly networks: Readonly<Record<string, string>>;
  readonly networkMode?: string;
  readonly health?: string;
  readonly state?: string;
  readonly published?: Readonly<Record<string, readonly { readonly HostIp?: string; readonly HostPort?: string }[]>>;
}
export interface RecordedEntity {
  readonly status: string;
  readonly rule?: string;
  readonly ruleSyntax?: string;
  readonly priority?: number;
  readonly entryPoints?: readonly string[];
  readonly using?: readonly string[];
  readonly service?: string;
  readonly middlewares?: readonly string[];
  readonly tls?: unknown;
  readonly errors?: readonly string[];
  readonly usedBy?: readonly string[];
  readonly options?: unknown;
  readonly loadBalancer?: unknown;
  readonly servers?: readonly Readonly<Record<string, unknown>>[];
  readonly [key: string]: unknown;
}
export type Section = Readonly<Record<string, RecordedEntity>>;
export interface Verdict {
  readonly routers: Section;
  readonly services: Section;
  readonly middlewares: Section;
  readonly tcpRouters?: Section;
  readonly tcpServices?: Section;
  readonly tcpMiddlewares?: Section;
  readonly udpRouters?: Section;
  readonly udpServices?: Section;
  readonly log: readonly { readonly level: string; readonly message?: string; readonly error?: unknown }[];
  readonly providerDown?: boolean;
  readonly varies?: boolean;
  readonly others?: readonly Verdict[];
}
export interface RecordedCase {
  readonly id: string;
  readonly class: string;
  readonly containers: readonly RecordedContainer[];
  readonly flags?: readonly string[];
  readonly 'v2.11': Verdict;
  readonly 'v3.7': Verdict;
}

export function readRecording(path: string): readonly RecordedCase[] {
  const parsed: { readonly cases: readonly RecordedCase[] } = JSON.parse(readFileSync(path, 'utf8'));
  return parsed.cases;
}

/** What the engine read from its file provider while the recording was made. */
const DYNAMIC = `http:
  middlewares:
    auth: { basicAuth: { users: ['u:$apr1$x'] } }
    strip: { stripPrefix: { prefixes: [/x] } }
  services:
    ext: { loadBalancer: { servers: [{ url: 'http://127.9.9.9:80' }] } }
  serversTransports:
    insecure: { insecureSkipVerify: true }
tls:
  options:
    modern: { minVersion: VersionTLS13 }
`;

export function resolveCase(recorded: RecordedCase, version: EngineVersion): ResolvedGateway {
  const origins = new Origins();
  return resolveGateway(recordedInput(recorded, version, workspaceOf(recorded, origins), origins));
}

/** The recorded static and dynamic configuration around any form of the recorded containers. */
export function recordedInput(recorded: RecordedCase, version: EngineVersion, workspace: Workspace, origins: Origins): ResolveInput {
  const source = new SourceFile('dynamic.yml', DYNAMIC);
  const decoded = decodeDynamic({ format: 'yaml', source }, { version, origins });
  return {
    name: 'recorded',
    workspace,
    origins,
    version,
    proxy: proxyOf(recorded, version, origins),
    dynamicFiles: [{ file: { path: 'dynamic.yml' }, root: decoded.root, problems: decoded.problems }],
    facts: 'complete',
    readFile: () => undefined,
  };
}

function proxyOf(recorded: RecordedCase, version: EngineVersion, origins: Origins): Proxy {
  const origin = origins.default('recorded static configuration');
  const flag = (name: string): string | undefined => recorded.flags?.find((text) => text.startsWith(`--providers.docker.${name}=`))?.split(/=(.*)/s)[1];
  const entryPoint = (name: string, port: number, udp = false): StaticConfig['entryPoints'][number] => ({
    name, origin, host: '', port, udp, asDefault: false, middlewares: [],
    forwardedHeaders: { insecure: false, trustedIPs: [], connection: [], notAppendXForwardedFor: false },
    sanitizePath: true, encodeQuerySemicolons: false, raw: {},
  });
  const config: StaticConfig = {
    from: 'flags', origin,
    entryPoints: [entryPoint('web', 80), entryPoint('websecure', 443), entryPoint('db', 5432), entryPoint('dns', 53, true), entryPoint('traefik', 8080)],
    api: { insecure: true, dashboard: true, origin },
    docker: {
      exposedByDefault: flag('exposedbydefault') !== 'false',
      network: flag('network') ?? '', defaultRule: flag('defaultrule') ?? 'Host(`{{ normalize .Name }}`)', constraints: flag('constraints') ?? '',
      useBindPortIP: flag('usebindportip') === 'true', allowEmptyServices: flag('allowemptyservices') === 'true', swarm: false, endpoint: '', origin,
    },
    file: { filename: 'dynamic.yml', directory: '', origin },
    resolvers: [{ value: 'le', origin }], plugins: [], defaultRuleSyntax: version === '2.11' ? 'v2' : 'v3', raw: {}, places: new Map(),
  };
  return { engine: 'traefik', version: { value: version, origin }, static: config };
}

function workspaceOf(recorded: RecordedCase, origins: Origins): Workspace {
  const containers = recorded.containers.map((container) => containerOf(container, origins));
  const stack = { name: '', files: [], envFiles: [], directory: '', containers, networks: [], configs: [], unset: [] };
  return { stacks: [stack], configFiles: [], files: new Map() };
}

function containerOf(container: RecordedContainer, origins: Origins): Container {
  const origin = origins.container(container.name, '');
  const published = Object.entries(container.published ?? {}).flatMap(([port, bindings]) => bindings.map((binding) => mapping(port, binding, origin)));
  return {
    id: { stack: '', service: container.name }, origin, hasBuild: false,
    containerName: { value: known(container.name), origin },
    labels: Object.entries(container.labels).map(([key, value]) => labelOf(container.name, key, value, origins)),
    ports: published, expose: [], networks: [],
    ...(container.networkMode === undefined ? {} : { networkMode: { value: known(container.networkMode), origin } }),
    mounts: [], environment: [], command: [], entrypoint: [], dependsOn: [], replicas: 1, hasHealthcheck: container.health !== undefined, profiles: [],
    live: { status: container.state ?? 'running', ...(container.health === undefined ? {} : { health: container.health }), addresses: container.networks, exposedPorts: container.ports },
  };
}

function mapping(port: string, binding: { readonly HostIp?: string; readonly HostPort?: string }, origin: OriginId): Container['ports'][number] {
  return {
    container: Number.parseInt(port, 10), protocol: port.endsWith('/udp') ? 'udp' : 'tcp', origin,
    ...(binding.HostPort === undefined ? {} : { published: Number(binding.HostPort) }),
    ...(binding.HostIp === undefined ? {} : { hostIp: binding.HostIp }),
  };
}

function labelOf(container: string, key: string, value: string, origins: Origins): RawLabel {
  const origin = origins.container(container, key);
  return { key: { value: known(key), origin }, value: { value: known(value), origin }, origin, place: 'service' };
}
