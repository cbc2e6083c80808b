export type { Diagnostic, Fix, Marker, Severity, Skipped, TextEdit } from './diagnostic.ts';
export { distance, suggest } from './suggest.ts';
