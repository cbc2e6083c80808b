import type { YamlMap } from '../../text/index.ts';

/** One YAML file of the Traefik target: its path below the target's folder and its tree. */
export interface PlannedYaml {
  readonly kind: 'yaml';
  readonly path: string;
  readonly header: readonly string[];
  readonly tree: YamlMap;
  /** Dynamic files are Go templates before they are YAML: a literal `{{` is escaped there. */
  readonly template: boolean;
  readonly secret: boolean;
}
/** The static configuration as arguments, one a line. */
export interface PlannedLines {
  readonly kind: 'lines';
  readonly path: string;
  readonly lines: readonly string[];
  readonly secret: boolean;
}
export type PlannedFile = PlannedYaml | PlannedLines;
export interface TraefikPlan {
  readonly files: readonly PlannedFile[];
}
