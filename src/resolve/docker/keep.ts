import type { Container, Fate } from '../../ir/index.ts';
import { matchesConstraints } from '../../traefik-config/constraints.ts';
import type { Switches } from '../../traefik-config/labels.ts';
import type { Text } from '../../text/index.ts';
import type { EngineVersion } from '../types.ts';
import type { DockerSettings } from './settings.ts';

export type Kept =
  | { readonly kind: 'kept'; readonly empty: boolean; readonly assumed: boolean }
  | { readonly kind: 'filtered'; readonly fate: Fate }
  /** Nobody knows whether the provider exposes containers by default, and this one says nothing of Traefik. */
  | { readonly kind: 'unknown' };

export interface KeepInput {
  readonly container: Container;
  readonly switches: Switches;
  readonly labels: () => ReadonlyMap<string, Text>;
  readonly settings: DockerSettings;
  readonly version: EngineVersion;
  /** Whether the container carries any label that Traefik reads. */
  readonly speaksTraefik: boolean;
}

/** keepContainer of pkg/provider/docker/config.go: enabled, constraints, running, healthy, in this order. */
export function keep(input: KeepInput): Kept {
  const { container, switches, settings, version } = input;
  const exposed = switches.enable?.value ?? (switches.enableUnknown === undefined ? settings.exposedByDefault : undefined);
  if (exposed === undefined && !input.speaksTraefik) return { kind: 'unknown' };
  if (exposed === false) return filtered(switches.enable?.value === false ? 'disabled' : 'notExposed');
  if (settings.constraints !== '' && !matchesConstraints(input.labels(), settings.constraints)) return filtered('constraint');
  const assumed = exposed === undefined;
  const running = container.live === undefined ? container.replicas !== 0 : container.live.status === '' || container.live.status === 'running';
  const health = container.live?.health ?? '';
  const healthy = health === '' || health === 'healthy';
  // 2.11 does not even list a container that does not run, and refuses the label.
  const allowed = switches.allowNonRunning?.value === true && version !== '2.11';
  if (!running && !(allowed && container.live !== undefined)) return filtered('notRunning');
  if (!healthy && !allowed && !settings.allowEmptyServices) return filtered('unhealthy');
  return { kind: 'kept', empty: !running || !healthy, assumed };
}

function filtered(because: Extract<Fate, { kind: 'filtered' }>['because']): Kept {
  return { kind: 'filtered', fate: { kind: 'filtered', because } };
}
