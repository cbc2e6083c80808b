import { decodeUtf8, encodeUtf8 } from '../../rule-lang/index.ts';

/** Go's `net.SplitHostPort`; undefined = its error. */
export function splitHost(text: string): string | undefined {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return undefined;
  if (!text.startsWith('[')) {
    const host = text.slice(0, colon);
    return /[:[\]]/.test(host) || /[[\]]/.test(text.slice(colon)) ? undefined : host;
  }
  const end = text.indexOf(']');
  if (end < 0 || end + 1 !== colon) return undefined;
  return /\[/.test(text.slice(1)) || /\]/.test(text.slice(end + 1)) ? undefined : text.slice(1, end);
}

/** What `Host` and v3's `HostRegexp` see: without port and brackets, lower case; a final dot stays (requestdecorator). */
export function canonicalHost(host: string): string {
  const bare = bareHost(host);
  return /^[\x00-\x7f]*$/.test(bare) ? bare.trim().toLowerCase() : encodeUtf8(decodeUtf8(bare).trim().toLowerCase());
}

function bareHost(host: string): string {
  if (!host.includes(':')) return host;
  const split = splitHost(host);
  if (split !== undefined) return split;
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

/** What v2's `HostRegexp` sees: without port, case and lonely brackets as sent. */
export function routerHost(host: string): string {
  return host.includes(':') ? (splitHost(host) ?? host) : host;
}

/** Bytes that Go's server accepts in a Host header (httpguts.ValidHostHeader); others are answered 400. */
export function isValidHostHeader(host: string): boolean {
  return /^[0-9A-Za-z!$%&()*+,\-.:;='[\]_~]*$/.test(host);
}
