/**
 * The part of the library that compiles and checks what it compiled. It serves nothing, asks no engine and compares no two
 * states, and is loaded without what does: that would cost as much as building a stack of usual size. The rest is in `index.ts`.
 */
import { features } from './compile/matrix.ts';
import { text } from './diagnostics/formatters/text.ts';
import type { FormatOptions, Report } from './diagnostics/index.ts';
import { targets } from './targets/index.ts';

export { answersAlike } from './compile/answers-alike.ts';
export { build } from './compile/build.ts';
export { hasInput, load } from './compile/load.ts';
export { unknownOverrides } from './compile/overrides.ts';
export { buildDocument, buildReport } from './compile/report.ts';
export { sourceDigest } from './compile/source-digest.ts';
export { toReport } from './compile/to-report.ts';
export { failureReport } from './compile/validation/failure-report.ts';
export { unifiedDiff } from './diagnostics/index.ts';

/** Names of the targets that `build` knows. */
export const targetNames: readonly string[] = targets.map((target) => target.name);
/** Features as `gateway targets` prints them. */
export const knownFeatures: readonly string[] = features();

/** Findings for a person, without the closing line when `summary` is false or nothing was found. */
export function formatText(report: Report, options: FormatOptions & { readonly summary: boolean }): string {
  if (report.findings.length === 0 && !options.summary) return '';
  return text.format(report, options);
}
