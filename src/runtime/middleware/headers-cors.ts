import type { HeaderList, HeadersSpec } from '../../ir/index.ts';
import { headerOf } from '../headers.ts';
import { respond, type Draft, type RuntimeRequest, type RuntimeResponse } from '../message.ts';
import { compilePattern } from '../pattern.ts';

/** OPTIONS with Origin and Access-Control-Request-Method: answered by the proxy, never forwarded (ran). */
export function isPreflight(request: RuntimeRequest): boolean {
  return request.method === 'OPTIONS' && asked(request, 'Origin') !== '' && asked(request, 'Access-Control-Request-Method') !== '';
}

function asked(request: RuntimeRequest, name: string): string {
  return headerOf(request.headers, name) ?? '';
}

/** What Access-Control-Allow-Origin says to an origin: the list as written, `*` (echoed with credentials), or a pattern's echo. */
export function originOf(spec: HeadersSpec): (origin: string) => string | undefined {
  const patterns = spec.accessControlAllowOriginListRegex.map(compilePattern);
  return (origin) => {
    const listed = spec.accessControlAllowOriginList.find((item) => item === origin || item === '*');
    if (listed === '*' && spec.accessControlAllowCredentials) return origin;
    if (listed !== undefined) return listed;
    return patterns.some((pattern) => pattern.test(origin)) ? origin : undefined;
  };
}

export function preflight(spec: HeadersSpec, request: RuntimeRequest, draft: Draft, allowed: (origin: string) => string | undefined, maxAgeSet: boolean): RuntimeResponse {
  const credentials = spec.accessControlAllowCredentials;
  const fields: [string, string][] = [];
  if (credentials) fields.push(['Access-Control-Allow-Credentials', 'true']);
  const headers = echoed(spec.accessControlAllowHeaders, credentials, asked(request, 'Access-Control-Request-Headers'));
  if (headers !== '') fields.push(['Access-Control-Allow-Headers', headers]);
  const methods = echoed(spec.accessControlAllowMethods, credentials, asked(request, 'Access-Control-Request-Method'));
  if (methods !== '') fields.push(['Access-Control-Allow-Methods', methods]);
  const origin = allowed(asked(request, 'Origin'));
  if (origin !== undefined) fields.push(['Access-Control-Allow-Origin', origin]);
  if (maxAgeSet) fields.push(['Access-Control-Max-Age', String(spec.accessControlMaxAge)]);
  for (const [name, value] of exposed(spec)) fields.push([name, value]);
  return respond(draft, 200, fields);
}

/** The list joined, or what was asked for where the list says `*` with credentials (3.7, ran). */
function echoed(list: readonly string[], credentials: boolean, wanted: string): string {
  return list.includes('*') && credentials ? wanted : list.join(',');
}

function exposed(spec: HeadersSpec): HeaderList {
  const list = spec.accessControlExposeHeaders;
  const useless = list.length === 0 || (list.includes('*') && spec.accessControlAllowCredentials);
  return useless ? [] : [['Access-Control-Expose-Headers', list.join(',')]];
}
