import { isIPv6 } from 'node:net';
import { percentDecoded } from '../rule-lang/index.ts';

/** Bytes outside a set of safe ones become `%XX`. */
export function escapeWith(text: string, safe: RegExp): string {
  let out = '';
  for (const letter of text) out += safe.test(letter) ? letter : `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return out;
}

/** Go's url.PathUnescape; the error is the text that Traefik answers with. */
export function unescapePath(text: string): string | { readonly error: string } {
  const bad = /%(?![0-9A-Fa-f]{2})/.exec(text);
  if (bad !== null) return { error: `invalid URL escape ${JSON.stringify(text.slice(bad.index, bad.index + 3))}` };
  return percentDecoded(text);
}

const HOST_SAFE = /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/;
/** A host may have escapes of `%` itself and of what is not ASCII (unescape of net/url). */
const HOST = /^(?:[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"\x80-\xff]|%25|%[89A-Fa-f][0-9A-Fa-f])*$/;
const USER = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
const USER_SAFE = /[A-Za-z0-9\-_.~$&+,;=]/;
const FRAGMENT_SAFE = /[A-Za-z0-9\-_.~$&+,/:;=?@!()*]/;
const FRAGMENT_VALID = /^[A-Za-z0-9\-_.~$&+,/:;=?@!'()*[\]%]*$/;

/** An authority as URL.String writes it; undefined = url.Parse refuses it. */
export function authorityOf(written: string, scheme: string): string | undefined {
  const at = written.lastIndexOf('@');
  const host = hostOf(written.slice(at + 1), scheme === 'http' || scheme === 'https');
  const user = at === -1 ? '' : userOf(written.slice(0, at));
  return host === undefined || user === undefined ? undefined : user + host;
}

/** Of several colons the last one counts, and of HTTP there may be one (ran: `ftp://b.test:1:` and `http://b.test:1:`). */
function hostOf(written: string, isHttp: boolean): string | undefined {
  const bracket = /^\[([^\]]*)\](.*)$/.exec(written);
  const port = bracket?.[2] ?? (isHttp ? /:.*$/ : /:[^:]*$/).exec(written)?.[0] ?? '';
  if (!/^(:\d*)?$/.test(port) || !HOST.test(written)) return undefined;
  if (bracket !== null) return isIPv6((bracket[1] ?? '').replace('%25', '%')) ? written : undefined;
  const host = unescapePath(written);
  return written.startsWith('[') || typeof host !== 'string' ? undefined : escapeWith(host, HOST_SAFE);
}

/** Name and password, each with its own escapes, and the `@` behind them. */
function userOf(written: string): string | undefined {
  if (!USER.test(written)) return undefined;
  const colon = written.indexOf(':');
  const parts = (colon === -1 ? [written] : [written.slice(0, colon), written.slice(colon + 1)]).map(unescapePath);
  return parts.every((part) => typeof part === 'string') ? `${parts.map((part) => escapeWith(part, USER_SAFE)).join(':')}@` : undefined;
}

/** A fragment as URL.String writes it; undefined = url.Parse refuses it. */
export function fragmentOf(written: string): string | undefined {
  const text = unescapePath(written);
  if (typeof text !== 'string') return undefined;
  return FRAGMENT_VALID.test(written) ? written : escapeWith(text, FRAGMENT_SAFE);
}
