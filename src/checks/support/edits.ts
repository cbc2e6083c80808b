import type { Fix, TextEdit } from '../../diagnostics/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { LintContext } from '../rule.ts';

type Places = Pick<LintContext, 'origins' | 'files'>;

/** The text that stands at a place, letter by letter as in the file; undefined where there is no file behind it. */
export function writtenAt(context: Places, origin: OriginId): string | undefined {
  const place = context.origins.get(origin);
  if (place.kind !== 'span') return undefined;
  return context.files.get(place.file)?.text.slice(place.start, place.end);
}

/**
 * An edit that puts `newText` in a place; undefined when the file does not hold `expected` there letter by letter
 * (escapes, variables, aliases), or when the new text needs quotes or escapes of its own.
 */
export function replaceAt(context: Places, origin: OriginId, expected: string, newText: string): TextEdit | undefined {
  const place = context.origins.get(origin);
  if (place.kind !== 'span' || writtenAt(context, origin) !== expected || !isPlain(newText)) return undefined;
  if (newText.includes('\\') && inDoubleQuotes(context.files.get(place.file)?.text ?? '', place.start)) return undefined;
  return { file: place.file, start: place.start, end: place.end, newText };
}

/** Text that means itself in a YAML scalar, and to Compose's interpolation; a backslash does except in double quotes. */
export function isPlain(text: string): boolean {
  return !/["'\n\r\t]|: | #|:$|\$|^[\s&*!|>%@-]|\s$/.test(text.replaceAll('$$', ''));
}

/** Whether a double quote is open on the line. */
function inDoubleQuotes(text: string, at: number): boolean {
  const before = text.slice(text.lastIndexOf('\n', at - 1) + 1, at).replace(/\\./g, '');
  return (before.match(/"/g) ?? []).length % 2 === 1;
}

/** The place of a scalar without its quotes: what marks should stand under. */
export function withoutQuotes(context: Places, origin: OriginId): OriginId {
  const place = context.origins.get(origin);
  const written = writtenAt(context, origin);
  if (place.kind !== 'span' || written === undefined || !/^(["']).*\1$/s.test(written) || written.length < 2) return origin;
  return context.origins.span(place.file, place.start + 1, place.end - 1, place.via === undefined ? {} : { via: place.via });
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
