import type { Fix, TextEdit } from '../../diagnostics/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { LintContext } from '../rule.ts';
import { quoteAt } from './comments.ts';

type Places = Pick<LintContext, 'origins' | 'files'>;

/** The text that stands at a place, letter by letter as in the file; undefined where there is no file behind it. */
export function writtenAt(context: Places, origin: OriginId): string | undefined {
  const place = context.origins.get(origin);
  if (place.kind !== 'span') return undefined;
  return context.files.get(place.file)?.text.slice(place.start, place.end);
}

/**
 * An edit that puts `newText` in a place, written as the quotes around it ask; undefined when the file does not hold
 * `expected` there letter by letter (escapes, variables, aliases), or when the new text cannot be written there.
 */
export function replaceAt(context: Places, origin: OriginId, expected: string, newText: string): TextEdit | undefined {
  const place = context.origins.get(origin);
  if (place.kind !== 'span' || writtenAt(context, origin) !== expected) return undefined;
  const written = encoded(newText, quotesAround(context.files.get(place.file)?.text ?? '', place.start));
  return written === undefined ? undefined : { file: place.file, start: place.start, end: place.end, newText: written };
}

/** A text as a part of a scalar in these quotes; undefined where it would not mean itself. A `$` is Compose's business. */
function encoded(text: string, quotes: '' | '"' | "'"): string | undefined {
  if (/[\n\r\t]/.test(text) || text.replaceAll('$$', '').includes('$')) return undefined;
  if (quotes === '"') return text.replace(/[\\"]/g, '\\$&');
  if (quotes === "'") return text.replaceAll("'", "''");
  return isPlain(text) ? text : undefined;
}

/** Text that means itself in a YAML scalar, and to Compose's interpolation; a backslash does except in double quotes. */
export function isPlain(text: string): boolean {
  return !/["'\n\r\t]|: | #|:$|\$|^[\s&*!|>%@-]|\s$/.test(text.replaceAll('$$', ''));
}

/** The quotes that are open at a place, by the line it stands on. */
function quotesAround(text: string, at: number): '' | '"' | "'" {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  return quoteAt(text.slice(start, end === -1 ? text.length : end), at - start);
}

/** The place of a scalar without its quotes: what marks should stand under. */
export function withoutQuotes(context: Places, origin: OriginId): OriginId {
  const place = context.origins.get(origin);
  const written = writtenAt(context, origin);
  if (place.kind !== 'span' || written === undefined || !/^(["']).*\1$/s.test(written) || written.length < 2) return origin;
  return context.origins.span(place.file, place.start + 1, place.end - 1, place.via === undefined ? {} : { via: place.via });
}

/** A place of at least one letter: what is missing at an end is shown at the last letter there is. */
export function visible(context: Places, origin: OriginId): OriginId {
  const place = context.origins.get(origin);
  if (place.kind !== 'span' || place.start !== place.end || place.start === 0) return origin;
  const before = context.files.get(place.file)?.text[place.start - 1];
  if (before === undefined || /\s/.test(before)) return origin;
  return context.origins.span(place.file, place.start - 1, place.end, place.via === undefined ? {} : { via: place.via });
}

/** A replacement as the fix of a finding; empty where it cannot be made by an edit. */
export function replaceFix(context: Places, origin: OriginId, expected: string, newText: string, safety: Fix['safety'] = 'safe'): { readonly fixes?: readonly Fix[] } {
  const edit = replaceAt(context, origin, expected, newText);
  if (edit === undefined) return {};
  const place = context.origins.get(origin);
  // A shared block (alias, extends) changes for all that use it.
  const shared = place.kind === 'span' && place.via !== undefined;
  return { fixes: [{ title: `replace "${expected}" by "${newText}"`, safety: shared ? 'unsafe' : safety, edits: [edit] }] };
}
