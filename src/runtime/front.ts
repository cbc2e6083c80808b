import type { HeaderList, Listener, Probe, Route } from '../ir/index.ts';
import { forwardedHeaders } from './edge.ts';
import { arrivedHeaders } from './headers.ts';
import { canonicalRequest, type Canonical, type Refusal } from './match/canonical.ts';
import { matchRequest } from './match/request.ts';
import { createSelector } from './match/select.ts';
import { once } from '../text/index.ts';

/** A request in front of the routers: refused, or with the route that takes it. Who only asks for the route needs no headers. */
export type Front =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'none' }
  | { readonly kind: 'tie'; readonly routes: readonly Route[]; readonly canonical: Canonical; readonly headers: () => HeaderList }
  | { readonly kind: 'route'; readonly route: Route; readonly canonical: Canonical; readonly headers: () => HeaderList };

type Probed = Omit<Probe, 'tls' | 'body'> & { readonly tls: false | { readonly sni: string | null }; readonly http10?: boolean; readonly http2?: boolean };

/** What an entry point does before a router's chain: canonical form, forwarded headers, selection. */
export function createFront(listener: Listener, closes: (serverName: string) => boolean = () => false): (probe: Probed, hostname: string) => Front {
  const { entryPoint } = listener;
  const forwarded = forwardedHeaders(entryPoint);
  const plain = createSelector(listener.plain);
  const encrypted = createSelector(listener.tls);
  return (probe, hostname) => {
    if (probe.tls !== false && closes(probe.tls.sni ?? '')) return { kind: 'refused', refusal: CLOSED };
    const arrived = canonicalRequest(probe, { sanitizePath: entryPoint.sanitizePath, encodeQuerySemicolons: entryPoint.encodeQuerySemicolons, engine: '3.7' });
    if (!arrived.ok) return { kind: 'refused', refusal: arrived.refusal };
    const canonical = arrived.request;
    const tls = probe.tls !== false;
    const headers = once(() => forwarded(arrivedHeaders(probe), { clientIp: probe.clientIp, tls, host: canonical.host, hostname }));
    const selected = (tls ? encrypted : plain)(matchRequest(canonical, probe.method, headers, probe.clientIp));
    if (selected.kind === 'route') return { kind: 'route', route: selected.route, canonical, headers };
    return selected.kind === 'none' ? selected : { kind: 'tie', routes: selected.routes, canonical, headers };
  };
}

const CLOSED: Refusal = { status: 0, text: '' };
