import type { Container, Fate, Workspace } from '../../ir/index.ts';
import { merge, type Copy } from '../merge.ts';
import type { Declared } from '../types.ts';
import { readContainer } from './container.ts';
import type { Fragment } from './fragment.ts';
import type { ProviderContext } from './job.ts';

export interface ProviderResult {
  readonly declared: readonly Declared[];
  /** What containers declare that are filtered or lost, and what the merge dropped, with the problem to blame. */
  readonly missed: readonly { readonly declared: Declared; readonly cause?: number }[];
  readonly dropped: readonly Declared[];
  readonly fates: readonly { readonly container: Container; readonly fate: Fate }[];
}

/** The Docker or Swarm provider over all containers of a gateway. */
export function readContainers(workspace: Workspace, context: ProviderContext): ProviderResult {
  const all = workspace.stacks.flatMap((stack) => stack.containers);
  const containers = all.filter((container) => isRead(container, context));
  const before = context.problems.list().length;
  const fragments = containers.map((container) => readContainer(container, context));
  const down = context.problems.list().findIndex((problem, index) => index >= before && problem.loss === 'provider');
  const result = down === -1 ? merged(fragments, context) : nothing(fragments, down);
  if (containers.length === all.length) return result;
  return { ...result, fates: [...result.fates, ...all.filter((container) => !containers.includes(container)).map((container) => ({ container, fate: { kind: 'filtered', because: 'otherProvider' } } as const))] };
}

/** A Swarm provider reads the tasks of services, the Docker provider the containers of its daemon, and neither the other's. */
function isRead({ live }: Container, { settings }: ProviderContext): boolean {
  return live === undefined || (live.task !== undefined) === settings.swarm;
}

function merged(fragments: readonly Fragment[], context: ProviderContext): ProviderResult {
  const copies: readonly Copy[] = fragments.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)).flatMap(({ name, declared }) => declared.map((entity) => ({ declared: entity, from: name })));
  const result = merge(copies, context.problems, context.version);
  return {
    declared: result.declared,
    missed: [...fragments.flatMap(missedOf), ...result.dropped.map(({ declared, cause }) => ({ declared, cause }))],
    dropped: result.dropped.map(({ declared }) => declared),
    fates: fragments.map(({ container, fate }) => ({ container, fate })),
  };
}

function missedOf({ missed, cause }: Fragment): ProviderResult['missed'] {
  return missed.map((declared) => (cause === undefined ? { declared } : { declared, cause }));
}

/** One label that makes the decoder panic removes every container of the provider, for ever (ran). */
function nothing(fragments: readonly Fragment[], cause: number): ProviderResult {
  return {
    declared: [],
    missed: fragments.flatMap(({ declared, missed }) => [...declared, ...missed].map((entity) => ({ declared: entity, cause }))),
    dropped: [],
    fates: fragments.map(({ container, fate }) => ({ container, fate: fate.kind === 'served' ? { kind: 'lost', because: 'the provider fails on a label of another container' } : fate })),
  };
}
