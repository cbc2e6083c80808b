import type { SpecOf } from '../../../ir/index.ts';
import { fieldValue } from '../../../text/index.ts';
import { withHeader, withResponseHeader, type ChainState, type ResponseHeader, type Responder, type Site, type Step } from '../chain.ts';
import { block, directive, literal, message, template, variable, type Word } from '../plan.ts';
import { literalPattern } from '../regex.ts';
import { authority } from '../request.ts';
import { cors } from './cors.ts';

/** Custom, security and CORS headers. */
export function headers(site: Site, state: ChainState, spec: SpecOf<'headers'>): Step {
  let request = state.request;
  // An empty Host takes nothing away (ran on 3.7.15).
  const written = Object.entries(spec.customRequestHeaders).filter(([name, value]) => value !== '' || !/^host$/i.test(name));
  for (const [name, value] of written) request = withHeader(request, { name, value: value === '' ? [] : [asSent(value)] });
  const custom = Object.entries(spec.customResponseHeaders).map(([name, value]): ResponseHeader => (value === '' ? { name } : { name, value: site.sheet.text(asSent(value)) }));
  const crossed = cors(site, custom.reduce(withResponseHeader, securityHeaders(site, state, spec)), spec);
  // A preflight is answered before the host is looked at (ran on 3.7.15).
  const respond = [...crossed.respond, ...allowedHosts(site, spec, () => outerWins(state.response, cors(site, custom.reduce(withResponseHeader, []), spec).response))];
  return { state: { ...state, request, response: outerWins(state.response, crossed.response) }, ...(respond.length === 0 ? {} : { respond }) };
}

/** Traefik cuts off the blanks around a value; to nginx a value of nothing else is one, and an empty one is none. */
function asSent(value: string): string {
  const trimmed = fieldValue(value);
  return trimmed === '' ? value : trimmed;
}

/** The outer middleware works on the answer last (ran on 3.7.15). */
function outerWins(outer: readonly ResponseHeader[], inner: readonly ResponseHeader[]): readonly ResponseHeader[] {
  const names = new Set(outer.map(({ name }) => name.toLowerCase()));
  return [...inner.filter(({ name }) => !names.has(name.toLowerCase())), ...outer];
}

function securityHeaders(site: Site, state: ChainState, spec: SpecOf<'headers'>): readonly ResponseHeader[] {
  const say = (name: string, value: string): readonly ResponseHeader[] => (value === '' ? [] : [{ name, value: site.sheet.text(value) }]);
  const secure = (site.tls || state.secure === true) && !spec.isDevelopment;
  return [
    ...say('X-Frame-Options', spec.customFrameOptionsValue === '' ? (spec.frameDeny ? 'DENY' : '') : spec.customFrameOptionsValue),
    ...say('X-Content-Type-Options', spec.contentTypeNosniff ? 'nosniff' : ''),
    ...say('X-XSS-Protection', spec.customBrowserXSSValue === '' ? (spec.browserXssFilter ? '1; mode=block' : '') : spec.customBrowserXSSValue),
    ...say('Strict-Transport-Security', spec.stsSeconds > 0 && (secure || (spec.forceSTSHeader && !spec.isDevelopment)) ? strictTransport(spec) : ''),
    ...say('Content-Security-Policy', spec.contentSecurityPolicy),
    ...say('Content-Security-Policy-Report-Only', spec.contentSecurityPolicyReportOnly),
    ...say('Public-Key-Pins', secure ? spec.publicKey : ''),
    ...say('Referrer-Policy', spec.referrerPolicy),
    ...say('Permissions-Policy', spec.permissionsPolicy),
  ];
}

function strictTransport(spec: SpecOf<'headers'>): string {
  return [`max-age=${String(spec.stsSeconds)}`, ...(spec.stsIncludeSubdomains ? ['includeSubDomains'] : []), ...(spec.stsPreload ? ['preload'] : [])].join('; ');
}

/**
 * The host with its port must be one of the list, letters of either case; else 500, with the custom headers and without those for
 * security (ran on 3.7.15). Not in development.
 */
function allowedHosts(site: Site, spec: SpecOf<'headers'>, response: () => readonly ResponseHeader[]): readonly Responder[] {
  if (spec.allowedHosts.length === 0 || spec.isDevelopment) return [];
  const host = spec.hostsProxyHeaders.reduceRight<string>((next, name) => {
    // Fields that tell of the client are the gateway's own by now, unless the peer is believed.
    const told = site.forwarding.source(name.toLowerCase());
    return site.sheet.map('told_host', told, [{ key: literal('default'), value: template(...told) }, { key: literal(''), value: template(variable(next)) }]);
  }, authority(site.sheet));
  const known = site.sheet.map('known_host', [variable(host)], [
    { key: literal('default'), value: template('0') },
    ...spec.allowedHosts.map((allowed): { readonly key: Word; readonly value: Word } => ({ key: literal(`~*^${literalPattern(allowed)}\\z`), value: template('1') })),
  ]);
  return [{ phase: 'rewrite', response: response(), statements: () => [block(['if', `($${known}`, '=', '0)'], [directive('return', '500', message('Bad Host\n'))])] }];
}
