import type { HeaderList } from '../../ir/index.ts';
import type { KongPlugin } from './document.ts';
import type { Answer } from './plugin-state.ts';
import { headerValues } from './request.ts';
import type { RouterRequest } from './request.ts';
import { encodeUtf8 } from './uri.ts';
import { booleanAt, numberAt, stringsAt } from './value.ts';

const ALL_METHODS = 'GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT';

/** A preflight is OPTIONS with `Origin` and `Access-Control-Request-Method`; any other OPTIONS goes upstream (ran). */
export function isPreflight(request: RouterRequest): boolean {
  return request.probe.method === 'OPTIONS' && headerValues(request, 'origin').length > 0 && headerValues(request, 'access-control-request-method').length > 0;
}

export function corsAnswer(plugin: KongPlugin, request: RouterRequest): Answer | undefined {
  if (!isPreflight(request) || booleanAt(plugin.config, 'preflight_continue', false)) return undefined;
  const headers = stringsAt(plugin.config, 'headers');
  const asked = headerValues(request, 'access-control-request-headers')[0];
  const methods = stringsAt(plugin.config, 'methods');
  const maxAge = numberAt(plugin.config, 'max_age');
  const out: [string, string][] = [...originHeaders(plugin, request)].map(([name, value]) => [name, value]);
  if (headers.length > 0) out.push(['Access-Control-Allow-Headers', encodeUtf8(headers.join(','))]);
  else if (asked !== undefined) out.push(['Access-Control-Allow-Headers', asked]);
  out.push(['Access-Control-Allow-Methods', methods.length > 0 ? encodeUtf8(methods.join(',')) : ALL_METHODS]);
  if (maxAge !== undefined) out.push(['Access-Control-Max-Age', String(maxAge)]);
  return { status: 200, headers: out, body: '' };
}

/** What cors adds to an answer that came from upstream. */
export function corsHeaders(plugin: KongPlugin, request: RouterRequest): HeaderList {
  if (isPreflight(request)) return [];
  const exposed = stringsAt(plugin.config, 'exposed_headers');
  return [...originHeaders(plugin, request), ...(exposed.length > 0 ? [['Access-Control-Expose-Headers', encodeUtf8(exposed.join(','))] as const] : [])];
}

function originHeaders(plugin: KongPlugin, request: RouterRequest): HeaderList {
  const origins = stringsAt(plugin.config, 'origins');
  const given = headerValues(request, 'origin')[0];
  const credentials = booleanAt(plugin.config, 'credentials', false);
  if (origins.length === 0 || (origins.length === 1 && origins[0] === '*')) {
    if (!credentials || given === undefined) return [['Access-Control-Allow-Origin', '*']];
    return [['vary', 'Origin'], ['Access-Control-Allow-Origin', given], ['Access-Control-Allow-Credentials', 'true']];
  }
  const allowed = allowedOrigin(origins, given);
  return [['vary', 'Origin'], ...(allowed === undefined ? [] : [['Access-Control-Allow-Origin', allowed] as const]), ...(credentials ? [['Access-Control-Allow-Credentials', 'true'] as const] : [])];
}

/** One literal origin is answered to everyone, also to a wrong Origin (ran). */
function allowedOrigin(origins: readonly string[], given: string | undefined): string | undefined {
  const [only] = origins;
  if (origins.length === 1 && only !== undefined && /^[A-Za-z0-9.:/-]+$/.test(only)) return only;
  if (given === undefined) return undefined;
  const matches = (entry: string): boolean => (/[^A-Za-z0-9.:/-]/.test(entry) ? new RegExp(`^(?:${entry.replace(/^\^|\$$/g, '')})$`).test(given) : entry === given);
  return origins.includes('*') ? '*' : origins.some(matches) ? given : undefined;
}
