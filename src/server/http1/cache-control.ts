import type { HeaderList } from '../../ir/index.ts';
import { is } from './framing.ts';

/** What Go makes of a message of HTTP/1 that has `Pragma: no-cache` and no Cache-Control (net/http `fixPragmaCacheControl`; ran on 3.7.15, both ways). */
export function withCacheControl(headers: HeaderList): HeaderList {
  const pragma = headers.find(([name]) => is(name, 'pragma'));
  if (pragma?.[1] !== 'no-cache' || headers.some(([name]) => is(name, 'cache-control'))) return headers;
  return [...headers, ['Cache-Control', 'no-cache']];
}
