import type { SourceFile } from '../text/index.ts';
import type { Severity, Skipped } from './diagnostic.ts';
import type { Finding, Place } from './finding.ts';
import type { Paint } from './paint.ts';

/** Checks that were not made, folded by rule and missing fact. */
export interface SkippedGroup {
  readonly rule: string;
  readonly needs: Skipped['needs'];
  readonly count: number;
  readonly places: readonly (Place & { readonly subject: string })[];
}

/** What formats say about a rule beside its findings. */
export interface RuleText {
  readonly summary: string;
  readonly why: string;
  readonly severity: Severity;
}

/** Everything that a format may print. */
export interface Report {
  readonly schema: string;
  readonly tool: { readonly version: string };
  readonly findings: readonly Finding[];
  readonly skipped: readonly SkippedGroup[];
  readonly facts: { readonly files: number; readonly labels: number; readonly services: number; /** Of gateway.yaml; absent without one. */ readonly routes?: number; readonly stacks: readonly string[] };
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** By id; absent = formats name rules only. */
  readonly rules?: ReadonlyMap<string, RuleText>;
  /** Findings that are not listed, by the reason: `known from the baseline`, `not touched by the change`. */
  readonly hidden?: readonly { readonly reason: string; readonly count: number }[];
}

export interface FormatOptions {
  readonly width: number;
  /** Prose is broken to so many columns, for a terminal; absent = its lines stay whole, for what reads lines. */
  readonly wrap?: number;
  readonly paint: Paint;
  /** Errors only. */
  readonly quiet: boolean;
  /** No character outside of ASCII in text for people. */
  readonly ascii?: boolean;
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

/** How many findings of one rule are shown in full before the rest is only counted. */
const SHOWN_PER_RULE = 20;

/** Findings as people get them: at most so many of a rule, and how many more there are. */
export interface Limited {
  readonly shown: readonly Finding[];
  readonly more: readonly { readonly rule: string; readonly count: number }[];
}

/** For formats that people read; those that machines read have all of them. */
export function limitFindings(findings: readonly Finding[]): Limited {
  const counts = new Map<string, number>();
  const shown = findings.filter((finding) => {
    const count = (counts.get(finding.rule) ?? 0) + 1;
    counts.set(finding.rule, count);
    return count <= SHOWN_PER_RULE;
  });
  const more = [...counts].filter(([, count]) => count > SHOWN_PER_RULE).map(([rule, count]) => ({ rule, count: count - SHOWN_PER_RULE }));
  return { shown, more };
}

/** Message, consequence and way out in one text. */
export function wholeText(finding: Finding): string {
  return [finding.message, finding.why, finding.help].filter((part) => part !== null && part !== '').join('\n');
}
