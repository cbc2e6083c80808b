import { percentDecoded } from '../../rule-lang/index.ts';
import { pushTo } from '../../text/index.ts';
import { escapeWith } from '../url-parts.ts';

/** Query parameters by decoded name, values in order; bytes as latin-1. */
export type Query = ReadonlyMap<string, readonly string[]>;

const MAX_PARAMETERS = 10_000;

/** Go's `url.ParseQuery`: pairs with a bad escape or a semicolon are left out. */
export function parseQuery(raw: string): Query {
  const out = new Map<string, string[]>();
  const pairs = raw.split('&');
  if (pairs.length > MAX_PARAMETERS) return out;
  for (const pair of pairs) {
    if (pair === '' || pair.includes(';')) continue;
    const equals = pair.indexOf('=');
    const key = unescape(equals < 0 ? pair : pair.slice(0, equals));
    const value = unescape(equals < 0 ? '' : pair.slice(equals + 1));
    if (key === undefined || value === undefined) continue;
    pushTo(out, key, value);
  }
  return out;
}

/** Go's reverse proxy writes a query with a bad escape anew, in the order of the names, without what it cannot read (cleanQueryParams). */
export function cleanQuery(raw: string): string {
  if (!/;|%(?![0-9A-Fa-f]{2})/.test(raw)) return raw;
  const names = [...parseQuery(raw)].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return names.flatMap(([name, values]) => values.map((value) => `${escape(name)}=${escape(value)}`)).join('&');
}

/** Go's `url.QueryEscape`. */
function escape(text: string): string {
  return escapeWith(text, /[A-Za-z0-9\-_.~ ]/).replaceAll(' ', '+');
}

/** Go's `url.QueryUnescape`. */
function unescape(text: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  return percentDecoded(text.replaceAll('+', ' '));
}
