export type { Diagnostic, Fix, Marker, Severity, Skipped, TextEdit } from './diagnostic.ts';
export { distance, suggest } from './suggest.ts';
export { placeOf, toFindings } from './finding.ts';
export type { Files, Finding, Place } from './finding.ts';
export { codeFrame } from './frame.ts';
export { plainPaint, printable } from './paint.ts';
export type { Paint } from './paint.ts';
export { countFindings } from './report.ts';
export type { Counts, FormatOptions, Formatter, Report, SkippedGroup } from './report.ts';
