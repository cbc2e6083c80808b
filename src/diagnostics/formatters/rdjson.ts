import type { SourceFile } from '../../text/index.ts';
import type { Fix, TextEdit } from '../diagnostic.ts';
import type { Finding, Place } from '../finding.ts';
import type { Formatter, Report } from '../report.ts';

const SEVERITIES = { error: 'ERROR', warning: 'WARNING', info: 'INFO', note: 'INFO' } as const;

/** Reviewdog's diagnostic format: its columns count bytes of UTF-8. */
export const rdjson: Formatter = {
  name: 'rdjson',
  format(report: Report): string {
    const document = { source: { name: 'gateway' }, diagnostics: report.findings.map((finding) => diagnostic(finding, report)) };
    return `${JSON.stringify(document, null, 2)}\n`;
  },
};

function diagnostic(finding: Finding, report: Report): unknown {
  return {
    message: [finding.message, finding.why, finding.help].filter((part) => part !== null && part !== '').join('\n'),
    location: location(finding, report),
    severity: SEVERITIES[finding.severity],
    code: { value: finding.rule },
    suggestions: finding.fixes.flatMap((fix) => suggestions(fix, finding.file, report)),
    related_locations: finding.related.map((place) => ({ message: place.message, location: location(place, report) })),
  };
}

function location(place: Place, report: Report): unknown {
  const source = report.sources.get(place.file);
  return { path: place.file, range: { start: position(source, place.line, place.column), end: position(source, place.endLine, place.endColumn) } };
}

function position(source: SourceFile | undefined, line: number, column: number): { readonly line: number; readonly column: number } {
  const before = source?.line(line).slice(0, column - 1) ?? '';
  return { line, column: source === undefined ? column : new TextEncoder().encode(before).length + 1 };
}

/** A suggestion is made in the finding's own file only; one edit each. */
function suggestions(fix: Fix, file: string, report: Report): readonly unknown[] {
  const source = report.sources.get(file);
  if (source === undefined || fix.edits.length !== 1) return [];
  return fix.edits.filter((edit) => edit.file === file).map((edit) => suggestion(edit, source));
}

function suggestion(edit: TextEdit, source: SourceFile): unknown {
  const start = source.position(edit.start);
  const end = source.position(edit.end);
  return { range: { start: position(source, start.line, start.column), end: position(source, end.line, end.column) }, text: edit.newText };
}
