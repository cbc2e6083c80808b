import type { SourceFile } from '../text/index.ts';
import type { Skipped } from './diagnostic.ts';
import type { Finding, Place } from './finding.ts';
import type { Paint } from './paint.ts';

/** Checks that were not made, folded by rule and missing fact. */
export interface SkippedGroup {
  readonly rule: string;
  readonly needs: Skipped['needs'];
  readonly count: number;
  readonly places: readonly (Place & { readonly subject: string })[];
}

/** Everything that a format may print. */
export interface Report {
  readonly schema: string;
  readonly tool: { readonly version: string };
  readonly findings: readonly Finding[];
  readonly skipped: readonly SkippedGroup[];
  readonly facts: { readonly files: number; readonly labels: number; readonly services: number; readonly stacks: readonly string[] };
  readonly sources: ReadonlyMap<string, SourceFile>;
}

export interface FormatOptions {
  readonly width: number;
  readonly paint: Paint;
  /** Errors only. */
  readonly quiet: boolean;
}

/** One output format: one file in formatters/. Returns the whole document. */
export interface Formatter {
  readonly name: string;
  format(report: Report, options: FormatOptions): string;
}

export interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly notes: number;
  readonly fixable: number;
  readonly skipped: number;
}

export function countFindings(report: Report): Counts {
  const of = (severity: Finding['severity']): number => report.findings.filter((finding) => finding.severity === severity).length;
  return {
    errors: of('error'), warnings: of('warning'), infos: of('info'), notes: of('note'),
    fixable: report.findings.filter((finding) => finding.fixes.length > 0).length,
    skipped: report.skipped.reduce((sum, group) => sum + group.count, 0),
  };
}
