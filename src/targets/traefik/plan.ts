import type { YamlMap } from '../../text/index.ts';

/** One file of the Traefik target: its path below the target's folder and its tree. */
export interface PlannedFile {
  readonly path: string;
  readonly header: readonly string[];
  readonly tree: YamlMap;
  /** Dynamic files are Go templates before they are YAML: a literal `{{` is escaped there. */
  readonly template: boolean;
  readonly secret: boolean;
}
export interface TraefikPlan {
  readonly files: readonly PlannedFile[];
}
