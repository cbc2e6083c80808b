import type { SourceFile } from '../../text/index.ts';
import type { Fix, TextEdit } from '../diagnostic.ts';
import type { Finding, Place } from '../finding.ts';
import { maskSecrets } from '../mask.ts';
import { printJson } from '../print-json.ts';
import type { Formatter, Report } from '../report.ts';
import { wholeText } from '../report.ts';

const SEVERITIES = { error: 'ERROR', warning: 'WARNING', info: 'INFO', note: 'INFO' } as const;

/** Reviewdog's diagnostic format: its columns count bytes of UTF-8. */
export const rdjson: Formatter = {
  name: 'rdjson',
  format(report: Report): string {
    const document = { source: { name: 'gateway' }, diagnostics: report.findings.map((finding) => diagnostic(finding, report)) };
    return printJson(document);
  },
};

function diagnostic(finding: Finding, report: Report): unknown {
  return {
    message: wholeText(finding),
    location: location(finding, report),
    severity: SEVERITIES[finding.severity],
    code: { value: finding.rule },
    suggestions: finding.fixes.flatMap((fix) => suggestions(fix, finding, report)),
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

/** Lines that one suggestion may span: a reviewer must be able to see it. */
const NEAR = 10;

/**
 * A suggestion replaces one range of the finding's own file. Edits that stand close together are made one range with the
 * text between them, unless that text holds a secret; others cannot be said in this format.
 */
function suggestions(fix: Fix, finding: Finding, report: Report): readonly unknown[] {
  const source = report.sources.get(finding.file);
  const edits = [...fix.edits].sort((a, b) => a.start - b.start);
  const [first] = edits;
  const last = edits.at(-1);
  if (source === undefined || first === undefined || last === undefined || edits.some((edit) => edit.file !== finding.file)) return [];
  const start = source.position(first.start);
  const end = source.position(last.end);
  const text = joined(edits, source.text);
  if (text === undefined || end.line - start.line >= NEAR) return [];
  return [{ range: { start: position(source, start.line, start.column), end: position(source, end.line, end.column) }, text }];
}

function joined(edits: readonly TextEdit[], source: string): string | undefined {
  let out = '';
  let at = edits[0]?.start ?? 0;
  for (const edit of edits) {
    const between = source.slice(at, edit.start);
    if (edit.start < at || (between !== '' && maskSecrets(between) !== between)) return undefined;
    out += between + edit.newText;
    at = edit.end;
  }
  return out;
}
