import type { Container, Problem, Service } from '../../ir/index.ts';
import { placeText } from '../explain-place.ts';
import { isOf, rungAt } from './container-rungs.ts';
import type { Footing } from './container-rungs.ts';
import type { Rung } from './rung.ts';
import { said } from './said.ts';

/** Network, port and backend of a container that a service leads to. */
export function addressRungs(footing: Footing, service: Service | undefined): readonly Rung[] {
  return [network(footing), port(footing, service), rungAt('backend', 'unseen', 'nobody was asked', footing.loaded)];
}

function problemOf({ problems, container }: Footing, kinds: readonly Problem['kind'][]): Problem | undefined {
  return problems.find((problem) => kinds.includes(problem.kind) && isOf(problem, container));
}

/** Whether the proxy and the container meet anywhere. */
export function network(footing: Footing): Rung {
  const { container, gateway, loaded } = footing;
  const problem = problemOf(footing, ['address-missing', 'network-missing']);
  if (problem?.kind === 'address-missing') return rungAt('network', 'failed', said(problem, loaded), loaded, problem.origin);
  const names = networksOf(container);
  const proxy = gateway.proxy.container;
  const theirs = proxy === undefined ? undefined : networksOf(proxy);
  const wanted = container.labels.find(({ key }) => /^traefik\.(?:docker|swarm)\.network$/i.test(key.value.text));
  if (names === undefined) return rungAt('network', 'unseen', 'which networks it is in depends on a variable or on another container', loaded);
  if (theirs === undefined || proxy === container) return problem === undefined ? rungAt('network', 'unseen', `in ${list(names)}; where the proxy is, is not known`, loaded) : rungAt('network', 'failed', said(problem, loaded), loaded, problem.origin);
  const shared = names.filter((name) => theirs.includes(name));
  if (shared.length === 0) return rungAt('network', 'failed', `it shares no network with the proxy: ${list(names)} here, ${list(theirs)} there`, loaded, container.networks[0]?.origin ?? container.origin);
  const chosen = wanted?.value.value.text;
  if (chosen !== undefined && names.includes(chosen) && !theirs.includes(chosen)) return rungAt('network', 'failed', `its label chooses ${chosen}, where the proxy is not`, loaded, wanted?.origin);
  const random = problemOf(footing, ['network-random']);
  if (random !== undefined && shared.length < names.length) return rungAt('network', 'failed', `it is in ${list(names)}, the proxy only in ${list(shared)}, and no label says which to use: left to chance`, loaded, random.origin);
  if (problem !== undefined) return rungAt('network', 'failed', said(problem, loaded), loaded, problem.origin);
  return rungAt('network', 'ok', `shares ${list(shared)} with the proxy`, loaded, container.networks[0]?.origin);
}

/** Docker's names; undefined = not known. */
export function networksOf(container: Container): readonly string[] | undefined {
  if (container.live !== undefined) return Object.keys(container.live.addresses).toSorted();
  if (container.networkMode !== undefined || container.networks.some((use) => use.dockerName.holes.length > 0)) return undefined;
  return container.networks.map((use) => use.dockerName.text).toSorted();
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'no network' : names.join(', ');
}

function port(footing: Footing, service: Service | undefined): Rung {
  const { container, loaded } = footing;
  const problem = problemOf(footing, ['port-missing', 'port-invalid', 'url-with-port']);
  if (problem !== undefined) return rungAt('port', 'failed', said(problem, loaded), loaded, problem.origin);
  const endpoints = service?.spec.kind === 'loadBalancer' ? service.spec.endpoints : [];
  const own = endpoints.find((endpoint) => endpoint.container?.service === container.id.service && endpoint.container.stack === container.id.stack) ?? endpoints[0];
  if (own === undefined) return rungAt('port', 'unseen', 'no server is made of it', loaded);
  if (own.port === 0) return rungAt('port', 'unseen', 'the Compose file names none, and what the image exposes is not in it', loaded);
  return { rung: 'port', state: 'ok', text: String(own.port), at: placeText(own.origin, loaded) };
}
