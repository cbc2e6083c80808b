import { headerOf } from '../headers.ts';
import type { RuntimeRequest } from '../message.ts';
import { compilePattern } from '../pattern.ts';
import { splitHostPort } from '../url.ts';
import { partsOf, redirect } from './redirect.ts';
import type { Factory } from './factory.ts';

const URL_PATTERN = String.raw`^(https?:\/\/)?(\[[\w:.]+\]|[\w\._-]+)?(:\d+)?(.*)$`;
const DEFAULT_PORT: Readonly<Record<string, string>> = { http: ':80', https: ':443' };

/** To `scheme://host[:port]path?query`, the scheme's default port dropped; nothing to do when the URL is already equal (ran). */
export const redirectScheme: Factory<'redirectScheme'> = (spec) => {
  const port = spec.port === '' || DEFAULT_PORT[spec.scheme] === `:${spec.port}` ? '' : `:${spec.port}`;
  return redirect({ pattern: compilePattern(URL_PATTERN), template: `${spec.scheme}://\${2}${port}\${4}`, permanent: spec.permanent, urlOf: clientUrl });
};

function clientUrl(request: RuntimeRequest): string {
  const split = splitHostPort(request.host);
  const parts = partsOf(request, split?.host ?? request.host, split === undefined ? '' : `:${split.port}`);
  const scheme = forwardedScheme(request) ?? parts.scheme;
  return `${scheme}://${parts.host}${parts.port === DEFAULT_PORT[scheme] ? '' : parts.port}${parts.uri}`;
}

/** X-Forwarded-Proto of the entry point or a trusted peer; ws and wss count as http and https. */
function forwardedScheme(request: RuntimeRequest): string | undefined {
  const proto = headerOf(request.headers, 'X-Forwarded-Proto')?.toLowerCase();
  if (proto === 'http' || proto === 'ws') return 'http';
  return proto === 'https' || proto === 'wss' ? 'https' : undefined;
}
