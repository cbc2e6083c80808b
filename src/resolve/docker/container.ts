import { containerSymbol } from '../../ir/index.ts';
import type { Container, Fate, Problem, Protocol } from '../../ir/index.ts';
import { constraintLabels } from '../../traefik-config/constraints.ts';
import { decodeLabels, type DecodedLabels } from '../../traefik-config/labels.ts';
import { known, type OriginId } from '../../text/index.ts';
import { normalize, quoted } from '../names.ts';
import type { Draft } from '../problems.ts';
import { emptyObject, withEntry } from '../tree.ts';
import type { Declared, Unjudged } from '../types.ts';
import { declaredIn, type Fragment } from './fragment.ts';
import { implicit, labelMap, type Job, type ProviderContext } from './job.ts';
import { keep, type Kept } from './keep.ts';
import { linkRouters } from './link.ts';
import { containerName, withServer, type ServerNote } from './servers.ts';
import type { DockerSettings } from './settings.ts';

/** The labels that the provider sees: Swarm reads those of `deploy`, Docker those of the service. */
export function seenLabels(container: Container, settings: DockerSettings): Container['labels'] {
  if (container.live !== undefined) return container.labels;
  return container.labels.filter((label) => (label.place === 'deploy') === settings.swarm);
}

/** Does with one container what the provider does. */
export function readContainer(container: Container, context: ProviderContext): Fragment {
  const { settings, version, origins, problems } = context;
  const labels = seenLabels(container, settings);
  const symbol = containerSymbol(container);
  const decoded = decodeLabels(labels, { version, symbolPrefix: symbol, origins, provider: settings.namespace, knownLabels: constraintLabels(settings.constraints) });
  context.effects.set(container, decoded.effects);
  const name = defaultName(container, labels, settings);
  const section = { namespace: settings.namespace, container, symbolPrefix: `${symbol} traefik.` };
  const missed = declaredIn(decoded.decoded.root ?? decoded.recovered, section);
  const gone = (fate: Fate, cause?: number): Fragment => {
    const fragment = { container, fate, name, declared: NOTHING, missed };
    return cause === undefined ? fragment : { ...fragment, cause };
  };
  const found = decoded.decoded.problems;
  // 2.11 does not even list what does not run.
  if (version === '2.11' && isStopped(container)) {
    problems.adopt(found.map(harmless));
    return gone({ kind: 'filtered', because: 'notRunning' });
  }
  if (decoded.ignoredContainer) return gone(lostBy(decoded), blamed(decoded, problems.adopt(found)));
  const kept = keep({ container, switches: decoded.switches, labels: () => labelMap(labels), settings, version, speaksTraefik: labels.some((label) => decoded.effects.get(label) !== 'foreign') });
  const cause = blamed(decoded, problems.adopt(unwanted(kept) ? found.map(harmless) : found));
  if (kept.kind === 'filtered') return gone(kept.fate);
  if (kept.kind === 'unknown' || kept.assumed) noteExposure(container, decoded, context);
  if (kept.kind === 'unknown') return gone({ kind: 'filtered', because: 'notExposed' });
  if (decoded.decoded.root === undefined) return gone(lostBy(decoded), cause);
  const network = decoded.switches.network;
  const built = build({ container, name, labels, root: decoded.decoded.root, declared: missed, network: network?.value ?? known(settings.network), networkOrigin: network?.origin, empty: kept.empty }, context);
  return built.ok ? { container, fate: SERVED, name, declared: built.declared, missed: NOTHING } : gone({ kind: 'lost', because: built.says, origin: built.origin }, built.cause);
}

const SERVED: Fate = { kind: 'served' };
const NOTHING: readonly Declared[] = [];

function isStopped({ live }: Container): boolean {
  return live !== undefined && live.status !== '' && live.status !== 'running';
}

/** Whether the container is exposed depends on `exposedByDefault`, or on a variable, that nobody knows. */
function noteExposure(container: Container, decoded: DecodedLabels, context: ProviderContext): void {
  const { enableUnknown } = decoded.switches;
  context.note({ needs: enableUnknown === undefined ? 'static' : 'variables', what: 'exposedByDefault', name: container.id.service, origin: enableUnknown?.origin ?? container.origin, symbol: containerSymbol(container) });
}

/** The engine does not read the routing labels of a container that it was told to leave alone. */
function unwanted(kept: Kept): boolean {
  return kept.kind === 'unknown' || (kept.kind === 'filtered' && kept.fate.kind === 'filtered' && ['disabled', 'notExposed', 'constraint'].includes(kept.fate.because));
}

function harmless(problem: Problem): Problem {
  const { loses: _, ...rest } = problem;
  return { ...rest, loss: 'nothing' };
}

/** Index of the problem that loses the container, among those adopted from `base` on. */
function blamed(decoded: DecodedLabels, base: number): number | undefined {
  return decoded.cause === undefined ? undefined : base + decoded.decoded.problems.indexOf(decoded.cause);
}

function lostBy({ cause }: DecodedLabels): Fate {
  return cause === undefined ? { kind: 'lost', because: 'its labels cannot be decoded' } : { kind: 'lost', because: cause.engineSays ?? cause.kind, origin: cause.origin };
}

/** `<service>_<project>` where Compose is at work, `<stack>_<service>` in Swarm, else the container's name; then normalised. */
function defaultName(container: Container, labels: Container['labels'], settings: DockerSettings): string {
  if (settings.swarm && container.live === undefined) return normalize(`${container.id.stack}_${container.id.service}`);
  if (container.live === undefined) return normalize(`${container.id.service}_${container.id.stack}`);
  const map = labelMap(labels);
  const project = map.get('com.docker.compose.project')?.text ?? '';
  const service = map.get('com.docker.compose.service')?.text ?? '';
  return normalize(project !== '' && service !== '' ? `${service}_${project}` : (container.live.task ?? containerName(container)));
}

type Built = { readonly ok: true; readonly declared: readonly Declared[] } | { readonly ok: false; readonly says: string; readonly origin: OriginId; readonly cause: number };

/** build of pkg/provider/docker/config.go: TCP, then UDP, then HTTP unless only the other two were declared. */
function build(job: Job, context: ProviderContext): Built {
  const out: Declared[] = [];
  const parts: Readonly<Record<Protocol, Declared[]>> = { http: [], tcp: [], udp: [] };
  for (const declared of job.declared) (isTls(declared) ? out : parts[declared.ref.protocol]).push(declared);
  const has = (protocol: Protocol, kinds: readonly string[]): boolean => parts[protocol].some(({ ref }) => kinds.includes(ref.kind));
  let other = false;
  for (const protocol of ['tcp', 'udp'] as const) {
    if (!has(protocol, ['router', 'service'])) {
      out.push(...parts[protocol]);
      continue;
    }
    other = true;
    const result = buildProtocol(protocol, parts[protocol], job, context);
    if (!result.ok) return result;
    out.push(...result.declared);
  }
  if (other && !has('http', ['router', 'service', 'middleware'])) return { ok: true, declared: out };
  const result = buildProtocol('http', parts.http, job, context);
  if (!result.ok || out.length === 0) return result;
  out.push(...result.declared);
  return { ok: true, declared: out };
}

function isTls({ ref }: Declared): boolean {
  return ref.kind === 'tlsOptions' || ref.kind === 'tlsStore';
}

function buildProtocol(protocol: Protocol, declared: readonly Declared[], job: Job, context: ProviderContext): Built {
  const written = declared.filter(({ ref }) => ref.kind === 'service');
  const services: Declared[] = [];
  let failure: Built | undefined;
  for (const service of written.length > 0 ? written : [defaultService(protocol, job, context)]) {
    const served = job.empty ? service : serve(service, job, context);
    if ('ok' in served) failure ??= served;
    else services.push(served);
  }
  if (failure !== undefined) return failure;
  const routers = declared.filter(({ ref }) => ref.kind === 'router');
  const rest = declared.filter(({ ref }) => ref.kind !== 'router' && ref.kind !== 'service');
  const all = [...rest, ...services, ...linkRouters(protocol, routers, services, job, context)];
  return { ok: true, declared: all };
}

function defaultService(protocol: Protocol, job: Job, context: ProviderContext): Declared {
  const origin = context.origins.derived('the default service of the container', [job.container.origin]);
  return implicit({ protocol, kind: 'service', name: job.name, namespace: context.settings.namespace }, withEntry(emptyObject(origin), 'loadBalancer', emptyObject(origin)), job);
}

function serve(service: Declared, job: Job, context: ProviderContext): Declared | Extract<Built, { ok: false }> {
  const others = context.containers;
  const result = withServer(service.node, service.ref.protocol, job.container, { settings: context.settings, facts: context.facts, network: job.network.holes.length > 0 ? '' : job.network.text, others });
  if (result.ok) {
    for (const note of result.notes) tell(note, job, context);
    const servers = [{ container: job.container, origin: result.origin }];
    return { ...service, node: result.service, servers };
  }
  const says = `service ${quoted(service.ref.name)} error: ${result.failure.says}`;
  const origin = result.failure.origin ?? service.origin;
  const cause = context.problems.report(`${result.failure.kind}|${containerSymbol(job.container)}`, {
    kind: result.failure.kind,
    origin,
    subject: service.ref.name,
    engineSays: says,
    // A service of a Swarm that says nothing to Traefik loses nothing.
    loss: context.settings.swarm && !job.labels.some(({ key }) => /^traefik\./i.test(key.value.text)) ? 'nothing' : 'container',
    ...(context.settings.swarm ? { context: 'swarm' } : {}),
    ref: service.ref,
    container: job.container.id,
    symbol: service.symbol,
  }, job.declared.map(({ ref }) => ref));
  return { ok: false, says, origin, cause };
}

/** What the engine does without a word, or what a Compose file does not say. */
function tell(note: ServerNote, job: Job, context: ProviderContext): void {
  const symbol = containerSymbol(job.container);
  const unjudged = (needs: Unjudged['needs'], what: string): void => context.note({ needs, what, name: note.subject, origin: job.container.origin, symbol });
  const report = (kind: Draft['kind'], origin: OriginId, candidates: readonly string[]): number =>
    context.problems.report(`${kind}|${symbol}`, { kind, origin, subject: note.subject, candidates, loss: 'nothing', container: job.container.id, symbol });
  const networks = job.container.live === undefined ? job.container.networks.map((use) => use.dockerName.text) : Object.keys(job.container.live.addresses);
  switch (note.kind) {
    case 'portUnknown':
      unjudged('image', 'port');
      return;
    case 'portAssumed':
      unjudged('image', 'portAssumed');
      return;
    case 'hostUnknown':
      unjudged('engine', 'address');
      return;
    case 'port-chosen':
      report('port-chosen', job.container.ports[0]?.origin ?? job.container.expose[0]?.origin ?? job.container.origin, []);
      return;
    case 'network-missing':
      report('network-missing', job.networkOrigin ?? job.container.origin, networks);
      return;
    case 'network-random':
      report('network-random', job.container.networks[0]?.origin ?? job.container.origin, networks);
      return;
  }
}
