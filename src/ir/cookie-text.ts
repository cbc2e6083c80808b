import type { StickyCookie } from './service.ts';

const SAME_SITE: Readonly<Record<string, string>> = { none: 'None', lax: 'Lax', strict: 'Strict' };

/** The `Set-Cookie` line of a sticky cookie, attributes and their repair as in Go's `net/http` Cookie.String. */
export function cookieText({ name, path, domain, maxAge, httpOnly, secure, sameSite }: StickyCookie, value: string): string {
  const site = SAME_SITE[sameSite.toLowerCase()];
  return [
    `${name}=${value}`,
    ...(path === '' ? [] : [`Path=${path.replace(/[^\x20-\x7e]|;/g, '')}`]),
    ...(isCookieDomain(domain) ? [`Domain=${domain.replace(/^\./, '')}`] : []),
    ...(maxAge === 0 ? [] : [`Max-Age=${String(Math.max(0, maxAge))}`]),
    ...(httpOnly ? ['HttpOnly'] : []),
    ...(secure ? ['Secure'] : []),
    ...(site === undefined ? [] : [`SameSite=${site}`]),
  ].join('; ');
}

/** A name of letters, digits and inner hyphens with at least one letter, or an IPv4 address; anything else is left out. */
function isCookieDomain(domain: string): boolean {
  if (/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(domain)) return true;
  const parts = domain.replace(/^\./, '').split('.');
  const named = parts.at(-1) === '' ? parts.slice(0, -1) : parts;
  return domain.length <= 255 && /[A-Za-z]/.test(domain) && named.length > 0 && named.every((part) => part.length <= 63 && /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(part));
}
