import { plural } from '../diagnostics/summary.ts';
import { printable } from '../diagnostics/index.ts';
import { maskEngineWords, maskSecrets } from '../diagnostics/mask.ts';
import { refKey, refName } from '../ir/index.ts';
import type { Container, EntityState, Fate, Router, Service } from '../ir/index.ts';
import type { FailedHost } from '../sources/docker/index.ts';
import { map, printYaml } from '../text/index.ts';
import type { YamlEntry, YamlMap } from '../text/index.ts';
import type { Loaded } from './types.ts';

/** One container as `gateway discover` shows it. */
interface FoundContainer {
  readonly name: string;
  readonly project: string | null;
  readonly service: string | null;
  readonly image: string;
  readonly status: string;
  readonly health: string | null;
  readonly networks: Readonly<Record<string, string>>;
  readonly ports: readonly string[];
  /** Those that Traefik reads, secrets hidden. */
  readonly labels: Readonly<Record<string, string>>;
  readonly fate: 'served' | 'filtered' | 'lost';
  readonly because: string | null;
  readonly routers: readonly FoundRouter[];
}

interface FoundRouter {
  readonly name: string;
  readonly rule: string;
  readonly service: string;
  readonly endpoints: readonly string[];
  /** A router that is disabled or dropped answers nothing, whatever its container's fate. */
  readonly status: EntityState['status'];
  readonly because: string | null;
}

/** What `gateway discover --json` prints. */
export interface DiscoverDocument {
  readonly schema: 'gateway.discover/1';
  readonly gateways: readonly { readonly name: string; readonly hosts: readonly string[]; readonly containers: readonly FoundContainer[] }[];
  readonly failed: readonly FailedHost[];
  /** What could not be read of a host that answered. */
  readonly notVisible: readonly string[];
}

/** Everything that was found, with what the engine makes of it. */
export function discoverDocument(loaded: Loaded, failed: readonly FailedHost[]): DiscoverDocument {
  const gateways = loaded.gateways.map(({ name, resolved, hosts }) => {
    const { fates = [], routers = [], services = [], states = [] } = resolved[0]?.gateway ?? {};
    const known: Known = { routers, services: new Map(services.map((service) => [refKey(service.ref), service])), states: new Map(states.map((state) => [refKey(state.ref), state])) };
    const containers = fates.flatMap(({ container, fate }) => found(loaded, container, fate, known));
    return { name, hosts: hosts ?? [], containers };
  });
  return { schema: 'gateway.discover/1', gateways, failed, notVisible: loaded.notVisible };
}

function found(loaded: Loaded, container: Container, fate: Fate, known: Known): readonly FoundContainer[] {
  const facts = loaded.live.get(container)?.facts;
  if (facts === undefined) return [];
  return [{
    name: facts.name,
    project: facts.compose?.project ?? null,
    service: facts.compose?.service ?? null,
    image: facts.image,
    status: facts.status,
    health: facts.health ?? null,
    networks: facts.networks,
    ports: facts.exposed,
    labels: Object.fromEntries(traefikLabels(facts.labels).map(([key, value]) => [key, maskSecrets(`${key}=${value}`).slice(key.length + 1)])),
    fate: fate.kind,
    because: fate.kind === 'served' ? null : fate.kind === 'lost' ? fate.because : whyLeftOut(fate.because, facts.task !== undefined),
    routers: routersOf(container, known),
  }];
}

type LeftOut = Extract<Fate, { kind: 'filtered' }>['because'];

function whyLeftOut(because: LeftOut, isService: boolean): string {
  if (because !== 'otherProvider') return FILTERED[because];
  return isService ? 'a service of a Swarm, which only a Swarm provider reads' : 'a container, and the Swarm provider reads services';
}

const FILTERED: Readonly<Record<Exclude<LeftOut, 'otherProvider'>, string>> = {
  disabled: 'traefik.enable says no',
  notExposed: 'it is not enabled, and containers are not exposed by default',
  constraint: 'the constraints of the provider leave it out',
  notRunning: 'it does not run',
  unhealthy: 'its health check does not say healthy',
};

function traefikLabels(labels: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(labels).filter(([key]) => /^traefik\./i.test(key)).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** What a gateway has, by reference. */
interface Known {
  readonly routers: readonly Router[];
  readonly services: ReadonlyMap<string, Service>;
  readonly states: ReadonlyMap<string, EntityState>;
}

function routersOf(container: Container, { routers, services, states }: Known): readonly FoundRouter[] {
  const { stack, service } = container.id;
  const prefix = `${stack === '' ? service : `${stack}/${service}`} `;
  return routers.filter(({ symbol }) => symbol.startsWith(prefix)).map((router) => {
    const target = services.get(refKey(router.service.value));
    // A container that is kept although it does not run has a server without an address.
    const endpoints = target?.spec.kind === 'loadBalancer' ? target.spec.endpoints.filter(({ host }) => host !== '').map(({ scheme, host, port }) => `${scheme}://${host}:${String(port)}`) : [];
    const { status, reasons } = states.get(refKey(router.ref)) ?? { status: 'enabled', reasons: [] };
    const because = isOff(status) && reasons.length > 0 ? reasons.map(maskEngineWords).join('; ') : null;
    return { name: refName(router.ref), rule: router.ruleText.value.text, service: refName(router.service.value), endpoints, status, because };
  });
}

function isOff(status: EntityState['status']): boolean {
  return status === 'disabled' || status === 'dropped';
}

/** `6 containers, 4 with routes, 1 lost, 1 left out`. */
export function discoverSummary({ gateways }: DiscoverDocument): string {
  const all = gateways.flatMap(({ containers }) => containers);
  const of = (fate: FoundContainer['fate']): number => all.filter((one) => one.fate === fate).length;
  const routed = all.filter(({ routers }) => routers.some(({ status }) => !isOff(status))).length;
  const off = all.flatMap(({ routers }) => routers).filter(({ status }) => isOff(status)).length;
  const lost = all.filter(({ fate }) => fate === 'lost').map(({ name, because }) => ` ("${printable(name)}": ${printable(because ?? '')})`);
  return `${plural(all.length, 'container')}, ${String(routed)} with routes, ${String(of('lost'))} lost${lost.length === 1 ? (lost[0] ?? '') : ''}, ${String(of('filtered'))} left out${off === 0 ? '' : `, ${plural(off, 'router')} disabled`}; read-only`;
}

/** For people: each container with its fate and where its routers lead. */
export function discoverText(document: DiscoverDocument): string {
  const lines = document.gateways.flatMap(({ name, hosts, containers }) => [
    `${name} (${hosts.join(', ')})`,
    ...containers.flatMap((one) => [
      `  ${one.name.padEnd(24)} ${one.fate === 'filtered' ? 'left out' : one.fate}${one.because === null ? '' : `: ${one.because}`}`,
      ...one.routers.map((router) => `    ${router.name}  ${router.rule}  ${whereTo(router)}`),
    ]),
  ]);
  return lines.length === 0 ? '' : `${lines.map((line) => printable(line)).join('\n')}\n`;
}

function whereTo(router: FoundRouter): string {
  if (isOff(router.status)) return `${router.status}${router.because === null ? '' : `: ${router.because}`}`;
  return `-> ${router.endpoints.length === 0 ? router.service : router.endpoints.join(', ')}`;
}

/** The containers that speak to Traefik as Compose files, one document per project; labels are written as they are. */
export function discoverCompose(loaded: Loaded): string {
  return loaded.workspace.stacks.flatMap((stack) => {
    const speaking = stack.containers.filter((container) => traefikLabels(loaded.live.get(container)?.facts.labels ?? {}).length > 0);
    return speaking.length === 0 ? [] : [printYaml(composeFile(stack.name, speaking, loaded), (text) => text.replaceAll('$', '$$$$'))];
  }).join('---\n');
}

function composeFile(project: string, containers: readonly Container[], loaded: Loaded): YamlMap {
  const services = new Map<string, YamlEntry>();
  for (const container of containers) {
    const { service } = container.id;
    // Containers of one service are written once, and what sets another apart under its own name.
    const key = services.has(service) && !isAlike(container, containers.find(({ id }) => id.service === service), loaded) ? (container.containerName?.value.text ?? service) : service;
    if (!services.has(key)) services.set(key, { key, value: composeService(container, loaded, project === '') });
  }
  const networks = [...new Set(containers.flatMap((container) => ownNetworks(container)))].toSorted();
  return map([
    ...(project === '' ? [] : [{ key: 'name', value: project }]),
    { key: 'services', value: map([...services.values()]) },
    ...(networks.length === 0 ? [] : [{ key: 'networks', value: map(networks.map((name) => ({ key: name, value: map([{ key: 'external', value: true }]) }))) }]),
  ]);
}

function isAlike(one: Container, other: Container | undefined, loaded: Loaded): boolean {
  const labels = (container: Container | undefined): string => JSON.stringify(container === undefined ? [] : traefikLabels(loaded.live.get(container)?.facts.labels ?? {}));
  return labels(one) === labels(other);
}

function composeService(container: Container, loaded: Loaded, named: boolean): YamlMap {
  const facts = loaded.live.get(container)?.facts;
  const mode = container.networkMode?.value.text ?? '';
  const networks = ownNetworks(container);
  const ports = [...new Set((facts?.exposed ?? []).map((port) => port.replace(/\/tcp$/, '')))];
  return map([
    { key: 'image', value: facts?.image ?? '' },
    ...(named ? [{ key: 'container_name', value: facts?.name ?? '' }] : []),
    ...(ports.length === 0 ? [] : [{ key: 'expose', value: ports }]),
    ...(networks.length === 0 ? (/^(?:host|none|bridge)$/.test(mode) ? [{ key: 'network_mode', value: mode }] : []) : [{ key: 'networks', value: networks }]),
    { key: 'labels', value: map(traefikLabels(facts?.labels ?? {}).map(([key, value]) => ({ key, value }))) },
  ]);
}

/** Networks that a Compose file can name: Docker's own have no part in one. */
function ownNetworks(container: Container): readonly string[] {
  return container.networks.map(({ key }) => key).filter((name) => !/^(?:bridge|host|none)$/.test(name));
}
