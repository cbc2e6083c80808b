import type { Diagnostic, Severity, Skipped } from '../diagnostics/index.ts';
import { applyIgnores } from './ignores.ts';
import type { LintContext, LintRule } from './rule.ts';

/** Severities from the configuration and the command line: rule id to severity or `off`. Blocking rules are not among them. */
export type RuleSettings = (rule: string, file: string | undefined) => Severity | 'off' | undefined;

export interface RunResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly skipped: readonly Skipped[];
}

export interface RunOptions {
  /** `# gateway-ignore` comments must give a reason. */
  readonly requireReason?: boolean;
}

/**
 * Runs all rules over one workspace and takes out what comments ask to ignore. A finding that only follows from another
 * stays, marked, for formats to fold.
 */
export function runRules(rules: readonly LintRule[], context: Omit<LintContext, 'report' | 'skip'>, settings: RuleSettings, options: RunOptions = {}): RunResult {
  const diagnostics: Diagnostic[] = [];
  const skipped: Skipped[] = [];
  for (const rule of rules) {
    rule.check({
      ...context,
      report: (finding) => {
        const diagnostic = finish(rule, finding, settings, context);
        if (diagnostic !== undefined) diagnostics.push(diagnostic);
      },
      skip: (one) => void skipped.push({ rule: rule.id, ...one }),
    });
  }
  const kept = applyIgnores(unique(diagnostics), { origins: context.origins, files: context.files, ruleIds: rules.map(({ id }) => id), ...options });
  return { diagnostics: kept.filter((diagnostic) => isWanted(diagnostic, settings, context)), skipped };
}

/** The level of what the ignores themselves have found. */
function isWanted(diagnostic: Diagnostic, settings: RuleSettings, context: Omit<LintContext, 'report' | 'skip'>): boolean {
  return diagnostic.rule !== 'ignore-unused' || settings(diagnostic.rule, context.origins.firstSpan(diagnostic.at.origin)?.file) !== 'off';
}

type Reported = Parameters<LintContext['report']>[0];

function finish(rule: LintRule, finding: Reported, settings: RuleSettings, context: Omit<LintContext, 'report' | 'skip'>): Diagnostic | undefined {
  const blocking = finding.blocking ?? rule.meta.blocking;
  const own = finding.severity ?? rule.meta.severity;
  const wanted = blocking ? undefined : settings(rule.id, context.origins.firstSpan(finding.at.origin)?.file);
  if (wanted === 'off') return undefined;
  return { ...finding, rule: rule.id, severity: wanted ?? own, blocking };
}

/** One finding per rule, symbol and message: two versions or two entry points may say the same. */
function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter((diagnostic) => {
    const key = `${diagnostic.rule}\0${diagnostic.symbol}\0${diagnostic.message}\0${String(diagnostic.severity)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
