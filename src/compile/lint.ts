import { rules } from '../checks/registry.ts';
import { runRules } from '../checks/run.ts';
import type { RuleSettings } from '../checks/run.ts';
import type { Config } from '../config/config.ts';
import { EMPTY_CONFIG } from '../config/config.ts';
import type { Severity } from '../diagnostics/index.ts';
import type { LintResult, Loaded } from './types.ts';

export interface LintOptions {
  readonly config: Config;
  /** `--rule ID=SEVERITY`. */
  readonly rules: ReadonlyMap<string, string>;
  /** A configuration names the gateways. */
  readonly declared: boolean;
}

/** All findings of reading and of the rules. */
export function lint(loaded: Loaded, options: LintOptions = { config: EMPTY_CONFIG, rules: new Map(), declared: false }): LintResult {
  const { diagnostics, skipped } = runRules(rules, {
    workspace: loaded.workspace, origins: loaded.origins, files: loaded.files,
    gateways: loaded.gateways.map(({ name, resolved, versionKnown, staticKnown }) => ({ name, resolved, versionKnown, staticKnown })),
  }, settingsOf(options));
  return { diagnostics: [...loaded.diagnostics, ...diagnostics], skipped };
}

/** Command line, then the overrides by path (the last that fits), then the configuration's rules. */
function settingsOf({ config, rules: flags }: LintOptions): RuleSettings {
  const overrides = config.overrides.map((override) => ({ matches: override.files.map(globToRegExp), rules: override.rules }));
  return (rule, file) => {
    const flag = flags.get(rule);
    if (isSetting(flag)) return flag;
    const found = overrides.findLast((override) => override.rules[rule] !== undefined && file !== undefined && override.matches.some((pattern) => pattern.test(file)));
    return found?.rules[rule] ?? config.rules[rule];
  };
}

function isSetting(value: string | undefined): value is Severity | 'off' {
  return value === 'error' || value === 'warning' || value === 'info' || value === 'note' || value === 'off';
}

/** `*` within a folder, `**` across folders. */
function globToRegExp(glob: string): RegExp {
  const source = glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*\*\/?|\*/g, (star) => (star === '*' ? '[^/]*' : '(?:.*/)?'));
  return new RegExp(`^${source}$`);
}
