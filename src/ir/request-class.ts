import type { HeaderList } from './probe.ts';

/**
 * Forms of a request target, by what nginx and Traefik make of it (ran, nginx 1.22 against Traefik 3.7):
 * - `P` plain: nothing is escaped, nothing to clean: both see and send the same text.
 * - `R` reserved: as P, and upper-case escapes of reserved characters (and `%`): rules see the escapes.
 * - `U` unreserved: other escapes, dot segments, double slashes: nginx's decoded, cleaned `$uri` is what rules see.
 * - `X` everything else: mixed or lower-case escapes, control characters, a trailing dot segment, `#` anywhere (in a query
 *   nginx ends its arguments there, and Traefik begins a fragment where it reads the URL anew), no leading slash.
 *   A target that cannot decide these as Traefik does refuses them.
 */
export type RequestClass = 'P' | 'R' | 'U' | 'X';

const PLAIN = "[A-Za-z0-9._~!$&'()*+,;=:@\\[\\]-]";
const RESERVED = '%(?:2[1346-9A-CF]|3[ABDF]|40|5[BD]|25)';
const NO_DOTS = '(?!\\.{1,2}(?:[/?]|$))';

function segments(char: string): string {
  const segment = `${NO_DOTS}(?:${char})+`;
  return `^/(?:${segment}(?:/${segment})*/?)?(?:\\?[^#]*)?$`;
}

/**
 * The patterns behind the classes, asked in this order; PCRE and JavaScript read them alike. The subject is the target
 * as sent, bytes as latin-1.
 */
export const REQUEST_CLASS_PATTERNS: Readonly<Record<Exclude<RequestClass, 'X'>, string>> = {
  P: segments(PLAIN),
  R: segments(`${PLAIN}|${RESERVED}`),
  // A byte that must be escaped makes Traefik write `!'()*[]` as escapes too, which nginx leaves as they are.
  U:
    '^(?!(?=[^?]*[\\x22<>\\\\^\\x60{|}\\x80-\\xff])[^?]*[!\\x27()*\\[\\]])(?!.*/(?:\\.|%2[eE]){1,2}(?:\\?|$))/' +
    '(?:[^%?#\\x00-\\x1f\\x7f]|%(?!2[1346-9A-Ca-cFf]|3[ABDFabdf]|40|5[BDbd]|25|[01]|7[Ff])[0-9A-Fa-f][0-9A-Fa-f])*(?:\\?[^#]+)?$',
};

const COMPILED = {
  P: new RegExp(REQUEST_CLASS_PATTERNS.P, 's'),
  R: new RegExp(REQUEST_CLASS_PATTERNS.R, 's'),
  U: new RegExp(REQUEST_CLASS_PATTERNS.U, 's'),
};

/** The class of a request target (bytes as latin-1, as sent). */
export function requestClass(target: string): RequestClass {
  if (COMPILED.P.test(target)) return 'P';
  if (COMPILED.R.test(target)) return 'R';
  return COMPILED.U.test(target) ? 'U' : 'X';
}

/** Options of a connection, and fields that every proxy takes out anyway. */
const OF_THE_CONNECTION = new Set(['', 'close', 'keep-alive', 'upgrade', 'te', 'trailer', 'transfer-encoding', 'http2-settings', 'proxy-connection']);

/** Whether `Connection` names other fields, which Traefik then takes out. A target that cannot do that refuses the request. */
export function connectionNamesFields(headers: HeaderList): boolean {
  const lines = headers.filter(([name]) => name.toLowerCase() === 'connection');
  return lines.some(([, value]) => value.split(',').some((item) => !OF_THE_CONNECTION.has(item.trim().toLowerCase())));
}
