import type { EntryPoint, HeaderList } from '../ir/index.ts';
import { canonicalName, hasToken, headerOf, removeHeader, removeHeaders, setHeader, tokensOf, valuesOf } from './headers.ts';
import { authorized, parseRanges, type Ranges } from './ip.ts';
import { splitHostPort } from './url.ts';

/** The names that Traefik owns: taken away from peers it does not trust (pkg/middlewares/forwardedheaders). */
const MANAGED: ReadonlySet<string> = new Set([
  'X-Forwarded-Proto', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Port', 'X-Forwarded-Server', 'X-Forwarded-Uri', 'X-Forwarded-Method', 'X-Forwarded-Prefix',
  'X-Forwarded-Tls-Client-Cert', 'X-Forwarded-Tls-Client-Cert-Info', 'X-Real-Ip',
]);

/** `X_Forwarded_Proto` counts as `X-Forwarded-Proto`. */
function managed(name: string): boolean {
  return MANAGED.has(name) || (name.includes('_') && MANAGED.has(canonicalName(name.replaceAll('_', '-'))));
}

export function removeForwarded(headers: HeaderList): HeaderList {
  return headers.some(([name]) => managed(name)) ? headers.filter(([name]) => !managed(name)) : headers;
}

/** What an entry point knows of a connection. */
export interface Peer {
  readonly clientIp: string;
  readonly tls: boolean;
  readonly host: string;
  readonly hostname: string;
}

/** The forwarded-header step of an entry point: untrusted copies out, own ones in, Connection-listed names out. */
export function forwardedHeaders(entryPoint: EntryPoint): (headers: HeaderList, peer: Peer) => HeaderList {
  const { insecure, trustedIPs, connection } = entryPoint.forwardedHeaders;
  const trusted: Ranges = parseRanges(trustedIPs);
  const kept = new Set(connection.map(canonicalName));
  return (headers, peer) => {
    const believed = insecure || authorized(trusted, peer.clientIp) ? headers : removeForwarded(headers);
    return removeConnection(rewrite(believed, peer), kept);
  };
}

/** In one pass over a copy: this happens to every request. */
function rewrite(headers: HeaderList, peer: Peer): HeaderList {
  const out = [...headers];
  const has = (name: string): boolean => (headerOf(out, name) ?? '') !== '';
  if (!has('X-Real-Ip')) put(out, 'X-Real-Ip', peer.clientIp.replace(/%.*$/, ''));
  if (!has('X-Forwarded-Proto')) put(out, 'X-Forwarded-Proto', scheme(out, peer.tls));
  if (!has('X-Forwarded-Port')) put(out, 'X-Forwarded-Port', forwardedPort(out, peer));
  if (peer.host !== '' && !has('X-Forwarded-Host')) put(out, 'X-Forwarded-Host', peer.host);
  const chain = valuesOf(out, 'X-Forwarded-For');
  if (chain.length > 0) put(out, 'X-Forwarded-For', chain.join(', '));
  put(out, 'X-Forwarded-Server', peer.hostname);
  return out;
}

/** As setHeader, in place. */
function put(out: (readonly [string, string])[], name: string, value: string): void {
  const at = out.findIndex((field) => field[0] === name);
  if (at === -1) {
    out.push([name, value]);
    return;
  }
  out[at] = [name, value];
  for (let later = out.length - 1; later > at; later -= 1) if (out[later]?.[0] === name) out.splice(later, 1);
}

/** Of several lines the first counts here (isWebsocketRequest of pkg/middlewares/forwardedheaders; ran). */
function scheme(headers: HeaderList, tls: boolean): string {
  const names = (name: string, token: string): boolean => (headerOf(headers, name) ?? '').split(',').some((item) => item.trim().toLowerCase() === token);
  const webSocket = names('Connection', 'upgrade') && names('Upgrade', 'websocket');
  return (webSocket ? 'ws' : 'http') + (tls ? 's' : '');
}

/** The port of the Host header, else 443 or 80: never the listening port (ran). */
export function forwardedPort(headers: HeaderList, peer: Pick<Peer, 'host' | 'tls'>): string {
  const port = splitHostPort(peer.host)?.port ?? '';
  if (port !== '') return port;
  const proto = headerOf(headers, 'X-Forwarded-Proto');
  return proto === 'https' || proto === 'wss' || peer.tls ? '443' : '80';
}

function removeConnection(headers: HeaderList, kept: ReadonlySet<string>): HeaderList {
  if (headerOf(headers, 'Connection') === undefined) return headers;
  const listed = tokensOf(headers, 'Connection').map(canonicalName);
  const upgrade = hasToken(headers, 'Connection', 'upgrade') ? (headerOf(headers, 'Upgrade') ?? '') : '';
  let out = removeHeaders(headers, listed.filter((name) => !managed(name) && !kept.has(name)));
  const stay = listed.filter((name) => kept.has(name));
  if (upgrade !== '') {
    out = setHeader(out, 'Upgrade', upgrade);
    stay.push('Upgrade');
  }
  return stay.length === 0 ? removeHeader(out, 'Connection') : setHeader(out, 'Connection', stay.join(','));
}
