import { printable } from '../paint.ts';
import type { Finding } from '../finding.ts';
import type { Formatter, Report } from '../report.ts';

/** JUnit XML: one suite a file, one failing case an error; what does not fail is a passing case with its text as output. */
export const junit: Formatter = {
  name: 'junit',
  format(report: Report): string {
    const files = [...new Set(report.findings.map((finding) => finding.file))].sort();
    const failures = report.findings.filter(fails).length;
    const suites = files.map((file) => suite(file, report.findings.filter((finding) => finding.file === file)));
    return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="gateway" tests="${String(report.findings.length)}" failures="${String(failures)}">\n${suites.join('')}</testsuites>\n`;
  },
};

function fails(finding: Finding): boolean {
  return finding.severity === 'error';
}

function suite(file: string, findings: readonly Finding[]): string {
  const failures = findings.filter(fails).length;
  return `  <testsuite name="${xml(file)}" tests="${String(findings.length)}" failures="${String(failures)}">\n${findings.map(testcase).join('')}  </testsuite>\n`;
}

function testcase(finding: Finding): string {
  const place = `${finding.file}:${String(finding.line)}:${String(finding.column)}`;
  const text = [`${place}  ${finding.severity}  ${finding.rule}  ${finding.message}`, finding.why, finding.help].filter((part) => part !== null && part !== '').join('\n');
  const head = `    <testcase name="${xml(`${finding.rule} ${finding.symbol}`)}" classname="${xml(place)}">\n`;
  const body = fails(finding) ? `      <failure message="${xml(finding.message)}" type="${xml(finding.rule)}">${xml(text)}</failure>\n` : `      <system-out>${xml(text)}</system-out>\n`;
  return `${head}${body}    </testcase>\n`;
}

/** XML 1.0 has no way to write most control characters, nor lone surrogates: they are shown, as on a terminal. */
function xml(text: string): string {
  return printable(text)
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
