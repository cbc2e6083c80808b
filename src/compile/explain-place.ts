import { isSecretField } from '../analysis/index.ts';
import { placeOf } from '../diagnostics/index.ts';
import { withoutSecrets } from '../ir/index.ts';
import type { Route } from '../ir/index.ts';
import type { OriginId } from '../text/index.ts';
import type { Loaded } from './types.ts';

/** What places are looked up in. */
export type Placed = Pick<Loaded, 'origins' | 'files'>;

/** `compose.yml:12:9`; a place in no file has a name only. */
export function placeText(origin: OriginId, { origins, files }: Placed): string {
  const place = placeOf(origin, origins, files);
  return origins.firstSpan(origin) === undefined ? place.file : `${place.file}:${String(place.line)}:${String(place.column)}`;
}

/** The value of a field, unless nobody should read it in a log. */
export function fieldValue(name: string, value: string): string {
  return isSecretField(name) ? '***' : value;
}

const HEADER_MATCHER = /(\bHeaders?(?:Regexp)?\(\s*[`"]([^`"]+)[`"]\s*,\s*)(`[^`]*`|"(?:[^"\\]|\\.)*")/gi;

/** A rule as it is shown: a credential that it compares with stays out. */
export function shownRule({ rule, ruleText }: Pick<Route, 'rule' | 'ruleText'>): string {
  return withoutSecrets(ruleText, [rule]).replace(HEADER_MATCHER, (whole: string, start: string, name: string) => (isSecretField(name) ? `${start}\`***\`` : whole));
}
