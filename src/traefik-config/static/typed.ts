import type { ContainerProvider, EntryPoint, StaticConfig } from '../../ir/index.ts';
import type { OriginId, Origins, Sourced } from '../../text/index.ts';
import { keyAt, staticTable } from '../keys.ts';
import type { TraefikVersion } from '../keys.ts';
import { provenance } from '../provenance.ts';
import { leafAt, objectAt, objectBelow, textAt, type ConfigObject } from '../tree.ts';
import { addedEntryPoint, toEntryPoint } from './entry-points.ts';
import { flag, rawValue } from './read-tree.ts';

export interface TypedOptions {
  readonly version: TraefikVersion;
  readonly origins: Origins;
  readonly from: StaticConfig['from'];
  readonly origin: OriginId;
}

/** What the compiler needs of a static configuration, defaults filled in; everything else stays in `raw`. */
export function typedStatic(root: ConfigObject, options: TypedOptions): StaticConfig {
  const api = objectAt(root, 'api');
  const file = objectBelow(root, 'providers', 'file');
  const { places, variables } = provenance(root);
  return {
    from: options.from,
    origin: options.origin,
    entryPoints: entryPointsOf(root, options),
    ...(api === undefined ? {} : { api: { insecure: flag(api, 'insecure', false), dashboard: flag(api, 'dashboard', true), origin: api.origin } }),
    ...containerProviders(root, options.version),
    ...(file === undefined ? {} : { file: { filename: textAt(file, 'filename'), directory: textAt(file, 'directory'), origin: file.origin } }),
    resolvers: namesOf(objectAt(root, 'certificatesResolvers')),
    plugins: [...namesOf(objectBelow(root, 'experimental', 'plugins')), ...namesOf(objectBelow(root, 'experimental', 'localPlugins'))],
    defaultRuleSyntax: options.version === '2.11' || leafAt(objectAt(root, 'core'), 'defaultRuleSyntax')?.value === 'v2' ? 'v2' : 'v3',
    raw: rawValue(root, staticTable(options.version)),
    places,
    ...(variables.size === 0 ? {} : { variables }),
  };
}

function namesOf(node: ConfigObject | undefined): readonly Sourced<string>[] {
  return [...(node?.entries ?? [])].map(([value, child]) => ({ value, origin: child.origin }));
}

/** `http` on :80 where no entry point is configured; `traefik` on :8080 where something internal needs it. */
function entryPointsOf(root: ConfigObject, options: TypedOptions): readonly EntryPoint[] {
  const key = keyAt(staticTable(options.version), 'entryPoints.*');
  const written = [...(objectAt(root, 'entryPoints')?.entries ?? [])].flatMap(([name, node]) => (node.kind === 'object' ? [toEntryPoint(name, node, { origins: options.origins, key })] : []));
  const all = written.length > 0 ? written : [addedEntryPoint('http', 80, options.origins.default('no entry point is configured'))];
  const internal = internalUser(root);
  if (internal === undefined || all.some((entryPoint) => entryPoint.name === 'traefik')) return all;
  return [...all, addedEntryPoint('traefik', 8080, options.origins.default(internal))];
}

/** The option that makes the engine add the entry point `traefik` (SetEffectiveConfiguration). */
function internalUser(root: ConfigObject): string | undefined {
  if (flag(objectAt(root, 'api'), 'insecure', false)) return 'api.insecure';
  if (usesInternal(objectAt(root, 'ping'))) return 'ping';
  if (usesInternal(objectBelow(root, 'metrics', 'prometheus'))) return 'metrics.prometheus';
  return flag(objectBelow(root, 'providers', 'rest'), 'insecure', false) ? 'providers.rest.insecure' : undefined;
}

function usesInternal(node: ConfigObject | undefined): boolean {
  return node !== undefined && !flag(node, 'manualRouting', false) && textAt(node, 'entryPoint', 'traefik') === 'traefik';
}

/** The Docker provider, and with 3.x the Swarm provider, which takes its place where only that one is on. */
function containerProviders(root: ConfigObject, version: TraefikVersion): Pick<StaticConfig, 'docker' | 'swarm'> {
  const docker = objectBelow(root, 'providers', 'docker');
  const swarm = version === '3.7' ? objectBelow(root, 'providers', 'swarm') : undefined;
  const ofServices = swarm === undefined ? undefined : containerProvider(swarm, true);
  if (docker === undefined) return ofServices === undefined ? {} : { docker: ofServices };
  return { docker: containerProvider(docker, flag(docker, 'swarmMode', false)), ...(ofServices === undefined ? {} : { swarm: ofServices }) };
}

function containerProvider(node: ConfigObject, swarm: boolean): ContainerProvider {
  return {
    exposedByDefault: flag(node, 'exposedByDefault', true),
    network: textAt(node, 'network'),
    defaultRule: textAt(node, 'defaultRule', 'Host(`{{ normalize .Name }}`)'),
    constraints: textAt(node, 'constraints'),
    useBindPortIP: flag(node, 'useBindPortIP', false),
    allowEmptyServices: flag(node, 'allowEmptyServices', false),
    swarm,
    endpoint: textAt(node, 'endpoint', 'unix:///var/run/docker.sock'),
    origin: node.origin,
  };
}
