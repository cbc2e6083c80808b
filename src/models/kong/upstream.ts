import type { KongService } from './document.ts';
import type { RouteMatch } from './router.ts';
import type { RouterRequest } from './request.ts';
import { encodeUtf8 } from './uri.ts';

/** The path that goes upstream before escaping: `get_upstream_uri_v0`, and v1 in the traditional flavour only. */
export function upstreamPath(match: RouteMatch, request: RouterRequest, service: KongService, traditional: boolean): string {
  const prefix = match.prefix === undefined ? '/' : encodeUtf8(match.prefix);
  const postfix = sanitize(request.path.slice(prefix.length));
  const base = service.path ?? '/';
  if (traditional && match.route.pathHandling === 'v1') return v1(base, match.route.stripPath ? postfix : request.path, match.route.stripPath);
  return match.route.stripPath ? stripped(base, postfix, request.path) : kept(base, request.path);
}

/** Only the first step is cut: `/a..` leaves nothing, `/a../x` leaves `x` (ran). */
function sanitize(postfix: string): string {
  if (postfix === '.' || postfix === '..') return '';
  if (postfix.startsWith('./')) return postfix.slice(2);
  return postfix.startsWith('../') ? postfix.slice(3) : postfix;
}

function stripped(base: string, postfix: string, path: string): string {
  if (base.endsWith('/')) {
    if (postfix === '') return base === '/' ? '/' : path.endsWith('/') ? base : base.slice(0, -1);
    return postfix.startsWith('/') ? base.slice(0, -1) + postfix : base + postfix;
  }
  if (postfix === '') return path.length > 1 && path.endsWith('/') ? `${base}/` : base;
  return postfix.startsWith('/') ? base + postfix : `${base}/${postfix}`;
}

function kept(base: string, path: string): string {
  if (base.endsWith('/')) return base + path.slice(1);
  return path === '/' ? base : base + path;
}

function v1(base: string, rest: string, strip: boolean): string {
  const joined = base + (base.endsWith('/') ? rest.replace(/^\//, '') : rest);
  return strip && rest === '' ? base : joined;
}
