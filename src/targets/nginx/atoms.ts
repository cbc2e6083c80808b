import type { HttpMatcher } from '../../ir/index.ts';
import { assertNever } from '../../text/index.ts';
import { ipRange } from './ip-range.ts';
import { literal, template, variable, type Part } from './plan.ts';
import { matches, mustPcre } from './re2.ts';
import { escapedPattern, literalPattern } from './regex.ts';
import { dottedHost, queryText, routingPath } from './request.ts';
import type { Sheet } from './sheet.ts';

/** Where the values of forwarded headers come from: a rule sees them after the entry point has set them. */
export type HeaderSource = (lowerName: string) => readonly Part[];

/** A variable that is `1` when the matcher holds. Lazy: nginx evaluates a map when it is asked for and once per request. */
export function atomVariable(sheet: Sheet, headers: HeaderSource, matcher: HttpMatcher): string {
  switch (matcher.kind) {
    case 'host': return flag(sheet, `host_${matcher.host.value}`, [variable('host')], wildcardPattern(matcher.host.value));
    case 'hostRegexp': return flag(sheet, 'host_matches', [variable(dottedHost(sheet))], mustPcre(matcher.pattern.value, 'ascii').pattern);
    case 'path': return flag(sheet, `path_${matcher.path.value}`, [variable(routingPath(sheet))], `^${literalPattern(matcher.path.value)}\\z`);
    case 'pathPrefix': return flag(sheet, `below_${matcher.prefix.value}`, [variable(routingPath(sheet))], `^${literalPattern(matcher.prefix.value)}`);
    case 'pathRegexp': return flag(sheet, 'path_matches', [variable(routingPath(sheet))], mustPcre(matcher.pattern.value, 'bytes').pattern);
    case 'method': return flag(sheet, `method_${matcher.method.value}`, [variable('request_method')], `^${literalPattern(matcher.method.value.toUpperCase())}\\z`);
    case 'header': return flag(sheet, `header_${matcher.name.value}`, headers(matcher.name.value.toLowerCase()), `^${literalPattern(matcher.value.value)}\\z`);
    case 'headerRegexp': return flag(sheet, `header_${matcher.name.value}_matches`, headers(matcher.name.value.toLowerCase()), mustPcre(matcher.pattern.value, 'bytes').pattern);
    case 'query': return queryAtom(sheet, matcher);
    case 'queryPresent': return flag(sheet, `query_${matcher.name.value}`, [variable(queryText(sheet))], `(?:^|&)${queryKey(matcher.name.value)}(?:=${READABLE})?(?:&|\\z)`);
    case 'queryRegexp': return queryRegexp(sheet, matcher);
    case 'clientIp': return sheet.geo(`client_${matcher.range.value}`, [ipRange(matcher.range.value) ?? '255.255.255.255/32']);
    default: return assertNever(matcher);
  }
}

/** A value without a broken escape: Go leaves out a parameter that has one. */
const READABLE = '(?:[^&%]++|%[0-9A-Fa-f]{2})*+';

/** The value of a header as nginx knows it. */
export function headerVariable(lowerName: string): Part {
  return variable(`http_${lowerName.replaceAll('-', '_')}`);
}

function flag(sheet: Sheet, wish: string, source: readonly Part[], pattern: string): string {
  return sheet.map(wish, source, [
    { key: literal('default'), value: template('0') },
    { key: literal(`~${pattern}`), value: template('1') },
  ]);
}

/** `*.x` is exactly one label more, which may be empty (ran); nginx's own `*.x` is any number of them. */
export function wildcardPattern(host: string): string {
  return host.startsWith('*.') ? `^[^.]*${literalPattern(host.slice(1))}\\z` : `^${literalPattern(host)}\\z`;
}

function queryAtom(sheet: Sheet, matcher: Extract<HttpMatcher, { kind: 'query' }>): string {
  const key = queryKey(matcher.name.value);
  const value = matcher.value?.value ?? '';
  const pair = value === '' ? `${key}=?` : `${key}=${queryValue(value)}`;
  return flag(sheet, `query_${matcher.name.value}`, [variable(queryText(sheet))], `(?:^|&)${pair}(?:&|\\z)`);
}

/** The pattern works on the raw value: exact for one occurrence without escapes. */
function queryRegexp(sheet: Sheet, matcher: Extract<HttpMatcher, { kind: 'queryRegexp' }>): string {
  if (matcher.pattern === undefined) return flag(sheet, `query_${matcher.name.value}`, [variable(queryText(sheet))], emptyPair(matcher.name.value));
  const value = sheet.map(`query_value_${matcher.name.value}`, [variable(queryText(sheet))], [
    { key: literal('default'), value: template('') },
    { key: literal(`~(?:^|&)${queryKey(matcher.name.value)}=(?<gwc_query_value>[^&%+]*)(?:&|\\z)`), value: template(variable('gwc_query_value')) },
  ]);
  const filled = flag(sheet, `query_${matcher.name.value}_matches`, [variable(value)], mustPcre(matcher.pattern.value, 'bytes').pattern);
  if (matches(matcher.pattern.value, '') !== true) return filled;
  // A map never tries its patterns on an empty text, and a parameter that is not there would look like an empty one.
  return sheet.map(`query_${matcher.name.value}_empty`, [variable(queryText(sheet))], [
    { key: literal('default'), value: template(variable(filled)) },
    { key: literal(`~${emptyPair(matcher.name.value)}`), value: template('1') },
  ]);
}

/** A parameter that is there and empty. */
function emptyPair(name: string): string {
  return `(?:^|&)${queryKey(name)}=?(?:&|\\z)`;
}

/** Escapes are read by Go before it compares; a blank is written `+` or `%20`. */
function queryKey(text: string): string {
  return escapedPattern(text, (character) => !/[&;=%+# ]/.test(character), { ' ': '\\+' });
}

function queryValue(text: string): string {
  return escapedPattern(text, (character) => !/[&;%+ ]/.test(character), { ' ': '\\+' });
}
