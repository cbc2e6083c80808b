import type { EntryPoint, HeadersSpec, Middleware } from '../../ir/index.ts';
import { headerName, headerPair } from './quote.ts';
import type { PluginPlan } from './plan.ts';
import type { Report } from './report.ts';

/** Header names to values; an empty value deletes. Later middlewares win, names compare without case. */
export type HeaderChanges = ReadonlyMap<string, { readonly name: string; readonly value: string; readonly middleware: Middleware }>;

export function mergeHeaders(chain: readonly Middleware[], pick: (spec: HeadersSpec, before: readonly Middleware[]) => Readonly<Record<string, string>>): HeaderChanges {
  const out = new Map<string, { name: string; value: string; middleware: Middleware }>();
  for (const [at, middleware] of chain.entries()) {
    if (middleware.spec.kind !== 'headers') continue;
    for (const [name, value] of Object.entries(pick(middleware.spec, chain.slice(0, at)))) out.set(name.toLowerCase(), { name, value, middleware });
  }
  return out;
}

/** Headers that Kong writes after all plugins: a transformer cannot change them. */
const KONGS_OWN = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-path', 'x-forwarded-prefix', 'x-real-ip', 'via', 'connection', 'upgrade', 'te', 'transfer-encoding', 'content-length', 'keep-alive', 'proxy-connection', 'trailer']);

export function isKongsOwn(name: string): boolean {
  return KONGS_OWN.has(name.toLowerCase());
}

/** Kong writes these itself for peers that it does not trust, but not under their spellings with `_`. */
const REWRITTEN = ['X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Port', 'X-Forwarded-Proto', 'X-Forwarded-Prefix', 'X-Real-Ip'];
/** These it hands on as the client sent them. */
const HANDED_ON = ['X-Forwarded-Uri', 'X-Forwarded-Method', 'X-Forwarded-Server', 'X-Forwarded-Tls-Client-Cert', 'X-Forwarded-Tls-Client-Cert-Info'];
/** What Traefik takes away from a peer that it does not trust and Kong would not. */
const SPOOFED = [...REWRITTEN.flatMap((name) => spellings(name).slice(1)), ...HANDED_ON.flatMap(spellings)];

/** The name, and with `_` in place of each `-`; long names only with `_` throughout. */
function spellings(name: string): readonly string[] {
  const parts = name.split('-');
  const mixed = parts.length > 3 ? [] : parts.length === 3 ? [parts.join('-').replace('-', '_'), `${parts.slice(0, 2).join('-')}_${parts.slice(2).join('')}`] : [];
  return [name, ...mixed, parts.join('_')];
}

/** For the routes of a node that change no request header themselves; undefined where every peer is trusted. */
export function spoofGuard({ insecure }: EntryPoint['forwardedHeaders']): PluginPlan | undefined {
  return insecure ? undefined : { name: 'request-transformer', config: { remove: { headers: SPOOFED } } };
}

/** A route's own transformer takes the place of the node's: it has to do its work too. */
export function withSpoofGuard(plugin: PluginPlan, guard: PluginPlan | undefined): PluginPlan {
  if (plugin.name !== 'request-transformer' || guard === undefined) return plugin;
  return { ...plugin, config: { ...plugin.config, remove: { headers: [...SPOOFED, ...removedBy(plugin).filter((name) => !SPOOFED.includes(name))] } } };
}

function removedBy({ config: { remove } }: PluginPlan): readonly string[] {
  if (typeof remove !== 'object' || remove === null || !('headers' in remove) || !Array.isArray(remove.headers)) return [];
  return remove.headers.filter((name) => typeof name === 'string');
}

/** `replace` acts on what is there, `add` on what is not: both together set (ran). Host takes `replace` alone. */
export function transformer(plugin: 'request-transformer' | 'response-transformer', changes: HeaderChanges, report: Report, uri?: string): PluginPlan | undefined {
  const set: string[] = [];
  const remove: string[] = [];
  for (const { name, value, middleware } of changes.values()) {
    const place = { origin: placeOf(middleware, name), symbol: `${middleware.symbol} ${name}` };
    const removed = value === '' ? headerName(name) : undefined;
    const pair = value === '' ? undefined : headerPair(name, value);
    if (removed !== undefined) remove.push(removed);
    else if (pair !== undefined) set.push(pair);
    else report.unquotable('header', place, 'a header is `name:value` there: letters, digits, `-` and `_` in the name, no `$(`, no leading `:` and no control character in the value');
  }
  if (set.length + remove.length === 0 && uri === undefined) return undefined;
  const replace = { ...(uri === undefined ? {} : { uri }), ...(set.length === 0 ? {} : { headers: set }) };
  const add = set.filter((pair) => plugin === 'response-transformer' || !/^host:/i.test(pair));
  return {
    name: plugin,
    config: { ...(remove.length === 0 ? {} : { remove: { headers: remove } }), ...(Object.keys(replace).length === 0 ? {} : { replace }), ...(add.length === 0 ? {} : { add: { headers: add } }) },
  };
}

function placeOf(middleware: Middleware, name: string): Middleware['origin'] {
  return middleware.places.get(`headers.customRequestHeaders.${name}`) ?? middleware.places.get(`headers.customResponseHeaders.${name}`) ?? middleware.origin;
}

/** The security options as literal answer headers; STS only where the node speaks TLS, as Traefik looks at the connection. */
export function securityHeaders(spec: HeadersSpec, tls: boolean): Readonly<Record<string, string>> {
  const out: Record<string, string> = {};
  const put = (name: string, value: string): void => {
    if (value !== '') out[name] = value;
  };
  if (spec.stsSeconds > 0 && !spec.isDevelopment && (tls || spec.forceSTSHeader)) put('Strict-Transport-Security', strictTransport(spec));
  put('X-Frame-Options', spec.customFrameOptionsValue !== '' ? spec.customFrameOptionsValue : spec.frameDeny ? 'DENY' : '');
  put('X-Content-Type-Options', spec.contentTypeNosniff ? 'nosniff' : '');
  put('X-XSS-Protection', spec.customBrowserXSSValue !== '' ? spec.customBrowserXSSValue : spec.browserXssFilter ? '1; mode=block' : '');
  put('Content-Security-Policy', spec.contentSecurityPolicy);
  put('Content-Security-Policy-Report-Only', spec.contentSecurityPolicyReportOnly);
  put('Referrer-Policy', spec.referrerPolicy);
  put('Permissions-Policy', spec.permissionsPolicy);
  return out;
}

function strictTransport(spec: HeadersSpec): string {
  return `max-age=${String(spec.stsSeconds)}${spec.stsIncludeSubdomains ? '; includeSubDomains' : ''}${spec.stsPreload ? '; preload' : ''}`;
}
