import type { Fix } from '../../diagnostics/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { LintContext } from '../rule.ts';
import { replaceAt, writtenAt } from './edits.ts';
import { labelBySymbol } from './labels.ts';

/**
 * A fix that puts other rule text in a place. A choice (`a || b`) gets parentheses unless it is the whole rule: `&&`
 * binds tighter.
 */
export function ruleFix(context: LintContext, origin: OriginId, text: string, symbol: string, safety: Fix['safety'] = 'safe'): { readonly fixes?: readonly Fix[] } {
  const before = writtenAt(context, origin);
  if (before === undefined) return {};
  const label = labelBySymbol(context, symbol)?.label;
  const whole = label?.value.value.text.trim() === before;
  const choice = text.includes(' || ') && !whole ? `(${text})` : text;
  // Compose reads `$$` as one dollar; a file is read as it stands.
  const after = label === undefined ? choice : choice.replaceAll('$', '$$$$');
  const edit = replaceAt(context, origin, before, after);
  return edit === undefined ? {} : { fixes: [{ title: `write ${after}`, safety, edits: [edit] }] };
}

/** The second value of a matcher that takes one: ``Host(`a`,`b`)`` is marked at `b`. */
export function secondArgument(context: LintContext, origin: OriginId): OriginId | undefined {
  const place = context.origins.get(origin);
  const found = /^[A-Za-z]+\(\s*(?:`[^`]*`|"[^"]*")\s*,\s*(`[^`]*`|"[^"]*")/.exec(writtenAt(context, origin) ?? '');
  const second = found?.[1];
  if (place.kind !== 'span' || found === null || second === undefined) return undefined;
  const end = place.start + found[0].length;
  return context.origins.span(place.file, end - second.length, end, place.via === undefined ? {} : { via: place.via });
}
