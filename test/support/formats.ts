import { formatters } from '../../src/diagnostics/formats.ts';
import { plainPaint } from '../../src/diagnostics/index.ts';
import type { FormatOptions, Report } from '../../src/diagnostics/index.ts';
import { toReport } from '../../src/compile/to-report.ts';
import type { Linted } from './lint.ts';

/** What the formats print of a lint of files in memory. */
export function reportOf({ findings, skipped, loaded }: Linted): Report {
  return { ...toReport('gateway.lint/1', [], skipped, loaded), findings };
}

/** Every format's output, by name. */
export function printAll(linted: Linted, options: Partial<FormatOptions> = {}): readonly (readonly [string, string])[] {
  const report = reportOf(linted);
  return formatters.map((formatter) => [formatter.name, formatter.format(report, { width: 80, paint: plainPaint, quiet: false, ...options })] as const);
}
