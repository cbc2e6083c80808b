import { drawsNonce, NONCE, type HeaderList, type HeadersSpec } from '../../ir/index.ts';
import type { Wrapper } from '../effect.ts';
import { headerOf } from '../headers.ts';
import { respondError, setResponseHeader, type RuntimeRequest, type Scope } from '../message.ts';

/** True when one of the options of github.com/unrolled/secure is set (dynamic.Headers.HasSecureHeadersDefined). */
export function hasSecurity(spec: HeadersSpec): boolean {
  const flags = [spec.forceSTSHeader, spec.stsIncludeSubdomains, spec.stsPreload, spec.frameDeny, spec.contentTypeNosniff, spec.browserXssFilter, spec.isDevelopment, spec.sslRedirect, spec.sslTemporaryRedirect, spec.sslForceHost];
  const texts = [spec.customFrameOptionsValue, spec.customBrowserXSSValue, spec.contentSecurityPolicy, spec.contentSecurityPolicyReportOnly, spec.publicKey, spec.referrerPolicy, spec.permissionsPolicy, spec.featurePolicy, spec.sslHost];
  return flags.some(Boolean) || texts.some((text) => text !== '') || spec.stsSeconds !== 0 || spec.allowedHosts.length + spec.hostsProxyHeaders.length + Object.keys(spec.sslProxyHeaders).length > 0;
}

/** Refuses foreign hosts with 500 `Bad Host`, puts the security fields over the answer's (unrolled/secure 1.0.9). */
export function security(spec: HeadersSpec): Wrapper {
  const noncing = drawsNonce(spec);
  return (next) =>
    function* (request, draft) {
      if (!spec.isDevelopment && !hostAllowed(spec, request)) return respondError(draft, 500, 'Bad Host');
      const fields = securityFields(noncing ? withNonce(spec, request.scope) : spec, secure(spec, request));
      let response = yield* next(request, draft);
      for (const [name, value] of fields) response = setResponseHeader(response, name, value);
      return response;
    };
}

/** The Host as sent, port included, or the first proxy header that is there (ran). */
function hostAllowed(spec: HeadersSpec, request: RuntimeRequest): boolean {
  if (spec.allowedHosts.length === 0) return true;
  const named = spec.hostsProxyHeaders.map((name) => headerOf(request.headers, name) ?? '').find((value) => value !== '');
  const host = (named ?? request.host).toLowerCase();
  return spec.allowedHosts.some((allowed) => allowed.toLowerCase() === host);
}

/** By TLS, by the scheme of the request's own URL (ran: behind a redirectScheme that let it pass), or as a proxy in front says. */
function secure(spec: HeadersSpec, request: RuntimeRequest): boolean {
  return request.urlScheme === 'https' || request.tls !== undefined || Object.entries(spec.sslProxyHeaders).some(([name, value]) => (headerOf(request.headers, name) ?? '') === value);
}

/** One nonce for both policies of an answer. */
function withNonce(spec: HeadersSpec, { random }: Scope): HeadersSpec {
  const nonce = Buffer.from(Array.from({ length: 16 }, () => Math.floor(random() * 256))).toString('base64').replace(/=+$/, '');
  const drawn = (policy: string): string => policy.replaceAll(NONCE, `'nonce-${nonce}'`);
  return { ...spec, contentSecurityPolicy: drawn(spec.contentSecurityPolicy), contentSecurityPolicyReportOnly: drawn(spec.contentSecurityPolicyReportOnly) };
}

function securityFields(spec: HeadersSpec, ssl: boolean): HeaderList {
  const fields: readonly (readonly [string, string])[] = [
    ['Strict-Transport-Security', spec.stsSeconds !== 0 && (ssl || spec.forceSTSHeader) && !spec.isDevelopment ? stsValue(spec) : ''],
    ['X-Frame-Options', spec.customFrameOptionsValue !== '' ? spec.customFrameOptionsValue : spec.frameDeny ? 'DENY' : ''],
    ['X-Content-Type-Options', spec.contentTypeNosniff ? 'nosniff' : ''],
    ['X-XSS-Protection', spec.customBrowserXSSValue !== '' ? spec.customBrowserXSSValue : spec.browserXssFilter ? '1; mode=block' : ''],
    ['Public-Key-Pins', ssl && !spec.isDevelopment ? spec.publicKey : ''],
    ['Content-Security-Policy', spec.contentSecurityPolicy],
    ['Content-Security-Policy-Report-Only', spec.contentSecurityPolicyReportOnly],
    ['Referrer-Policy', spec.referrerPolicy],
    ['Permissions-Policy', spec.permissionsPolicy],
  ];
  return fields.filter(([, value]) => value !== '');
}

function stsValue(spec: HeadersSpec): string {
  return `max-age=${String(spec.stsSeconds)}${spec.stsIncludeSubdomains ? '; includeSubDomains' : ''}${spec.stsPreload ? '; preload' : ''}`;
}
