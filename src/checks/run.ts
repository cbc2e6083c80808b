import { findingName } from '../diagnostics/index.ts';
import type { Diagnostic, Severity, Skipped } from '../diagnostics/index.ts';
import { applyIgnores } from './ignores.ts';
import { readingRules } from './reading-rules.ts';
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
  /** What reading has found: settings and ignores hold for it, too. */
  readonly found?: readonly Diagnostic[];
  /** What only shows when other mistakes are mended; said unless the rules say it anyway. */
  readonly hidden?: readonly Diagnostic[];
}

/**
 * Runs all rules over one workspace and takes out what comments ask to ignore. A finding that only follows from another
 * stays, marked, for formats to fold.
 */
export function runRules(rules: readonly LintRule[], context: Omit<LintContext, 'report' | 'skip'>, settings: RuleSettings, options: RunOptions = {}): RunResult {
  const diagnostics: Diagnostic[] = [];
  const skipped: Skipped[] = [];
  const levelled = (diagnostic: Diagnostic): readonly Diagnostic[] => {
    const one = level(diagnostic, settings, context);
    return one === undefined ? [] : [one];
  };
  for (const rule of rules) {
    rule.check({
      ...context,
      report: (finding) => void diagnostics.push(...levelled({ ...finding, rule: rule.id, severity: finding.severity ?? rule.meta.severity, blocking: finding.blocking ?? rule.meta.blocking })),
      skip: (one) => void skipped.push({ rule: rule.id, ...one }),
    });
  }
  const ruleIds = [...rules, ...readingRules].map(({ id }) => id);
  const { requireReason } = options;
  const found = (options.found ?? []).flatMap(levelled);
  const kept = applyIgnores([...found, ...unique([...diagnostics, ...newOf(options.hidden ?? [], diagnostics)], context)], { origins: context.origins, files: context.files, ruleIds, ...(requireReason === undefined ? {} : { requireReason }) });
  return { diagnostics: kept.flatMap((diagnostic) => (diagnostic.rule === 'ignore-unused' ? levelled(diagnostic) : [diagnostic])), skipped };
}

/** The severity that was asked for; undefined = switched off. Blocking findings have no switch. */
function level(diagnostic: Diagnostic, settings: RuleSettings, context: Pick<LintContext, 'origins'>): Diagnostic | undefined {
  const wanted = diagnostic.blocking ? undefined : settings(diagnostic.rule, context.origins.firstSpan(diagnostic.at.origin)?.file);
  if (wanted === 'off') return undefined;
  return wanted === undefined ? diagnostic : { ...diagnostic, severity: wanted };
}

/** Those of which the rules said nothing at the same place. */
function newOf(hidden: readonly Diagnostic[], said: readonly Diagnostic[]): readonly Diagnostic[] {
  const keys = new Set(said.map(findingName));
  return hidden.filter((one) => !keys.has(findingName(one)));
}

/**
 * One finding per rule, symbol and message: two versions, two entry points or two replicas may say the same. The same on
 * another host is another finding.
 */
function unique(diagnostics: readonly Diagnostic[], { origins, workspace }: Pick<LintContext, 'origins' | 'workspace'>): readonly Diagnostic[] {
  const seen = new Set<string>();
  const isLive = workspace.stacks.some(({ containers }) => containers.some(({ live }) => live !== undefined));
  const hostOf = ({ at }: Diagnostic): string => {
    // The page of a running container is called by its host and its name.
    const page = isLive ? (origins.firstSpan(at.origin)?.file ?? '') : '';
    return page.slice(0, Math.max(0, page.lastIndexOf('/')));
  };
  return diagnostics.filter((diagnostic) => {
    const key = `${diagnostic.rule}\0${diagnostic.symbol}\0${diagnostic.message}\0${String(diagnostic.severity)}\0${hostOf(diagnostic)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
