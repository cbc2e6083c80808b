import { block, directive, literal, template, variable, type Part, type Statement } from './plan.ts';
import type { MapEntry, Sheet } from './sheet.ts';

/**
 * What Traefik and nginx see of one request, as variables. nginx decodes `$uri` once and completely before it matches, Traefik
 * keeps escapes of reserved characters: the request is put in a class first, and class X, where the two cannot be made to
 * agree, is refused.
 */

/** Characters that both send and match as they stand. */
const PLAIN = String.raw`[A-Za-z0-9._~!$&'()*+,;=:@\[\]-]`;
/** Upper-case escapes of the characters that Traefik keeps escaped, and the one in lower case that clients really send. */
const RESERVED = '%(?:2[1346-9A-CFf]|3[ABDF]|40|5[BD]|25)';
/** Traefik writes escapes in upper case; here so many escaped slashes can be written anew. */
const MOST_SLASHES = 3;
/** Upper-case escapes of everything but unreserved and control characters: Traefik sends them on as they are. */
const KEPT = '%(?:2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[BCD]|[89A-F][0-9A-F])';
/** Not a dot segment. */
const SOLID = String.raw`(?!\.{1,2}(?:[/?]|$))`;
/** Traefik turns each `;` of the query into `&` (or `%3B`) before it matches and sends; here so many can be turned. */
const MOST_SEMICOLONS = 3;
const PLAIN_QUERY = String.raw`(?:\?[^;#]*)?$`;
const ANY_QUERY = String.raw`(?:\?[^;#]*+(?:;[^;#]*+){0,${String(MOST_SEMICOLONS)}})?$`;

function cleanPath(character: string): string {
  const segment = `${SOLID}${character}++`;
  return `^/(?:${segment}(?:/${segment})*+/?)?`;
}

function entry(pattern: string, ...value: readonly Part[]): MapEntry {
  return { key: literal(`~${pattern}`), value: template(...value) };
}

function same(text: string, ...value: readonly Part[]): MapEntry {
  return { key: literal(text), value: template(...value) };
}

function otherwise(...value: readonly Part[]): MapEntry {
  return { key: literal('default'), value: template(...value) };
}

/**
 * The class of the request: P plain, U for which `$uri` is the truth, X refused, R everything whose raw path is the truth: with
 * escapes of reserved characters, or plain with a query that changes.
 */
export function form(sheet: Sheet): string {
  const named = sheet.fact('path_form', [variable('request_uri')], [
    otherwise('X'),
    entry(`${cleanPath(PLAIN)}${PLAIN_QUERY}`, 'P'),
    entry(`^(?!(?:[^?]*?%2f){${String(MOST_SLASHES + 1)}})${cleanPath(`(?:${PLAIN}|${RESERVED})`).slice(1)}${ANY_QUERY}`, 'R'),
    entry(String.raw`^(?!(?=[^?]*[\x22<>\\^\x60{|}\x80-\xff])[^?]*[!\x27()*\[\]])(?!.*/(?:\.|%2[eE]){1,2}(?:\?|$))/(?:[^%?#\x00-\x1f\x7f]|%(?!2[1346-9A-Ca-cFf]|3[ABDFabdf]|40|5[BDbd]|25|[01]|7[Ff])[0-9A-Fa-f][0-9A-Fa-f])*+(?:\?(?!$)[^#;]*+(?:;[^#;]*+){0,${String(MOST_SEMICOLONS)}})?$`, 'U'),
  ]);
  return sheet.fact('form', [variable(badHost(sheet)), variable(namesFields(sheet))], [same('00', variable(named)), otherwise('X')]);
}

/**
 * Traefik takes out every field that Connection names, which nginx cannot: such a request is refused. Options that name no field,
 * and fields that are taken out anyway, pass.
 */
function namesFields(sheet: Sheet): string {
  return sheet.fact('names_fields', [variable('http_connection')], [
    otherwise('1'),
    same('', '0'),
    same('close', '0'),
    same('keep-alive', '0'),
    { key: literal(String.raw`~*^(?:[ \t,]|(?:close|keep-alive|upgrade|te|trailer|transfer-encoding|http2-settings|proxy-connection)(?=[ \t,]|$))*+$`), value: template('0') },
  ]);
}

/** Hosts that nginx serves and Traefik refuses or reads otherwise: two ports, `@`, bytes outside ASCII, none at all. Ordinary ones are known at once. */
function badHost(sheet: Sheet): string {
  return sheet.fact('bad_host', [variable(authority(sheet))], [
    otherwise('0'),
    { key: literal(''), value: template('1') },
    entry('^[A-Za-z0-9._-]+(?::[0-9]*)?$', '0'),
    entry(String.raw`^[^\[]*:[^:]*:|[^\x21-\x7e]|@|\]:$`, '1'),
  ]);
}

/** The host as the client wrote it: of an absolute request target, else the Host header. */
export function authority(sheet: Sheet): string {
  return sheet.fact('authority', [variable('request')], [otherwise(variable('http_host')), entry('^[^ ]+ [a-zA-Z][a-zA-Z0-9+.-]*://(?<gwc_target_host>[^/?# ]+)', variable('gwc_target_host'))]);
}

/** The colon of a host without a port behind it: Traefik's own redirects keep it. */
export function bareColon(sheet: Sheet): string {
  return sheet.fact('bare_colon', [variable(authority(sheet))], [otherwise(''), entry('^[^:\\[]*:$', ':')]);
}

/** The host without its port, in the client's letters. */
export function hostName(sheet: Sheet): string {
  return sheet.fact('host_name', [variable(authority(sheet))], [otherwise(variable(authority(sheet))), entry(String.raw`^(?<gwc_bare_host>\[[^\]]*\]|[^:\[]*):`, variable('gwc_bare_host'))]);
}

/** The host that HostRegexp sees: lower case, no port, but with its trailing dot. */
export function dottedHost(sheet: Sheet): string {
  return sheet.fact('host', [variable(authority(sheet))], [otherwise(variable('host')), entry(String.raw`\.(?::[^:]*)?$`, variable('host'), '.')]);
}

/** The path as the client wrote it, escaped slashes in upper case. */
export function rawPath(sheet: Sheet): string {
  return sheet.fact('raw_path', [variable('request_uri')], [
    ...Array.from({ length: MOST_SLASHES }, (_, index) => withUpperSlashes(MOST_SLASHES - index)),
    entry('^(?<gwc_before_query>[^?#]*)', variable('gwc_before_query')),
  ]);
}

function withUpperSlashes(count: number): MapEntry {
  const pieces = Array.from({ length: count }, (_, index) => `gwc_p${String(index + 1)}`);
  const pattern = `^(?<gwc_p0>[^?#]*?)${pieces.map((name) => `%2f(?<${name}>[^?#]*?)`).join('')}(?:[?#]|$)`;
  return entry(pattern, variable('gwc_p0'), ...pieces.flatMap((name): readonly Part[] => ['%2F', variable(name)]));
}

/** The query with its question mark, a lone one included, as Traefik sends it: `$args` forgets that and ends at `#`. */
export function query(sheet: Sheet): string {
  return sheet.fact('query', [variable('request_uri')], [
    otherwise(''),
    ...Array.from({ length: MOST_SEMICOLONS + 1 }, (_, count) => withoutSemicolons(count, semicolon(sheet))),
  ]);
}

/** What Traefik makes of a semicolon: `&`, or `%3B` where the entry point encodes them. */
function semicolon(sheet: Sheet): Part {
  if (sheet.semicolons === 'ampersands') return '&';
  return sheet.semicolons === 'escapes' ? '%3B' : variable(sheet.fact('semicolon', [variable('server_port')], [otherwise('&'), ...sheet.semicolons.map((port) => same(String(port), '%3B'))]));
}

function withoutSemicolons(count: number, instead: Part): MapEntry {
  const pieces = Array.from({ length: count }, (_, index) => `gwc_q${String(index + 1)}`);
  const pattern = String.raw`^[^?]*(?<gwc_q0>\?[^;]*)` + pieces.map((name) => `;(?<${name}>[^;]*)`).join('');
  return entry(`${pattern}$`, variable('gwc_q0'), ...pieces.flatMap((name): readonly Part[] => [instead, variable(name)]));
}

/** The query with its question mark as the client wrote it: what redirects say as long as no middleware changed the path (ran on 3.7.15). */
export function rawQuery(sheet: Sheet): string {
  if (sheet.semicolons === 'escapes') return query(sheet);
  const raw = sheet.fact('raw_query', [variable('request_uri')], [otherwise(''), entry(String.raw`^[^?]*(?<gwc_raw_query>\?.*)$`, variable('gwc_raw_query'))]);
  return sheet.semicolons === 'ampersands' ? raw : sheet.fact('written_query', [variable('server_port')], [otherwise(variable(raw)), ...sheet.semicolons.map((port) => same(String(port), variable(query(sheet))))]);
}

/** The query without its question mark. */
export function queryText(sheet: Sheet): string {
  return sheet.fact('args', [variable(query(sheet))], [otherwise(''), entry(String.raw`^\?(?<gwc_after_mark>.*)$`, variable('gwc_after_mark'))]);
}

/** Traefik's routing path. */
export function routingPath(sheet: Sheet): string {
  return sheet.fact('path', [variable(form(sheet))], [otherwise(variable('uri')), same('R', variable(rawPath(sheet)))]);
}

/** The path as Traefik sends it, escaped; empty where that cannot be told. */
export function escapedPath(sheet: Sheet): string {
  const plain = sheet.fact('plain_path', [variable('uri')], [otherwise(''), entry(`^(?<gwc_plain_uri>(?:/|${PLAIN})++)$`, variable('gwc_plain_uri'))]);
  return sheet.fact('sent_path', [variable(rawPath(sheet))], [otherwise(variable(plain)), entry(`${cleanPath(`(?:${PLAIN}|${KEPT})`)}$`, variable(rawPath(sheet)))]);
}

/**
 * Refuses class X, and gives nginx the path that Traefik would match and send. Only targets that begin with a slash are
 * rewritten: the names of our own subrequests do not.
 */
export function guards(sheet: Sheet): readonly Statement[] {
  const name = form(sheet);
  const ifForm = (value: string, ...statements: readonly Statement[]): Statement => block(['if', `($${name}`, '=', `${value})`], statements);
  return [
    ifForm('X', directive('return', '400')),
    ifForm('U', directive('set', '$args', template(variable(queryText(sheet)))), directive('rewrite', literal('^(/.*)$'), '$1')),
    ifForm('R', directive('rewrite', '^/', template(variable(rawPath(sheet))))),
  ];
}

/** What follows the upstream in `proxy_pass`: nothing lets nginx send its own path, class R must go out as it came. */
export function passedTarget(sheet: Sheet): string {
  return sheet.fact('target', [variable(form(sheet))], [otherwise(''), same('R', variable(rawPath(sheet)), variable(query(sheet)))]);
}
