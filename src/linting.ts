/**
 * The part of the library that reads stacks and says what is wrong with them. It needs nothing of what compiles, decides or
 * compares, and is loaded without it: that would cost more than checking a stack of usual size. The rest is in `index.ts`.
 */
import { allRules } from './compile/lint.ts';
import { formatters } from './diagnostics/formats.ts';
import type { FormatOptions, Report } from './diagnostics/index.ts';

export { hasInput, load } from './compile/load.ts';
export { allRules, lint } from './compile/lint.ts';
export { fixAll } from './compile/fix.ts';
export { byStack, canBeKnown, compareBaselines, printBaseline, readBaseline } from './compile/baseline.ts';
export { readUnifiedDiff, touchedBy } from './compile/changed.ts';
export { isNewerSet } from './checks/rule-set.ts';
export { toReport } from './compile/to-report.ts';
export { countFindings, suggest, unifiedDiff } from './diagnostics/index.ts';
export { VERSION } from './version.ts';

/** Names of the output formats of `lint`. */
export const formatNames: readonly string[] = formatters.map((formatter) => formatter.name);
/** Ids of all lint rules. */
export const ruleIds: readonly string[] = allRules.map((rule) => rule.id);

/** A report in a named format. Throws RangeError for an unknown name: check {@link formatNames}. */
export function format(name: string, report: Report, options: FormatOptions): string {
  const formatter = formatters.find((one) => one.name === name);
  if (formatter === undefined) throw new RangeError(`unknown format "${name}"`);
  return formatter.format(report, options);
}
