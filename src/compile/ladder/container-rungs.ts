import { containerSymbol } from '../../ir/index.ts';
import type { Container, Fate, Gateway, Problem } from '../../ir/index.ts';
import { dockerSettings } from '../../resolve/docker/settings.ts';
import type { ResolvedGateway } from '../../resolve/index.ts';
import type { OriginId } from '../../text/index.ts';
import { placeText } from '../explain-place.ts';
import type { Loaded } from '../types.ts';
import type { Rung, RungName, RungState } from './rung.ts';
import { said } from './said.ts';

/** What the rungs of one container are read from. */
export interface Footing {
  readonly loaded: Loaded;
  readonly gateway: Gateway;
  readonly problems: readonly Problem[];
  readonly container: Container;
  readonly fate: Fate;
}

export function footingOf(container: Container, loaded: Loaded, { gateway, problems }: ResolvedGateway): Footing {
  return { loaded, gateway, problems, container, fate: gateway.fates.find((one) => one.container === container)?.fate ?? { kind: 'served' } };
}

export function rungAt(rung: RungName, state: RungState, text: string, loaded: Loaded, origin?: OriginId): Rung {
  return { rung, state, text, at: origin === undefined ? null : placeText(origin, loaded) };
}

/** From the container to the decoding of its labels: what the provider does before it knows any router. */
export function containerRungs(footing: Footing): readonly Rung[] {
  const { container, loaded } = footing;
  const image = container.image?.value.text;
  return [
    rungAt('container', 'ok', `${containerSymbol(container)}${image === undefined ? '' : ` (${image})`}`, loaded, container.origin),
    running(footing), healthy(footing), enabled(footing), constraint(footing), labels(footing),
  ];
}

function running({ container, fate, loaded }: Footing): Rung {
  const { live, replicas } = container;
  if (live === undefined) return replicas === 0 ? rungAt('running', 'failed', 'deploy.replicas is 0: Compose starts none', loaded, container.origin) : rungAt('running', 'unseen', 'files do not say', loaded);
  if (live.status === '' || live.status === 'running') return rungAt('running', 'ok', 'running', loaded);
  const served = fate.kind === 'served' ? ', and its routers are kept all the same (allowNonRunning)' : '';
  return rungAt('running', 'failed', `it is ${live.status}${served}`, loaded, container.origin);
}

function healthy({ container, fate, loaded }: Footing): Rung {
  const { live } = container;
  if (live === undefined) return rungAt('healthy', 'unseen', container.hasHealthcheck ? 'it has a health check; files do not say how it ends' : 'files do not say', loaded);
  const health = live.health ?? '';
  if (health === '' || health === 'healthy') return rungAt('healthy', 'ok', health === '' ? 'no health check' : 'healthy', loaded);
  const served = fate.kind === 'served' ? ', so it gets no requests' : ': Traefik leaves it out until its health check succeeds';
  return rungAt('healthy', 'failed', `it is ${health}${served}`, loaded, container.origin);
}

function enabled({ container, fate, gateway, loaded }: Footing): Rung {
  const label = container.labels.find(({ key }) => key.value.text.toLowerCase() === 'traefik.enable');
  if (gateway.proxy.static !== 'unknown' && gateway.proxy.static.docker === undefined) return rungAt('enabled', 'failed', 'this proxy reads no containers: its static configuration has no providers.docker', loaded, gateway.proxy.static.origin);
  const because = fate.kind === 'filtered' ? fate.because : undefined;
  if (because === 'disabled') return rungAt('enabled', 'failed', 'traefik.enable is false', loaded, label?.origin ?? container.origin);
  if (because === 'otherProvider') return otherProvider(container, gateway, loaded);
  if (because === 'notExposed' && gateway.proxy.static === 'unknown') return rungAt('enabled', 'unseen', 'it says nothing of Traefik, and whether containers are exposed by default is not known', loaded);
  if (because === 'notExposed') return rungAt('enabled', 'failed', 'exposedByDefault is false, and no label says traefik.enable=true', loaded, container.origin);
  return rungAt('enabled', 'ok', label === undefined ? 'exposed by default' : `traefik.enable=${label.value.value.text}`, loaded, label?.origin);
}

function otherProvider(container: Container, { proxy }: Gateway, loaded: Loaded): Rung {
  const isService = container.live?.task !== undefined;
  if (isService && proxy.static === 'unknown') return rungAt('enabled', 'unseen', 'a service of a Swarm, and whether this proxy has a Swarm provider is not known', loaded);
  return rungAt('enabled', 'failed', isService ? 'a service of a Swarm, and this proxy has no Swarm provider' : 'a container, and this proxy has a Swarm provider, which reads services', loaded, proxy.static === 'unknown' ? container.origin : proxy.static.docker?.origin);
}

function constraint({ container, fate, gateway, loaded }: Footing): Rung {
  const { proxy } = gateway;
  if (proxy.static === 'unknown') return rungAt('constraint', 'unseen', "the proxy's static configuration is not known", loaded);
  const text = dockerSettings(proxy, '3.7')?.constraints ?? '';
  if (fate.kind === 'filtered' && fate.because === 'constraint') return rungAt('constraint', 'failed', `its labels do not meet ${text}`, loaded, container.origin);
  return rungAt('constraint', 'ok', text === '' ? 'none' : text, loaded, proxy.static.docker?.origin);
}

/** Problems that are about the address, which stands on rungs of its own. */
const ADDRESS: ReadonlySet<Problem['kind']> = new Set(['port-missing', 'port-invalid', 'address-missing', 'network-missing', 'network-random', 'url-with-port', 'port-chosen']);

function labels({ container, fate, problems, loaded }: Footing): Rung {
  if (fate.kind !== 'lost') return rungAt('labels', 'ok', 'decoded', loaded);
  const own = problems.filter((problem) => isOf(problem, container));
  if (own.some((problem) => problem.loss === 'container' && ADDRESS.has(problem.kind))) return rungAt('labels', 'ok', 'decoded', loaded);
  const cause = own.find(({ loss, causedBy }) => loss === 'container' && causedBy === undefined) ?? problems.find(({ loss, kind }) => loss === 'provider' && kind !== 'file-invalid');
  if (cause === undefined) return rungAt('labels', 'failed', `the whole container is dropped: ${fate.because}`, loaded, fate.origin ?? container.origin);
  return rungAt('labels', 'failed', `the whole container is dropped: ${said(cause, loaded)}`, loaded, cause.origin);
}

/** Problems name the container, or at least the place below it. */
export function isOf(problem: Problem, container: Container): boolean {
  if (problem.container !== undefined) return problem.container.stack === container.id.stack && problem.container.service === container.id.service;
  return problem.symbol.split(' ')[0] === containerSymbol(container);
}
