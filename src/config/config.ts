import type { Severity } from '../diagnostics/index.ts';

/** `gateways:` of gateway.config.yaml: one entry per running proxy. Paths are relative to the configuration file. */
export interface DeclaredGateway {
  readonly name: string;
  /** `traefik=2.11`. */
  readonly engine?: string;
  readonly static?: string;
  readonly dynamic: readonly string[];
  /** Paths, or patterns with `*` in their last part. */
  readonly stacks: readonly string[];
  readonly env: readonly string[];
  /** Docker hosts or contexts where its containers run. */
  readonly live: readonly string[];
}

/** gateway.config.yaml, typed. Everything is optional in the file. */
export interface Config {
  /** The file, for messages; undefined = none was found. */
  readonly path?: string;
  readonly gateways: readonly DeclaredGateway[];
  readonly build: { readonly to: readonly string[]; readonly out?: string };
  readonly failOn?: string;
  /** Settings by target: `version`, nginx `resolver`, ... */
  readonly targets: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** `[TARGET/]feature` to the reason. */
  readonly approximate: Readonly<Record<string, string>>;
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  readonly overrides: readonly { readonly files: readonly string[]; readonly rules: Readonly<Record<string, Severity | 'off'>> }[];
  readonly requireReason: boolean;
  /** `rules.as-of`: the release whose rule set counts; newer rules speak as `info`. */
  readonly asOf?: string;
}

export const EMPTY_CONFIG: Config = { gateways: [], build: { to: [] }, targets: {}, approximate: {}, rules: {}, overrides: [], requireReason: false };
