import { printable } from '../paint.ts';
import type { Finding } from '../finding.ts';
import type { Formatter, Report } from '../report.ts';
import { wholeText } from '../report.ts';

/**
 * JUnit XML: one suite a file, one failing case an error; what does not fail is a passing case with its text as output.
 * Without a finding there is one passing case: some readers take a file without cases for a broken run.
 */
export const junit: Formatter = {
  name: 'junit',
  format(report: Report): string {
    const files = new Map<string, Finding[]>();
    for (const finding of report.findings) {
      const list = files.get(finding.file) ?? [];
      files.set(finding.file, list);
      list.push(finding);
    }
    const failures = report.findings.filter(fails).length;
    const suites = files.size === 0 ? [passed(report)] : [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, findings]) => suite(file, findings));
    return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="gateway" tests="${String(Math.max(1, report.findings.length))}" failures="${String(failures)}" errors="0">\n${suites.join('')}</testsuites>\n`;
  },
};

function fails(finding: Finding): boolean {
  return finding.severity === 'error';
}

/** Named for what was run: `gateway.diff/1` is `gateway diff`. */
function passed({ schema }: Report): string {
  const name = xml(schema.replace(/\/\d+$/, '').replace('.', ' '));
  return `  <testsuite name="${name}" tests="1" failures="0" errors="0">\n    <testcase name="no problems" classname="${name}"/>\n  </testsuite>\n`;
}

function suite(file: string, findings: readonly Finding[]): string {
  const failures = findings.filter(fails).length;
  return `  <testsuite name="${xml(file)}" tests="${String(findings.length)}" failures="${String(failures)}" errors="0">\n${findings.map(testcase).join('')}  </testsuite>\n`;
}

function testcase(finding: Finding): string {
  const place = `${finding.file}:${String(finding.line)}:${String(finding.column)}`;
  const text = `${place}  ${finding.severity}  ${finding.rule}  ${wholeText(finding)}`;
  const head = `    <testcase name="${xml(`${finding.rule} ${finding.symbol}`)}" classname="${xml(place)}">\n`;
  const body = fails(finding) ? `      <failure message="${xml(finding.message)}" type="${xml(finding.rule)}">${xml(text)}</failure>\n` : `      <system-out>${xml(text)}</system-out>\n`;
  return `${head}${body}    </testcase>\n`;
}

/** XML 1.0 has no way to write most control characters, nor lone surrogates: they are shown, as on a terminal. */
function xml(text: string): string {
  return printable(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;');
}
