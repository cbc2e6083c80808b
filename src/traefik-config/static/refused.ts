import type { EntryPoint, Problem, StaticConfig } from '../../ir/index.ts';
import { parseIpRange } from '../../rule-lang/index.ts';
import { goQuote } from '../../rule-lang/go-quote.ts';
import { knownLeaf, leafAt, objectAt, objectBelow, type ConfigLeaf, type ConfigObject } from '../tree.ts';
import { toProblems, type Found } from './found.ts';
import { flag } from './read-tree.ts';

/** Values that decode and that 3.7 then does not start with: everything that it builds before it serves (ran). */
export function refusedValues(root: ConfigObject, config: StaticConfig, symbol: string): readonly Problem[] {
  const refused = [...experiments(root), ...basePath(root), ...precedence(root), ...providerPlugins(root, config), ...resolvers(root), ...config.entryPoints.flatMap((entryPoint) => ofEntryPoint(entryPoint, objectBelow(root, 'entryPoints', entryPoint.name)))];
  return toProblems(refused, 'everyContainer', symbol);
}

function listed(node: ConfigObject | undefined, name: string): readonly ConfigLeaf[] {
  const found = node?.entries.get(name);
  return found?.kind === 'list' ? found.items.flatMap((item) => (item.kind === 'leaf' ? [item] : [])) : [];
}

const EXPERIMENTS = [
  { path: ['log', 'otlp'], needs: 'otlplogs', says: 'setting up logger: the experimental OTLPLogs feature must be enabled to use OTLP logging' },
  { path: ['accessLog', 'otlp'], needs: 'otlplogs', says: 'the experimental OTLPLogs feature must be enabled to use OTLP access logging' },
  { path: ['providers', 'knative'], needs: 'knative', says: 'the experimental Knative feature must be enabled to use the Knative provider' },
] as const;

function experiments(root: ConfigObject): readonly Found[] {
  return EXPERIMENTS.flatMap(({ path, needs, says }) => {
    const found = objectBelow(root, ...path);
    const written = leafAt(objectAt(root, 'experimental'), needs);
    const on = written?.value === true || (written !== undefined && knownLeaf(written) === undefined);
    return found === undefined || on ? [] : [{ path: path.join('.'), origin: found.origin, subject: path.join('.'), says }];
  });
}

function basePath(root: ConfigObject): readonly Found[] {
  const leaf = knownLeaf(leafAt(objectAt(root, 'api'), 'basePath'));
  const text = String(leaf?.value ?? '/');
  return leaf === undefined || BASE_PATH.test(text) ? [] : [{ path: 'api.basePath', origin: leaf.origin, subject: text, says: 'API basePath must be a valid absolute URL path' }];
}

const BASE_PATH = /^\/[\w.~:/-]*$/;

/** The provider of Kubernetes' Ingress is called `kubernetes` here. */
const PROVIDERS = ['docker', 'file', 'swarm', 'http', 'rest', 'consul', 'consulcatalog', 'ecs', 'etcd', 'knative', 'kubernetes', 'kubernetescrd', 'kubernetesgateway', 'kubernetesingressnginx', 'nomad', 'redis', 'zookeeper'];

function precedence(root: ConfigObject): readonly Found[] {
  return listed(objectAt(root, 'providers'), 'precedence').flatMap((leaf) => {
    const name = String(leaf.value).toLowerCase();
    if (knownLeaf(leaf) === undefined || PROVIDERS.includes(name)) return [];
    return [{ path: 'providers.precedence', origin: leaf.origin, subject: String(leaf.value), says: `provider ${goQuote(name)} is not a valid provider name`, candidates: PROVIDERS }];
  });
}

function providerPlugins(root: ConfigObject, config: StaticConfig): readonly Found[] {
  // With plugins that cannot be loaded the engine goes on without any: only that there are none at all is certain.
  if (config.plugins.length > 0) return [];
  return [...(objectBelow(root, 'providers', 'plugin')?.entries ?? [])].map(([name, node]) => ({ path: `providers.plugin.${name}`, origin: node.origin, subject: name, says: `plugin: failed to build provider: unknown plugin type: ${name}` }));
}

function resolvers(root: ConfigObject): readonly Found[] {
  return [...(objectAt(root, 'certificatesResolvers')?.entries ?? [])].flatMap(([name, node]): readonly Found[] => {
    const acme = objectAt(node, 'acme');
    if (acme === undefined) return [];
    const path = `certificatesResolvers.${name}`;
    const storage = leafAt(acme, 'storage');
    if (objectAt(node, 'tailscale') !== undefined) return [{ path, origin: node.origin, subject: name, says: `unable to initialize certificates resolver ${goQuote(name)}, as ACME and Tailscale providers are mutually exclusive` }];
    if (storage === undefined || storage.value !== '' || knownLeaf(storage) === undefined) return [];
    return [{ path: `${path}.acme.storage`, origin: storage.origin, subject: 'storage', says: `unable to initialize certificates resolver ${goQuote(name)} with no storage location for the certificates` }];
  });
}

/** What stops one entry point, in the engine's order: it names the first only, and so do we. */
function ofEntryPoint(entryPoint: EntryPoint, node: ConfigObject | undefined): readonly Found[] {
  if (node === undefined) return [];
  const [first] = entryPoint.udp ? udpTimeout(node) : [...proxyProtocol(node), ...badRanges(node, 'forwardedHeaders', 'creating HTTP server'), ...strategies(node), ...sizes(node)];
  if (first === undefined) return [];
  return [{ ...first, path: `entryPoints.${entryPoint.name}.${first.path}`, says: `error while building entryPoint ${entryPoint.name}: ${first.says}` }];
}

function udpTimeout(node: ConfigObject): readonly Found[] {
  const leaf = knownLeaf(leafAt(objectAt(node, 'udp'), 'timeout'));
  return leaf === undefined || Number(leaf.value) > 0 ? [] : [{ path: 'udp.timeout', origin: leaf.origin, subject: leaf.text.text, says: 'error creating listener: timeout should be greater than zero' }];
}

function proxyProtocol(node: ConfigObject): readonly Found[] {
  const found = objectAt(node, 'proxyProtocol');
  if (found === undefined || flag(found, 'insecure', false) || (leafAt(found, 'insecure')?.text.holes.length ?? 0) > 0) return [];
  const building = 'building listener: error creating proxy protocol listener';
  if (listed(found, 'trustedIPs').length === 0) return [{ path: 'proxyProtocol', origin: found.origin, subject: 'proxyProtocol', says: `${building}: no trusted IPs provided` }];
  return badRanges(node, 'proxyProtocol', building);
}

function badRanges(node: ConfigObject, section: 'proxyProtocol' | 'forwardedHeaders', building: string): readonly Found[] {
  return listed(objectAt(node, section), 'trustedIPs').flatMap((leaf) => {
    const text = String(leaf.value);
    return knownLeaf(leaf) === undefined || parseIpRange(text) !== undefined ? [] : [{ path: `${section}.trustedIPs`, origin: leaf.origin, subject: text, says: `${building}: parsing CIDR trusted IPs <nil>: invalid CIDR address: ${text}` }];
  });
}

const STRATEGIES = ['keep', 'delete', 'reject'];

function strategies(node: ConfigObject): readonly Found[] {
  return ['aliasHeadersStrategy', 'underscoreHeadersStrategy'].flatMap((name) => {
    const leaf = knownLeaf(leafAt(objectAt(node, 'http'), name));
    const text = String(leaf?.value ?? '');
    return leaf === undefined || text === '' || STRATEGIES.includes(text) ? [] : [{ path: `http.${name}`, origin: leaf.origin, subject: text, says: `creating HTTP server: invalid ${name} value ${goQuote(text)}`, candidates: STRATEGIES }];
  });
}

const SIZES = [
  { section: 'http2', name: 'maxConcurrentStreams', says: 'creating HTTP server: max concurrent streams value' },
  { section: 'http2', name: 'maxDecoderHeaderTableSize', says: 'creating HTTP server: max decoder header table size value' },
  { section: 'http2', name: 'maxEncoderHeaderTableSize', says: 'creating HTTP server: max encoder header table size value' },
  { section: 'http3', name: 'advertisedPort', says: 'creating HTTP3 server: advertised port' },
] as const;

function sizes(node: ConfigObject): readonly Found[] {
  return SIZES.flatMap(({ section, name, says }) => {
    const leaf = knownLeaf(leafAt(objectAt(node, section), name));
    return leaf === undefined || Number(leaf.value) >= 0 ? [] : [{ path: `${section}.${name}`, origin: leaf.origin, subject: leaf.text.text, says: `${says} must be greater than or equal to zero` }];
  });
}
