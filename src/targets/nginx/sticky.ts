import { createHash } from 'node:crypto';
import { cookieText, type Endpoint, type StickyCookie } from '../../ir/index.ts';
import { literal, template, variable, type Part, type Word } from './plan.ts';
import { literalPattern } from './regex.ts';
import type { MapEntry, Sheet } from './sheet.ts';
import { bracketed, isToken } from '../../text/index.ts';

/** One endpoint of a pool: as `proxy_pass` names it, and as Traefik does. */
export interface Member {
  readonly address: string;
  readonly url: string;
}

/** Where a request goes, and the cookie that says so from then on; empty where the client has it. */
export interface StickyChoice {
  readonly target: Part;
  readonly cookie: Word;
}

/** A name that may stand in a Cookie header. */
export function isReadableCookie({ name }: StickyCookie): boolean {
  return isToken(name);
}

/**
 * Traefik's cookie holds a digest of the endpoint's URL: the same values are written and understood here, those of older
 * versions too, so that nobody loses a session when the proxy is exchanged. New clients are spread by chance, not in turn.
 */
export function stickyChoice(sheet: Sheet, cookie: StickyCookie, members: readonly Member[], otherwise: Part): StickyChoice {
  const sent = variable(sentCookie(sheet, cookie));
  const chosen = sheet.map('sticky', [sent], [
    { key: literal('default'), value: template(otherwise) },
    ...members.flatMap(({ address, url }) => [digest(url), ...olderNames(url)].map((name): MapEntry => ({ key: exactly(name), value: template(address) }))),
  ]);
  const fresh = sheet.map('sticky_cookie', [variable(chosen)], [
    { key: literal('default'), value: template('') },
    ...members.map(({ address, url }): MapEntry => ({ key: exactly(address), value: sheet.text(cookieText(cookie, digest(url))) })),
  ]);
  const told = sheet.map('sticky_told', [sent], [
    { key: literal('default'), value: template(variable(fresh)) },
    ...members.map(({ url }): MapEntry => ({ key: exactly(digest(url)), value: template('') })),
  ]);
  // A request that no endpoint gets, because a middleware answers it, chooses none (ran on 3.7.15).
  const answered = sheet.map('sticky_answered', [variable('upstream_status')], [
    { key: literal('default'), value: template(variable(told)) },
    { key: literal(''), value: template('') },
  ]);
  return { target: variable(chosen), cookie: template(variable(answered)) };
}

/** The first cookie of that name. nginx's own variable takes names without case, Traefik does not (ran on 3.7.15). */
function sentCookie(sheet: Sheet, { name }: StickyCookie): string {
  return sheet.map('sent_cookie', [variable('http_cookie')], [
    { key: literal('default'), value: template('') },
    { key: literal(`~(?:^|;)[ \\t]*${literalPattern(name)}=[ \\t]*"?(?<gwc_cookie>[^;" \\t]*)"?[ \\t]*(?:;|$)`), value: template(variable('gwc_cookie')) },
  ]);
}

/** Maps read plain keys without case. */
function exactly(text: string): Word {
  return literal(`~^${literalPattern(text)}\\z`);
}

export function urlOf({ scheme, host, port, path, preservePath }: Endpoint): string {
  return `${scheme}://${bracketed(host)}${port === 0 ? '' : `:${String(port)}`}${preservePath ? path : ''}`;
}

function digest(url: string): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 16);
}

function olderNames(url: string): readonly string[] {
  return [url, fnv1(url), fnv1(fnv1(url))];
}

/** FNV-1, 64 bits, without leading zeros. */
function fnv1(text: string): string {
  return [...new TextEncoder().encode(text)].reduce((hash, byte) => BigInt.asUintN(64, hash * 0x100000001b3n) ^ BigInt(byte), 0xcbf29ce484222325n).toString(16);
}
