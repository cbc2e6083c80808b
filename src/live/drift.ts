import type { Container, Stack } from '../ir/index.ts';
import type { ContainerFacts, SeenHost } from '../sources/docker/index.ts';
import { askEngine, endProject, endService, restartService, upService } from './cure.ts';
import type { DriftState, GatewayDrift, LabelDrift, ServiceDrift, StackDrift } from './drift-document.ts';
import { disagreements } from './engine-state.ts';
import type { EngineState } from './engine-state.ts';
import { labelDrift } from './labels.ts';
import type { PlaceText } from './labels.ts';
import { otherFiles, stackOf } from './match-stack.ts';

/** What git has and what runs, for one gateway. */
export interface DriftInput {
  readonly gateway: string;
  readonly stacks: readonly Stack[];
  readonly seen: readonly SeenHost[];
  readonly place: PlaceText;
  /** What the running engine says, where it was asked. */
  readonly engine?: EngineState;
}

const TRAEFIK = /^traefik\./i;

/** Holds every stack against the containers of the hosts, and every container against the stacks. */
export function driftOf(input: DriftInput): GatewayDrift {
  const containers = input.seen.flatMap((host) => host.containers);
  const byStack = new Map<Stack, ContainerFacts[]>(input.stacks.map((stack) => [stack, []]));
  const strangers = new Map<string, ContainerFacts[]>();
  for (const container of containers) {
    const stack = stackOf(container, input.stacks);
    if (stack !== undefined) byStack.get(stack)?.push(container);
    else if (speaksTraefik(container)) strangers.set(container.compose?.project ?? '', [...(strangers.get(container.compose?.project ?? '') ?? []), container]);
  }
  const complete = input.seen.length > 0 && input.seen.every((host) => host.complete);
  const known = [...byStack].map(([stack, own]) => stackDrift(stack, own, complete, input));
  const unknown = [...strangers].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([project, own]) => strangerDrift(project, own));
  return { gateway: input.gateway, hosts: input.seen.map(({ host }) => host), stacks: [...known, ...unknown], unseen: input.seen.flatMap(({ unseen }) => unseen) };
}

function speaksTraefik({ labels }: ContainerFacts): boolean {
  return Object.keys(labels).some((key) => TRAEFIK.test(key));
}

function stackDrift(stack: Stack, running: readonly ContainerFacts[], complete: boolean, input: DriftInput): StackDrift {
  const declared = [...stack.containers, ...(stack.inactive ?? [])];
  const started = (stack.inactive ?? []).filter(({ id }) => running.some((one) => one.compose?.service === id.service));
  const services = [...stack.containers, ...started].map((service) => serviceDrift(service, running.filter((one) => one.compose?.service === service.id.service), complete, input));
  const gone = namesOf(running.filter((one) => !declared.some(({ id }) => id.service === one.compose?.service)));
  const extra = gone.map(([service, own]) => orphan(stack.name, service, own));
  const all = [...services, ...extra];
  const files = otherFiles(stack, running);
  return {
    stack: stack.name, files: stack.files, state: stateOf(all), services: all, variables: [...new Set(stack.unset.map(({ name }) => name))].toSorted(),
    notes: files.length === 0 ? [] : [`it was started with ${files.join(', ')}, which is not among the files here`],
  };
}

function stateOf(services: readonly ServiceDrift[]): StackDrift['state'] {
  if (services.some(({ state }) => state !== 'in sync' && state !== 'not visible')) return 'drift';
  return services.some(({ state }) => state === 'not visible') ? 'not visible' : 'in sync';
}

function namesOf(containers: readonly ContainerFacts[]): readonly (readonly [string, readonly ContainerFacts[]])[] {
  const groups = new Map<string, ContainerFacts[]>();
  for (const one of containers) groups.set(one.compose?.service ?? one.name, [...(groups.get(one.compose?.service ?? one.name) ?? []), one]);
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function serviceDrift(service: Container, own: readonly ContainerFacts[], complete: boolean, input: DriftInput): ServiceDrift {
  const up = own.filter(isUp);
  const base = { service: service.id.service, containers: own.map(({ name }) => name).toSorted(), at: input.place(service.origin), labels: [], details: [] };
  if (up.length === 0) return { ...base, ...notRunning(service, own, complete) };
  const labels = distinct(up.flatMap((one) => labelDrift(service, one, input.place)));
  const engine = input.engine === undefined ? [] : disagreements(up, input.engine);
  const details = [...healthOf(up), ...(up.length < service.replicas ? [`${String(up.length)} of ${String(service.replicas)} replicas run`] : []), ...engine];
  const state: DriftState = labels.length > 0 ? 'label drift' : up.length < service.replicas ? 'in git, not running' : engine.length > 0 ? 'engine disagrees' : 'in sync';
  return { ...base, state, labels, details, cure: cureOf(state, service, own) };
}

/** That one is not well is no drift, and says why the engine does not have it. */
function healthOf(up: readonly ContainerFacts[]): readonly string[] {
  return up.filter(({ health = 'healthy' }) => health !== 'healthy').map(({ name, health }) => `${name} is ${health ?? ''}: it gets no requests until its health check succeeds`).toSorted();
}

function cureOf(state: DriftState, { id, labels }: Container, own: readonly ContainerFacts[]): string | null {
  if (state === 'in sync') return null;
  if (state === 'engine disagrees') return askEngine(labels.find(({ key }) => /^traefik\.http\.routers\.[^.]+\.rule$/i.test(key.value.text))?.value.value.text);
  return state === 'in git, not running' && own.some(({ status }) => status === 'paused') ? restartService(id.stack, id.service) : upService(id.stack, id.service);
}

function isUp({ status }: ContainerFacts): boolean {
  return status === '' || status === 'running';
}

/** A job that has done its work is no drift, nor is a service that git starts none of. */
function notRunning(service: Container, own: readonly ContainerFacts[], complete: boolean): Pick<ServiceDrift, 'state' | 'details' | 'cure'> {
  const [first] = own;
  const isRouted = service.labels.some(({ key }) => TRAEFIK.test(key.value.text));
  if (service.replicas === 0 || (first !== undefined && !isRouted)) return { state: 'in sync', details: first === undefined ? [] : [`it is ${first.status}`], cure: null };
  if (first === undefined && !complete) return { state: 'not visible', details: ['what was read may not be all that runs'], cure: null };
  return { state: 'in git, not running', details: first === undefined ? [] : [`it is ${first.status}`], cure: cureOf('in git, not running', service, own) };
}

/** Replicas drift alike. */
function distinct(labels: readonly LabelDrift[]): readonly LabelDrift[] {
  const found = new Map(labels.map((one) => [`${one.label}\0${one.running ?? ''}\0${String(one.running === null)}`, one]));
  return [...found.values()];
}

function orphan(project: string | undefined, service: string, own: readonly ContainerFacts[]): ServiceDrift {
  const containers = own.map(({ name }) => name).toSorted();
  return { service, state: 'running, not in git', containers, at: null, labels: [], details: own.every(isUp) ? [] : [`it is ${own.find((one) => !isUp(one))?.status ?? ''}`], cure: endService(project, service, containers) };
}

/** A project, or containers without one, that speak of Traefik and stand in no stack. */
function strangerDrift(project: string, own: readonly ContainerFacts[]): StackDrift {
  const services = namesOf(own).map(([service, containers]) => ({ ...orphan(project === '' ? undefined : project, service, containers), ...(project === '' ? {} : { cure: endProject(project) }) }));
  const files = [...new Set(own.flatMap(({ compose }) => compose?.files ?? []))].toSorted();
  return { stack: project === '' ? '(no project)' : project, files, state: 'drift', services, variables: [], notes: [] };
}
