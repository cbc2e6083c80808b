import { readingRules } from '../checks/reading-rules.ts';
import { rules } from '../checks/registry.ts';
import type { LintRule } from '../checks/rule.ts';
import { arrivesAsInfo } from '../checks/rule-set.ts';
import { runRules } from '../checks/run.ts';
import type { RuleSettings } from '../checks/run.ts';
import type { Config } from '../config/config.ts';
import { EMPTY_CONFIG } from '../config/config.ts';
import type { Diagnostic, Severity } from '../diagnostics/index.ts';
import { VERSION } from '../version.ts';
import { behindBroken, seen } from './behind.ts';
import type { LintResult, Loaded } from './types.ts';

export interface LintOptions {
  readonly config: Config;
  /** `--rule ID=SEVERITY`. */
  readonly rules: ReadonlyMap<string, string>;
  /** A configuration names the gateways. */
  readonly declared: boolean;
}

const NO_OPTIONS: LintOptions = { config: EMPTY_CONFIG, rules: new Map(), declared: false };

/** Every id that a finding of `lint` can have. */
export const allRules: readonly LintRule[] = [...rules, ...readingRules].sort((a, b) => (a.id < b.id ? -1 : 1));

/** All findings of reading and of the rules. */
export function lint(loaded: Loaded, options: LintOptions = NO_OPTIONS): LintResult {
  return run(loaded, options, rules);
}

/** The findings that stop a build: those of `lint`, without asking the rules that have none. */
export function blockingFindings(loaded: Loaded): readonly Diagnostic[] {
  return run(loaded, NO_OPTIONS, rules.filter(({ meta, mayBlock }) => meta.blocking || mayBlock === true)).diagnostics.filter(({ blocking }) => blocking);
}

/** Where something is broken all rules are asked: what one finds may be the cause that another one names. */
function run(loaded: Loaded, options: LintOptions, wanted: readonly LintRule[]): LintResult {
  const context = {
    workspace: loaded.workspace, origins: loaded.origins, files: loaded.files, declared: options.declared,
    gateways: loaded.gateways.map(seen),
  };
  const settings = settingsOf(options);
  const behind = behindBroken(loaded, (gateways) => runRules(rules, { ...context, gateways }, settings).diagnostics);
  const result = runRules(behind === undefined ? wanted : rules, context, settings, { found: loaded.diagnostics, hidden: behind?.hidden ?? [], requireReason: options.config.requireReason });
  return behind === undefined ? result : { ...result, diagnostics: result.diagnostics.map((one) => behind.explained(one, result.diagnostics)) };
}

/** Command line, then the overrides by path (the last that fits), then the configuration's rules, then the rule set. */
function settingsOf({ config, rules: flags }: LintOptions): RuleSettings {
  const overrides = config.overrides.map((override) => ({ matches: override.files.map(globToRegExp), rules: override.rules }));
  const young = youngRules(config.asOf);
  return (rule, file) => {
    const flag = flags.get(rule);
    if (isSetting(flag)) return flag;
    const found = overrides.findLast((override) => override.rules[rule] !== undefined && file !== undefined && override.matches.some((pattern) => pattern.test(file)));
    return found?.rules[rule] ?? config.rules[rule] ?? (young.has(rule) ? 'info' : undefined);
  };
}

/** Rules that are too new for the set that counts; run from source, all are as old as the source. */
function youngRules(asOf: string | undefined): ReadonlySet<string> {
  const set = asOf ?? (VERSION === '0.0.0' ? undefined : VERSION);
  if (set === undefined) return new Set();
  return new Set(allRules.filter((rule) => arrivesAsInfo(rule.meta, set)).map(({ id }) => id));
}

function isSetting(value: string | undefined): value is Severity | 'off' {
  return value === 'error' || value === 'warning' || value === 'info' || value === 'note' || value === 'off';
}

/** `*` within a folder, `**` across folders. */
function globToRegExp(glob: string): RegExp {
  const source = glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*\*\/?|\*/g, (star) => (star === '*' ? '[^/]*' : '(?:.*/)?'));
  return new RegExp(`^${source}$`);
}
