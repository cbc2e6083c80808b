import type { Listener, Route } from '../ir/index.ts';
import type { HeaderList } from '../ir/index.ts';
import { cleanPath, parseRequestUri, requestUri, type UrlPath, escapedPath, pathOf } from './url.ts';

// TEMPORARY until match/ exists.
export interface Arrived { readonly method: string; readonly target: string; readonly host: string | null; readonly headers: HeaderList; readonly tls: boolean; readonly sni: string | null; readonly clientIp: string }
export interface Canonical extends UrlPath { readonly host: string; readonly rawQuery: string; readonly forceQuery: boolean; readonly requestUri: string }
export type Front =
  /** Refused before routing: `text` is the body, plain text or nothing. */
  | { readonly kind: 'refused'; readonly status: number; readonly text: string }
  | { readonly kind: 'tie'; readonly routes: readonly Route[]; readonly request: Canonical }
  | { readonly kind: 'none' }
  | { readonly kind: 'route'; readonly route: Route; readonly request: Canonical };

export function createFront(listener: Listener): (arrived: Arrived) => Front {
  return (arrived) => {
    const parsed = parseRequestUri(arrived.target);
    if (parsed === undefined) return { kind: 'refused', status: 400, text: 'Bad Request' };
    const raw = escapedPath(parsed.path).replace(/%[0-9A-Fa-f]{2}/g, (hex) => { const c = String.fromCharCode(Number.parseInt(hex.slice(1), 16)); return /[A-Za-z0-9\-._~]/.test(c) ? c : hex.toUpperCase(); });
    let cleaned = cleanPath(raw); if (raw.endsWith('/') && cleaned !== '/') cleaned += '/';
    const path = pathOf(cleaned) ?? parsed.path;
    const forceQuery = arrived.target.endsWith('?');
    const rawQuery = parsed.query.replaceAll(';', '&');
    const request = { ...path, host: arrived.host ?? '', rawQuery, forceQuery, requestUri: requestUri({ ...path, rawQuery, forceQuery }) };
    const host = request.host.replace(/:\d+$/, '').toLowerCase();
    const route = (arrived.tls ? listener.tls : listener.plain).find((one) => one.rule.kind === 'match' && one.rule.matcher.kind === 'host' && one.rule.matcher.host.value === host);
    return route === undefined ? { kind: 'none' } : { kind: 'route', route, request };
  };
}
