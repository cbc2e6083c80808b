import type { EngineVersion } from '../../rule-lang/index.ts';
import { requestUri } from '../url.ts';
import { isValidHostHeader } from './host.ts';
import { punycodeHost } from './punycode.ts';
import { parseTarget } from './target.ts';

/**
 * The request target that a server receives: path and query of the request URI, `;` as `&`. A lone `?` is kept by 3.7
 * and lost by 2.11, whose balancer replaces the URL (ran both).
 */
export function upstreamTarget(uri: string, forceQuery: boolean, engine: EngineVersion = '3.7'): string {
  const parsed = parseTarget('GET', uri);
  const path = { path: parsed?.path ?? '', rawPath: parsed?.rawPath ?? '' };
  return requestUri({ ...path, rawQuery: (parsed?.rawQuery ?? '').replaceAll(';', '&'), forceQuery: forceQuery && engine === '3.7' });
}

/**
 * The Host header that Go's client writes: without the zone of an IPv6 address, and empty for a host with bytes that do
 * not belong there (of an absolute target; ran).
 */
export function upstreamHost(host: string): string {
  const bare = host.startsWith('[') ? host.replace(/%[^\]]*\]/, ']') : host;
  const name = /^[\x00-\x7f]*$/.test(bare) ? bare : punycodeHost(bare);
  return isValidHostHeader(name) ? name : '';
}
