import { decodeUtf8 } from '../../rule-lang/index.ts';
import type { HeaderList } from '../../ir/index.ts';
import { canonicalName } from '../headers.ts';
import type { Canonical } from './canonical.ts';
import { routerHost } from './host.ts';
import { parseQuery, type Query } from './query.ts';
import { fieldValue, once } from '../../text/index.ts';

/** What rules ask about. Bytes as latin-1; what only some rules need is computed when first asked. */
export interface MatchRequest {
  readonly method: string;
  /** Lower case, without port. */
  readonly host: string;
  readonly path: string;
  readonly clientIp: string;
  /** All values of a header, by its canonical name. */
  readonly header: (name: string) => readonly string[];
  readonly query: () => Query;
  readonly hostText: () => string;
  /** The host as v2's HostRegexp sees it. */
  readonly routerHostText: () => string;
  readonly pathText: () => string;
}

/** Headers that Go's server takes out of the header map. */
const TAKEN_OUT = new Set(['Host', 'Transfer-Encoding', 'Trailer']);

/** `headers` are the ones behind the forwarded-headers step, as routers see them; most rules ask for none. */
export function matchRequest(canonical: Canonical, method: string, headers: () => HeaderList, clientIp: string): MatchRequest {
  const pathText = once(() => decodeUtf8(canonical.routingPath));
  const hostText = once(() => decodeUtf8(canonical.canonicalHost));
  return {
    method,
    host: canonical.canonicalHost,
    path: canonical.routingPath,
    clientIp,
    header: (name) => (TAKEN_OUT.has(name) ? [] : headers().filter(([other]) => canonicalName(other) === name).map(([, value]) => fieldValue(value))),
    query: once(() => parseQuery(canonical.rawQuery)),
    hostText,
    routerHostText: once(() => decodeUtf8(routerHost(canonical.host))),
    pathText,
  };
}
