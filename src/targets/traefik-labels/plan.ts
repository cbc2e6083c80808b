import type { YamlMap } from '../../text/index.ts';

/** A label as the override file says it: the value is YAML text in which Compose still reads variables. */
export interface PlannedLabel {
  readonly key: string;
  readonly text: string;
}
export interface PlannedService {
  readonly name: string;
  /** Swarm reads `deploy.labels`. */
  readonly place: 'service' | 'deploy';
  /** The labels below replace all others: an old one would mean something else to the version that is written for. */
  readonly replaces: boolean;
  readonly labels: readonly PlannedLabel[];
}
export interface PlannedOverride {
  readonly path: string;
  readonly stack: string;
  readonly services: readonly PlannedService[];
}
export interface LabelsPlan {
  readonly overrides: readonly PlannedOverride[];
  /** What labels cannot say stays with the file provider. */
  readonly file?: YamlMap;
  readonly secret: boolean;
}
