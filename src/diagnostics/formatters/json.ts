import { printJson } from '../print-json.ts';
import type { Formatter, Report } from '../report.ts';
import { countFindings } from '../report.ts';

/** `gateway.lint/1`: one document, also when there is nothing to say. */
export const json: Formatter = {
  name: 'json',
  format(report: Report): string {
    const { skipped, ...counts } = countFindings(report);
    const findings = report.findings.map(({ label: _label, ...finding }) => finding);
    const hidden = report.hidden === undefined ? {} : { hidden: report.hidden };
    const document = { schema: report.schema, tool: report.tool, stacks: report.facts.stacks, summary: { ...counts, files: report.facts.files, skipped, ...hidden }, findings, skipped: report.skipped };
    return printJson(document);
  },
};
