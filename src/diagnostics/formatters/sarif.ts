import type { Fix } from '../diagnostic.ts';
import type { Finding, Place } from '../finding.ts';
import { printJson } from '../print-json.ts';
import type { Formatter, Report } from '../report.ts';
import { wholeText } from '../report.ts';

const LEVELS = { error: 'error', warning: 'warning', info: 'note', note: 'note' } as const;

/** SARIF 2.1.0: one run; columns are UTF-16 units, as `columnKind` says. */
export const sarif: Formatter = {
  name: 'sarif',
  format(report: Report): string {
    const rules = [...new Set(report.findings.map((finding) => finding.rule))].sort();
    const places = new Map(rules.map((id, index) => [id, index]));
    const run = {
      tool: { driver: { name: 'gateway', version: report.tool.version, rules: rules.map((id) => descriptor(id, report)) } },
      columnKind: 'utf16CodeUnits',
      results: report.findings.map((finding) => result(finding, places.get(finding.rule) ?? 0, report)),
    };
    return printJson({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] });
  },
};

function descriptor(id: string, report: Report): unknown {
  const text = report.rules?.get(id);
  if (text === undefined) return { id };
  return { id, shortDescription: { text: text.summary }, fullDescription: { text: text.why }, help: { text: text.why }, defaultConfiguration: { level: LEVELS[text.severity] } };
}

function result(finding: Finding, ruleIndex: number, report: Report): unknown {
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: LEVELS[finding.severity],
    message: { text: plainMessage(wholeText(finding)) },
    locations: [location(finding)],
    ...(finding.related.length === 0 ? {} : { relatedLocations: finding.related.map((place, id) => ({ id, ...location(place), message: { text: place.message === '' ? 'see also' : plainMessage(place.message) } })) }),
    partialFingerprints: { 'gatewayFinding/v1': finding.fingerprint },
    ...fixesOf(finding, report),
    properties: { symbol: finding.symbol, blocking: finding.blocking },
  };
}

/** `[text](target)` is a link in SARIF messages: label text must not make one, so the brackets of such a text are escaped. */
function plainMessage(text: string): string {
  return text.includes('](') ? text.replace(/[\\[\]]/g, '\\$&') : text;
}

function location(place: Place): { readonly physicalLocation: unknown } {
  const { line, column, endLine, endColumn } = place;
  return { physicalLocation: { artifactLocation: { uri: uriOf(place.file) }, region: { startLine: line, startColumn: column, endLine, endColumn } } };
}

/** A relative path as a URI reference: blanks and colons in a file name must not look like a scheme. */
function uriOf(path: string): string {
  const wellFormed = path.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
  return wellFormed.split('/').map(encodeURIComponent).join('/');
}

function fixesOf(finding: Finding, report: Report): { readonly fixes?: readonly unknown[] } {
  const fixes = finding.fixes.filter((fix) => fix.edits.length > 0);
  return fixes.length === 0 ? {} : { fixes: fixes.map((fix) => change(fix, report)) };
}

function change(fix: Fix, report: Report): unknown {
  const files = [...new Set(fix.edits.map((edit) => edit.file))];
  return {
    description: { text: plainMessage(fix.title) },
    artifactChanges: files.map((file) => ({
      artifactLocation: { uri: uriOf(file) },
      replacements: fix.edits.filter((edit) => edit.file === file).map((edit) => ({ deletedRegion: region(file, edit.start, edit.end, report), insertedContent: { text: edit.newText } })),
    })),
  };
}

function region(file: string, from: number, to: number, report: Report): unknown {
  const start = report.sources.get(file)?.position(from) ?? { line: 1, column: 1 };
  const end = report.sources.get(file)?.position(to) ?? start;
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}
