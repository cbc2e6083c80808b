import { createHash } from 'node:crypto';
import type { OriginId, Origins, SourceFile } from '../text/index.ts';
import type { Diagnostic, Fix, Marker, Severity } from './diagnostic.ts';
import { maskMessage } from './mask.ts';

/** A place in a file: 1-based lines and columns in UTF-16 units, ends exclusive. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A diagnostic with its places worked out: what every output format prints, and the JSON shape of `gateway.lint/1`. */
export interface Finding extends Place {
  readonly rule: string;
  readonly severity: Severity;
  readonly blocking: boolean;
  readonly message: string;
  readonly why: string | null;
  readonly help: string | null;
  readonly symbol: string;
  /** Hash of rule, file and symbol: survives moved lines. Repeats get an ordinal. */
  readonly fingerprint: string;
  readonly label: string | null;
  readonly related: readonly (Place & { readonly message: string })[];
  readonly fixes: readonly Fix[];
  readonly follows: string | null;
}

export type Files = ReadonlyMap<string, SourceFile>;

/** The place of an origin; a file-less origin (a live container, a default) gets line 1 of its name. */
export function placeOf(origin: OriginId, origins: Origins, files: Files): Place {
  const span = origins.firstSpan(origin);
  const source = span === undefined ? undefined : files.get(span.file);
  if (span === undefined || source === undefined) {
    return { file: span?.file ?? nameOf(origin, origins), line: 1, column: 1, endLine: 1, endColumn: 1 };
  }
  const start = source.position(span.start);
  const end = source.position(span.end);
  return { file: span.file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

function nameOf(id: OriginId, origins: Origins): string {
  const origin = origins.get(id);
  if (origin.kind === 'container') return `container:${origin.name}`;
  return origin.kind === 'default' ? `default:${origin.setBy}` : 'gateway';
}

/** Findings in the order of file, line, column, rule; fingerprints made unique by an ordinal. */
export function toFindings(diagnostics: readonly Diagnostic[], origins: Origins, files: Files): readonly Finding[] {
  const located = diagnostics.map((diagnostic) => locate(diagnostic, origins, files)).sort(compareFindings);
  const seen = new Map<string, number>();
  return located.map((finding) => {
    const count = (seen.get(finding.fingerprint) ?? 0) + 1;
    seen.set(finding.fingerprint, count);
    return count === 1 ? finding : { ...finding, fingerprint: `${finding.fingerprint}-${String(count)}` };
  });
}

function locate(diagnostic: Diagnostic, origins: Origins, files: Files): Finding {
  const { rule, severity, blocking, message, symbol } = diagnostic;
  const place = placeOf(diagnostic.at.origin, origins, files);
  return {
    rule, severity, blocking, ...place, message: maskMessage(message), why: said(diagnostic.why), help: said(diagnostic.help), symbol,
    fingerprint: createHash('sha256').update(`${rule}\0${place.file}\0${symbol}`).digest('hex').slice(0, 16),
    label: said(diagnostic.at.label),
    related: (diagnostic.related ?? []).map((marker) => relatedPlace(marker, origins, files)),
    fixes: diagnostic.fixes ?? [],
    follows: diagnostic.follows ?? null,
  };
}

function relatedPlace(marker: Marker, origins: Origins, files: Files): Place & { readonly message: string } {
  return { ...placeOf(marker.origin, origins, files), message: said(marker.label) ?? '' };
}

function said(text: string | undefined): string | null {
  return text === undefined ? null : maskMessage(text);
}

function compareFindings(a: Finding, b: Finding): number {
  return compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.rule, b.rule) || compareText(a.symbol, b.symbol);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
