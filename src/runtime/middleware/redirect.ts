import type { Wrapper } from '../effect.ts';
import { respondStatus, syncRequestUri, type RuntimeRequest } from '../message.ts';
import type { Pattern } from '../pattern.ts';
import { formatUrl, parseUrl } from '../url.ts';

export interface Redirect {
  readonly pattern: Pattern;
  readonly template: string;
  readonly permanent: boolean;
  /** The URL that the pattern sees. */
  readonly urlOf: (request: RuntimeRequest) => string;
}

/** Shared by both redirects: no match or no change goes on, else 302/301 for GET and 307/308 for the rest, HEAD too (ran). */
export function redirect({ pattern, template, permanent, urlOf }: Redirect): Wrapper {
  return (next) =>
    function* (request, draft) {
      const before = urlOf(request);
      if (!pattern.test(before)) return yield* next(request, draft);
      const after = pattern.replace(before, template);
      const url = parseUrl(after);
      // Go's error of a URL that does not parse counts as one of the network: Bad Gateway (ran: host `b.test:`).
      if (url === undefined) return respondStatus(draft, 502);
      if (after !== before) return respondStatus(draft, statusOf(request.method, permanent), [['Location', formatUrl(url)]]);
      Object.assign(request, { path: url.path, rawPath: url.rawPath, rawQuery: url.query, forceQuery: url.forceQuery, urlScheme: url.scheme });
      syncRequestUri(request);
      return yield* next(request, draft);
    };
}

function statusOf(method: string, permanent: boolean): number {
  if (method === 'GET') return permanent ? 301 : 302;
  return permanent ? 308 : 307;
}

const ABSOLUTE = /^(https?):\/\/(\[[\w:.]+\]|[\w._-]+)?(:\d+)?(.*)$/;

export interface Parts {
  scheme: string;
  host: string;
  port: string;
  uri: string;
}

/** Host and request URI as Traefik reads them; an absolute target overrides both. */
export function partsOf(request: RuntimeRequest, host: string, port: string): Parts {
  const found = ABSOLUTE.exec(request.requestUri);
  const scheme = found?.[1] ?? 'http';
  return {
    scheme: request.tls === undefined ? scheme : 'https',
    host: found?.[2] ?? host,
    port: found?.[3] ?? port,
    uri: found?.[4] ?? request.requestUri,
  };
}
