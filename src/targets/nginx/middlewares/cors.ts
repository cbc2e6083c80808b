import type { Middleware, SpecOf } from '../../../ir/index.ts';
import { addHeader } from '../add-headers.ts';
import { withResponseHeader, type ResponseHeader, type Responder, type Site } from '../chain.ts';
import { block, directive, literal, template, variable, type Word } from '../plan.ts';
import { mustPcre } from '../re2.ts';
import { literalPattern } from '../regex.ts';
import type { MapEntry } from '../sheet.ts';

/** A preflight (OPTIONS with Origin and Access-Control-Request-Method) is answered 200, never forwarded, whatever its origin (ran on 3.7.15). */
export function cors(site: Site, response: readonly ResponseHeader[], spec: SpecOf<'headers'>): { readonly response: readonly ResponseHeader[]; readonly respond: readonly Responder[] } {
  if (!usesCors(spec, site.middleware)) return { response, respond: [] };
  const origin = allowedOrigin(site, spec);
  const shared: readonly ResponseHeader[] = [
    ...(spec.accessControlAllowCredentials ? [{ name: 'Access-Control-Allow-Credentials', value: template('true') }] : []),
    ...(spec.accessControlExposeHeaders.length > 0 && !asksBack(spec, spec.accessControlExposeHeaders) ? [{ name: 'Access-Control-Expose-Headers', value: site.sheet.text(spec.accessControlExposeHeaders.join(',')) }] : []),
  ];
  const answered = origin === undefined ? [] : [{ name: 'Access-Control-Allow-Origin', value: spec.accessControlAllowOriginList.includes('*') ? template(variable(origin)) : upstreamElse(site, origin, 'access_control_allow_origin') }];
  const simple = [...shared, ...answered, ...(spec.addVaryHeader ? [vary(site, spec)] : [])];
  const changed = simple.reduce((lines, line) => withResponseHeader(lines, line), response);
  return { response: changed, respond: [preflight(site, spec, origin, shared)] };
}

/** Any max age, 0 too, makes it a CORS middleware (ran on 3.7.15). */
export function usesCors(spec: SpecOf<'headers'>, { places }: Pick<Middleware, 'places'>): boolean {
  const lists = [spec.accessControlAllowHeaders, spec.accessControlAllowMethods, spec.accessControlAllowOriginList, spec.accessControlAllowOriginListRegex, spec.accessControlExposeHeaders];
  return lists.some((list) => list.length > 0) || spec.accessControlAllowCredentials || spec.addVaryHeader || places.has('headers.accessControlMaxAge');
}

/** With credentials browsers take no `*`: Traefik says what was asked for, or nothing (ran on 3.7.15). */
function asksBack({ accessControlAllowCredentials }: SpecOf<'headers'>, list: readonly string[]): boolean {
  return accessControlAllowCredentials && list.includes('*');
}

/** Exact letters, `*`, or a pattern, whichever stands first. With credentials `*` says the origin itself. Undefined where there is no list. */
function allowedOrigin(site: Site, spec: SpecOf<'headers'>): string | undefined {
  if (spec.accessControlAllowOriginList.length + spec.accessControlAllowOriginListRegex.length === 0) return undefined;
  const origin = variable('http_origin');
  const end = spec.accessControlAllowOriginList.indexOf('*');
  const star = end >= 0;
  const exact = spec.accessControlAllowOriginList.slice(0, star ? end : undefined).map((text): MapEntry => ({ key: literal(`~^${literalPattern(text)}\\z`), value: template(origin) }));
  const patterns = spec.accessControlAllowOriginListRegex.map((source): MapEntry => ({ key: literal(`~${mustPcre(source, 'bytes').pattern}`), value: template(origin) }));
  const fallback: Word = star ? (spec.accessControlAllowCredentials ? template(origin) : template('*')) : template('');
  return site.sheet.map('allowed_origin', [origin], [{ key: literal('default'), value: fallback }, ...exact, ...(star ? [] : patterns)]);
}

function upstreamElse(site: Site, name: string, header: string): Word {
  const upstream = variable(`upstream_http_${header}`);
  return template(variable(site.sheet.map('answered_origin', [variable(name)], [{ key: literal('default'), value: template(variable(name)) }, { key: literal(''), value: template(upstream) }])));
}

/** Behind what the endpoint says, or the middleware itself. */
function vary(site: Site, spec: SpecOf<'headers'>): ResponseHeader {
  const own = Object.entries(spec.customResponseHeaders).findLast(([name]) => /^vary$/i.test(name))?.[1];
  if (own !== undefined) return { name: 'Vary', value: site.sheet.text(own === '' || own === 'Origin' ? 'Origin' : `${own},Origin`) };
  const name = site.sheet.map('vary', [variable('upstream_http_vary')], [
    { key: literal('default'), value: template(variable('upstream_http_vary'), ',Origin') },
    { key: literal(''), value: template('Origin') },
    // Traefik takes the whole text alone for the same (ran on 3.7.15).
    { key: literal('~^Origin\\z'), value: template(variable('upstream_http_vary')) },
  ]);
  return { name: 'Vary', value: template(variable(name)) };
}

function preflight(site: Site, spec: SpecOf<'headers'>, origin: string | undefined, shared: readonly ResponseHeader[]): Responder {
  const name = site.sheet.map('preflight', [variable('request_method'), ' ', variable('http_origin'), ' ', variable('http_access_control_request_method')], [
    { key: literal('default'), value: template('0') },
    { key: literal('~^OPTIONS [^ ]+ .'), value: template('1') },
  ]);
  const echo = (list: readonly string[], asked: string): Word => (asksBack(spec, list) ? template(variable(asked)) : site.sheet.text(list.join(',')));
  const lines: readonly ResponseHeader[] = [
    ...shared,
    ...(spec.accessControlAllowHeaders.length > 0 ? [{ name: 'Access-Control-Allow-Headers', value: echo(spec.accessControlAllowHeaders, 'http_access_control_request_headers') }] : []),
    ...(spec.accessControlAllowMethods.length > 0 ? [{ name: 'Access-Control-Allow-Methods', value: echo(spec.accessControlAllowMethods, 'http_access_control_request_method') }] : []),
    ...(origin === undefined ? [] : [{ name: 'Access-Control-Allow-Origin', value: template(variable(origin)) }]),
    ...(site.middleware.places.has('headers.accessControlMaxAge') ? [{ name: 'Access-Control-Max-Age', value: template(String(spec.accessControlMaxAge)) }] : []),
  ];
  return { phase: 'rewrite', statements: () => [block(['if', `($${name})`], [...lines.map(addHeader), directive('return', '200')])] };
}
