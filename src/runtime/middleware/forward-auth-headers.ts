import type { HeaderList } from '../../ir/index.ts';
import { forwardedPort, removeForwarded } from '../edge.ts';
import { addHeader, canonicalName, headerOf, removeHeader, removeHeaders, setHeader, tokensOf, valuesOf } from '../headers.ts';
import type { RuntimeRequest } from '../message.ts';
import { requestUri } from '../url.ts';

const HOP = ['Connection', 'Keep-Alive', 'Te', 'Trailers', 'Transfer-Encoding', 'Upgrade'];
const MANAGED = ['X-Forwarded-Proto', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Port', 'X-Forwarded-Server', 'X-Forwarded-Uri', 'X-Forwarded-Method', 'X-Forwarded-Prefix', 'X-Forwarded-Tls-Client-Cert', 'X-Forwarded-Tls-Client-Cert-Info', 'X-Real-Ip'];

/**
 * What the auth server is asked with. `trust` undefined = the option is not written: the older way, which keeps
 * X-Forwarded-Port, -Server, -Prefix and X-Real-Ip of the request and lets Go's client add its User-Agent (3.7, ran).
 */
export function authRequestHeaders(request: RuntimeRequest, method: string, only: readonly string[], trust: boolean | undefined): HeaderList {
  const base = removeHeaders(removeHeaders(request.headers, tokensOf(request.headers, 'Connection')), [...HOP, 'Content-Length']);
  const headers = trust === undefined ? olderWay(request, allowed(base, only)) : stated(request, base, only, trust);
  return withTransportFields(headers, method);
}

function stated(request: RuntimeRequest, base: HeaderList, only: readonly string[], trust: boolean): HeaderList {
  const names = trust && only.length > 0 ? [...only, ...MANAGED] : only;
  const agent = headerOf(base, 'User-Agent') === undefined ? setHeader(base, 'User-Agent', '') : base;
  let out = allowed(trust ? agent : removeForwarded(agent), names);
  const prior = valuesOf(out, 'X-Forwarded-For');
  out = setHeader(out, 'X-Forwarded-For', [...prior, request.clientIp].join(', '));
  for (const [name, value] of facts(request, out)) if (headerOf(out, name) === undefined) out = setHeader(out, name, value());
  return out;
}

function facts(request: RuntimeRequest, headers: HeaderList): readonly (readonly [string, () => string])[] {
  const tls = request.tls !== undefined;
  const proto = headerOf(headers, 'X-Forwarded-Proto') ?? (tls ? 'https' : 'http');
  return [
    ['X-Forwarded-Method', () => request.method],
    ['X-Forwarded-Proto', () => proto],
    ['X-Forwarded-Port', () => forwardedPort([['X-Forwarded-Proto', proto]], { host: request.host, tls })],
    ['X-Forwarded-Host', () => request.host],
    ['X-Forwarded-Uri', () => requestUri(request)],
  ];
}

function olderWay(request: RuntimeRequest, base: HeaderList): HeaderList {
  let out = setHeader(base, 'X-Forwarded-For', request.clientIp);
  out = setHeader(out, 'X-Forwarded-Proto', request.tls === undefined ? 'http' : 'https');
  out = setHeader(out, 'X-Forwarded-Method', request.method);
  out = setHeader(out, 'X-Forwarded-Host', request.host);
  return setHeader(out, 'X-Forwarded-Uri', requestUri(request));
}

function allowed(headers: HeaderList, only: readonly string[]): HeaderList {
  if (only.length === 0) return headers;
  const names = new Set(only.map(canonicalName));
  return headers.filter(([name]) => names.has(name));
}

/** Go's client: its User-Agent unless there is one (an empty one means none), gzip unless something is accepted or there is no body (ran: HEAD with preserveRequestMethod). */
function withTransportFields(given: HeaderList, method: string): HeaderList {
  // A field `Host` is no part of what the client writes.
  const headers = given.filter(([name]) => name !== 'Host');
  const agent = headerOf(headers, 'User-Agent');
  let out = agent === undefined ? addHeader(headers, 'User-Agent', 'Go-http-client/1.1') : agent === '' ? removeHeader(headers, 'User-Agent') : setHeader(headers, 'User-Agent', agent);
  const asks = (headerOf(out, 'Accept-Encoding') ?? '') === '' && (headerOf(out, 'Range') ?? '') === '' && method !== 'HEAD';
  if (asks) out = addHeader(removeHeader(out, 'Accept-Encoding'), 'Accept-Encoding', 'gzip');
  return out;
}
