import type { Formatter, Report } from '../report.ts';
import { countFindings } from '../report.ts';

/** `gateway.lint/1`: one document, also when there is nothing to say. */
export const json: Formatter = {
  name: 'json',
  format(report: Report): string {
    const { skipped: _skipped, ...counts } = countFindings(report);
    const findings = report.findings.map(({ label: _label, ...finding }) => finding);
    const document = { schema: report.schema, tool: report.tool, summary: { ...counts, files: report.facts.files, skipped: _skipped }, findings, skipped: report.skipped };
    return `${JSON.stringify(document, null, 2)}\n`;
  },
};
