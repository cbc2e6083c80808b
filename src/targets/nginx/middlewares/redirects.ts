import type { SpecOf } from '../../../ir/index.ts';
import type { ChainState, Responder, Site, Step } from '../chain.ts';
import { escapedParts } from '../path-state.ts';
import { block, directive, literal, template, variable, type Part, type Statement } from '../plan.ts';
import { authority, bareColon, hostName, query, rawQuery } from '../request.ts';
import { refuseEmpty, replaced } from './paths.ts';

/** GET is answered 301 or 302, every other method, HEAD too, 308 or 307 (ran on 3.7.15). */
function codes(permanent: boolean): readonly [string, string] {
  return permanent ? ['301', '308'] : ['302', '307'];
}

/** To another scheme and port; not where the URL is already that one. */
export function redirectScheme(site: Site, state: ChainState, spec: SpecOf<'redirectScheme'>): Step {
  const { sheet } = site;
  const path = escapedParts(sheet, state.path);
  const port = spec.port === '' || spec.port === defaultPort(spec.scheme) ? '' : `:${spec.port}`;
  // A host that ends with a colon would get a second port: that is a URL of other schemes, not of HTTP.
  const isOnePort = port !== '' && (spec.scheme === 'http' || spec.scheme === 'https');
  const place: readonly Part[] = [`${spec.scheme}://`, variable(hostName(sheet)), ...(port === '' ? [] : [port]), ...(isOnePort ? [] : [variable(bareColon(sheet))])];
  const url = [...place, ...path, variable(queryOf(site, state))];
  const guards = [...known(path), ...(isOnePort ? [secondPort(sheet)] : [])];
  const current = knownScheme(site);
  if (current !== undefined && current !== spec.scheme) return { state, respond: [...guards, always(site, spec.permanent, url)], ends: true };
  return { state: spec.scheme === 'https' ? { ...state, secure: true } : state, respond: [...guards, unlessThere(site, spec.permanent, url, place)] };
}

/** Two ports are no URL of HTTP: Traefik answers 502 (ran on 3.7.15). */
function secondPort(sheet: Site['sheet']): Responder {
  return { phase: 'rewrite', statements: () => [block(['if', `($${bareColon(sheet)})`], [directive('return', '502')])] };
}

/** The scheme, where it does not depend on a believed X-Forwarded-Proto. */
function knownScheme(site: Site): string | undefined {
  const [only] = site.forwarding.scheme;
  if (typeof only !== 'object' || only.variable !== 'scheme') return undefined;
  return site.tls ? 'https' : 'http';
}

function defaultPort(scheme: string): string | undefined {
  return new Map([['http', '80'], ['https', '443']]).get(scheme);
}

function always(site: Site, permanent: boolean, url: readonly Part[]): Responder {
  const [get, other] = codes(permanent);
  const statements: readonly Statement[] = [block(['if', '($request_method', '=', 'GET)'], [directive('return', get, site.sheet.text(...url))]), directive('return', other, site.sheet.text(...url))];
  return { phase: 'rewrite', statements: () => statements };
}

function unlessThere(site: Site, permanent: boolean, url: readonly Part[], place: readonly Part[]): Responder {
  const { sheet } = site;
  const here = sheet.map('here', [...site.forwarding.scheme, '://', variable(authority(sheet))], [
    { key: literal('default'), value: template(...site.forwarding.scheme, '://', variable(authority(sheet))) },
    { key: literal('~^(?<gwc_here_https>https://.*):443$'), value: template(variable('gwc_here_https')) },
    { key: literal('~^(?<gwc_here_http>http://.*):80$'), value: template(variable('gwc_here_http')) },
  ]);
  const elsewhere = sheet.map('elsewhere', [variable(here), ' ', ...place], [
    { key: literal('default'), value: template(...url) },
    { key: literal('~^([^ ]*+) \\1$'), value: template('') },
  ]);
  return byMethod(site, permanent, elsewhere);
}

/** Regular expression over the whole URL, with the scheme of the connection whatever X-Forwarded-Proto says (ran on 3.7.15). The text around the match stays; no change, no redirect. */
export function redirectRegex(site: Site, state: ChainState, spec: SpecOf<'redirectRegex'>): Step {
  const { sheet } = site;
  const path = escapedParts(sheet, state.path);
  const url: readonly Part[] = [variable('scheme'), '://', variable(authority(sheet)), ...path, variable(queryOf(site, state))];
  const result = replaced(site, url, spec.regex, spec.replacement);
  const elsewhere = sheet.map('elsewhere', [variable(result), ' ', ...url], [
    { key: literal('default'), value: template(variable(result)) },
    { key: literal('~^([^ ]*+) \\1$'), value: template('') },
  ]);
  const redirect: Responder = { ...byMethod(site, spec.permanent, elsewhere, spec.replacement.includes('#')), ...(/^[A-Za-z]/.test(spec.replacement) ? {} : { relative: true as const }) };
  return { state, respond: [...known(path), refuseEmpty(result), ...(isSurelyUrl(spec) ? [] : [noUrl(sheet, result)]), redirect] };
}

/** Text, letters that may be missing, and names between slashes: no capture ends inside of an escape. */
const WHOLE_NAMES = /^\^(?:[\w:/-]|\\?\.(?![*+?])|s\?|\(\?:[\w\\.:/-]+\)\?|(?:\[\^\/\]\+|\(\[\^\/\]\+\))(?=\/))*(?<rest>\.[*+]|\(\.[*+]\))?\$?$/;

/** A replacement that names its host, and keeps escapes whole: what comes out is a URL. */
function isSurelyUrl({ regex, replacement }: SpecOf<'redirectRegex'>): boolean {
  const path = /^[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9._~-]+(?::[0-9]+)?(?<path>[/?#].*)?$/s.exec(replacement);
  const pattern = WHOLE_NAMES.exec(regex);
  return path !== null && pattern !== null && (path.groups?.['path'] !== undefined || pattern.groups?.['rest'] !== undefined);
}

const HOST_TEXT = String.raw`(?:[A-Za-z0-9._~!$&'()*+,;=<>\x22\x80-\xff-]|%(?:25|[89A-Fa-f][0-9A-Fa-f]))*+`;

/** Go finds no URL in what comes out, where a text with other characters follows a port, or half an escape is left: Traefik answers 502 (ran on 3.7.15). */
function noUrl(sheet: Site['sheet'], url: string): Responder {
  const scheme = '(?:[A-Za-z][A-Za-z0-9+.-]*:)?';
  const user = '(?:[^@/?#]*@)?';
  const rest = String.raw`(?![^/?#])(?:[^%?#]|%[0-9A-Fa-f][0-9A-Fa-f])*+(?:[?#]|\z)`;
  const flag = sheet.map('no_url', [variable(url)], [
    { key: literal('default'), value: template('1') },
    { key: literal(`~^(?!${scheme}//)`), value: template('') },
    { key: literal(String.raw`~^${scheme}//${user}(?:\[[0-9A-Fa-f:.]+\]|${HOST_TEXT})(?::[0-9]*)?${rest}`), value: template('') },
    // Of other schemes the text behind the last colon counts.
    { key: literal(String.raw`~^(?![hH][tT]{2}[pP][sS]?:)${scheme}//${user}(?:${HOST_TEXT}:)(?:${HOST_TEXT}:)*+[0-9]*${rest}`), value: template('') },
  ]);
  return { phase: 'rewrite', statements: () => [block(['if', `($${flag})`], [directive('return', '502')])] };
}

/** `marked`: a fragment that is empty is left out, mark and all (ran on 3.7.15). */
function byMethod(site: Site, permanent: boolean, target: string, marked = false): Responder {
  const [get, other] = codes(permanent);
  const when = (wish: string, pattern: string): string =>
    site.sheet.map(wish, [variable('request_method'), ' ', variable(target)], [
      { key: literal('default'), value: template('') },
      { key: literal(`~^${pattern} (?<gwc_url>${marked ? '.+?)#?' : '.+)'}$`), value: template(variable('gwc_url')) },
    ]);
  const statements = [
    [when('redirect_get', 'GET'), get],
    [when('redirect_other', '(?!GET )[^ ]+'), other],
  ].map(([name = '', code = '']) => block(['if', `($${name})`], [directive('return', code, template(variable(name)))]));
  return { phase: 'rewrite', statements: () => statements };
}

/** Semicolons become ampersands when a middleware writes the target anew; one that found nothing to change does not (ran on 3.7.15). */
function queryOf({ sheet }: Site, { rewritten }: ChainState): string {
  const raw = rawQuery(sheet);
  if (rewritten === undefined) return raw;
  const written = query(sheet);
  if (rewritten === 'always' || raw === written) return written;
  return sheet.map('redirect_query', rewritten, [
    { key: literal('default'), value: template(variable(written)) },
    { key: literal(''), value: template(variable(raw)) },
  ]);
}

/** A path that nginx cannot write down is refused. */
function known(path: readonly Part[]): readonly Responder[] {
  const [only, ...more] = path;
  return more.length === 0 && typeof only === 'object' ? [refuseEmpty(only.variable)] : [];
}
