import { containerSymbol } from '../../ir/index.ts';
import type { Container } from '../../ir/index.ts';
import type { ConfigObject } from '../../traefik-config/tree.ts';
import type { OriginId, Origins, Text } from '../../text/index.ts';
import type { ContainerEffects } from '../labels.ts';
import type { Problems } from '../problems.ts';
import type { Declared, EngineVersion, Unjudged } from '../types.ts';
import type { DockerSettings } from './settings.ts';

/** What the provider knows while it reads containers. */
export interface ProviderContext {
  readonly settings: DockerSettings;
  readonly version: EngineVersion;
  readonly facts: 'complete' | 'compose';
  readonly containers: readonly Container[];
  readonly origins: Origins;
  readonly problems: Problems;
  note(item: Unjudged): void;
  readonly effects: ContainerEffects;
}

/** One container that is kept, on its way to routers and services. */
export interface Job {
  readonly container: Container;
  readonly name: string;
  readonly labels: Container['labels'];
  readonly root: ConfigObject;
  readonly declared: readonly Declared[];
  /** The wanted network: the container's label, else the provider's. */
  readonly network: Text;
  readonly networkOrigin: OriginId | undefined;
  readonly empty: boolean;
}
export function labelMap(labels: Container['labels']): ReadonlyMap<string, Text> {
  return new Map(labels.map((label) => [label.key.value.text, label.value.value]));
}

/** An entity that the provider makes itself. */
export function implicit(ref: Declared['ref'], node: ConfigObject, job: Job): Declared {
  return { ref, node, origin: node.origin, symbol: `${containerSymbol(job.container)} traefik.${ref.protocol}.${ref.kind}s.${ref.name}`, container: job.container, implicit: true, defaultRule: false, servers: [] };
}
