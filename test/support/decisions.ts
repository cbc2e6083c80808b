import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { connectionNamesFields, requestClass } from '../../src/ir/request-class.ts';
import { headerValue } from '../../src/engines/http-message.ts';
import type { BackendObservation, Observation, ProbeInput } from './engine-ask.ts';
import type { HeaderList } from '../../src/ir/index.ts';
import type { Traits } from './cases.ts';

/** What of an observation is a decision: everything but what changes from run to run or belongs to the connection. */
export interface Recorded {
  readonly request: string;
  readonly status: number;
  readonly headers: readonly string[];
  /** Of an answer that the engine made itself. */
  readonly body?: string;
  /** Whom the server's certificate names, where a request looks at it. */
  readonly certificate?: string;
  readonly backend?: { readonly name: string; readonly method: string; readonly target: string; readonly headers: readonly string[] };
  /** Who else was asked, in order: authentication, tries before the last one, mirrors, error pages. */
  readonly others?: readonly string[];
}

/** Facts of a connection or a clock, on every engine. */
const AMBIENT_RESPONSE = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length']);
/** Host name of the machine, and what belongs to the hop. */
const AMBIENT_REQUEST = new Set(['connection', 'x-forwarded-server', 'content-length', 'transfer-encoding']);

/** The decision in an observation; ports of loopback servers are masked in addresses. */
export function decisionOf(request: string, seen: Observation): Recorded {
  const backend = answeredBy(seen);
  const others = seen.hops.filter((hop) => hop !== backend).map(({ name, method, target }) => `${name} ${method} ${target}`);
  return {
    request, status: seen.status, headers: lines(seen.responseHeaders, AMBIENT_RESPONSE),
    ...(seen.certificate === undefined ? {} : { certificate: seen.certificate }),
    ...(backend === null
      ? { body: seen.body }
      : { backend: { name: backend.name, method: backend.method, target: backend.target, headers: lines(backend.headers, AMBIENT_REQUEST) } }),
    ...(others.length === 0 ? {} : { others }),
  };
}

/** The backend whose name the answer carries; the last one when a middleware took the name away. */
function answeredBy({ responseHeaders, hops }: Observation): BackendObservation | null {
  const name = headerValue(responseHeaders, 'X-Backend');
  return hops.findLast((hop) => hop.name === name) ?? hops.at(-1) ?? null;
}

function lines(headers: HeaderList, without: ReadonlySet<string>): readonly string[] {
  return headers.filter(([name]) => !without.has(name.toLowerCase())).map(([name, value]) => `${canonical(name)}: ${value}`).sort();
}

function canonical(name: string): string {
  return name.toLowerCase().replace(/(^|-)([a-z])/g, (_, dash: string, char: string) => dash + char.toUpperCase());
}

/** What an engine adds or words its own way without changing the decision. */
interface Ambient {
  readonly response: RegExp;
  /** Of answers that no backend gave. */
  readonly own: RegExp;
  readonly request: RegExp;
  readonly bodies: boolean;
  /** Of a 304. */
  readonly notModified?: RegExp;
  /** As docs/conformance.md says it. */
  readonly notes: readonly string[];
}

/** Ambient differences, listed once per target. */
export const AMBIENT: Readonly<Record<string, Ambient>> = {
  runtime: { response: /^$/, own: /^$/, request: /^$/, bodies: true, notes: [] },
  traefik: { response: /^$/, own: /^$/, request: /^X-Traefik-Router: /, bodies: true, notes: ['The Docker provider marks requests of default rules with `X-Traefik-Router`; a file cannot ask for that.'] },
  nginx: {
    response: /^Server: |^Access-Control-Allow-Origin: $/, own: /^Content-Type: |^X-Content-Type-Options: nosniff$/, request: /^(?:Accept-Encoding|X-Traefik-Router): /, bodies: false, notModified: /^Content-Type: /,
    notes: ['Several lines of `Authorization`, `Content-Range`, `If-Range` or one of the `If-` conditions are refused with 400.', 'An `Access-Control-Allow-Origin` without a value is not sent (middleware.headers.cors).', 'The 304 of a backend keeps its `Content-Type`; Traefik takes it away.', 'Field names with characters that HTTP does not allow, and an `Expect` that nobody can meet, are refused by Traefik (400, 417) and not by nginx.', 'A `Host` with a character that none can have (`a@b`, a byte beyond ASCII) is refused by Traefik with 400; nginx 1.22 answers 404 where none of its names takes it, newer ones 400.', 'Its own answers (404, 502, …) have their own body, `Content-Type` (beside one that a middleware names) and `Server`, and where the gateway does not write them no `X-Content-Type-Options: nosniff`.', 'A target that it refuses because it cannot read it (class X, such as a `#`; `%00`) gets 400 without the headers that a middleware would add.', 'Traefik asks a backend for gzip on its own account when the client did not; nginx passes on what the client sent.', 'An answer whose head is longer than 16 KB becomes a 502.', '`Upgrade`, `Trailer` and `Proxy-Authenticate` of an answer pass, and an empty `Content-Type` does not; Traefik has it the other way round.', 'Of several lines of `ETag`, `Last-Modified`, `Content-Type`, `Server` or `Date` in an answer one passes.', 'What a backend says against the rules of HTTP (folded or misnamed fields, two lengths, a status of two digits, a body that is too short) each takes or refuses in its own way; where Traefik says 500 nginx says 502.', 'Where it is built with the first PCRE library (some builds of 1.31 are), a pattern of the gateway that repeats a group finds nothing in a text of several thousand letters.', '`Pragma: no-cache` alone stays alone; Traefik adds `Cache-Control: no-cache` to such a request, and to such an answer.', 'Trailers of an answer pass from 1.27.2 on, and a hint ahead of the answer (103) from 1.29 on, without what middlewares add; an older nginx drops the trailers and takes the hint for the answer. Every version takes another interim answer (100, 102) of a backend for the answer. Trailers of a request are not announced to the backend; Traefik announces them and sends none.'],
  },
  kong: {
    response: /^Server: /, own: /^(?:Content-Type|X-Content-Type-Options): /, request: /^(?:Accept-Encoding|X-Traefik-Router|X-Forwarded-(?:For|Host|Port|Proto|Prefix)|X-Real-Ip): /, bodies: false,
    notes: ['Its own answers are worded in JSON.', 'A `;` in a query is refused with 400: it cannot send on the `&` that Traefik makes of it.', 'A target that it refuses before it looks at any route (class X, such as a `#`; `%00`) gets 400 without the headers that a middleware would add.', 'Where an entry point has no HTTP router no node listens; Traefik answers 404 there.', 'What its proxy module adds on its own account (`X-Forwarded-*`, `X-Real-IP`, `Via`) is not modelled.', '`X-Forwarded-Prefix` holds the text that was cut, which is what Traefik sends in the common cases only.'],
  },
};

/** A decision without what is ambient for a target. Content-Type counts where a backend answered. */
export function comparable(target: string, decision: Recorded): unknown {
  const ambient = AMBIENT[target];
  if (ambient === undefined) throw new Error(`no ambient table for ${target}`);
  const { backend, status, others, certificate } = decision;
  const isAmbient = (line: string): boolean => ambient.response.test(line) || (backend === undefined && ambient.own.test(line)) || (status === 304 && ambient.notModified?.test(line) === true);
  return {
    status,
    headers: decision.headers.filter((line) => !isAmbient(line)).map((line) => (target === 'kong' ? lowerLocation(line) : line)),
    ...(backend === undefined ? (ambient.bodies ? { body: unpacked(decision) } : {}) : { backend: { ...backend, headers: backend.headers.filter((line) => !ambient.request.test(line)) } }),
    ...(others === undefined ? {} : { others }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

const UNPACK: Readonly<Record<string, (packed: Buffer) => Buffer>> = { gzip: gunzipSync, br: brotliDecompressSync };

/** Two encoders may pack the same text otherwise. What is no such text, although a header says so, stays as it is. */
function unpacked({ headers, body = '' }: Recorded): string {
  const coding = headers.find((line) => line.startsWith('Content-Encoding: '))?.slice('Content-Encoding: '.length) ?? '';
  try {
    return UNPACK[coding]?.(Buffer.from(body, 'latin1')).toString('latin1') ?? body;
  } catch {
    return body;
  }
}

/** Kong writes the host of its own redirects in lower case and without a dot at its end, which names the same host (middleware.redirectScheme). */
function lowerLocation(line: string): string {
  return line.replace(/^Location: https:\/\/[^/?#]*/, (start) => `Location: ${start.slice('Location: '.length).toLowerCase().replace(/\.$/, '')}`);
}

/**
 * What an engine is known to do otherwise, on requests of this kind only. Each is said in docs/conformance.md; counted apart from
 * equal decisions, and the number must not rise.
 */
export const KNOWN: readonly { readonly target: string; readonly title: string; readonly applies: (probe: ProbeInput, wanted: Recorded, seen: Recorded, traits: Traits) => boolean }[] = [
  {
    target: 'kong',
    title: 'a field that Connection names still counts for rules; neither hands it on',
    applies: ({ headers }) => headers.some(([name, value]) => name.toLowerCase() === 'connection' && value.split(',').some((item) => headers.some(([other]) => other.toLowerCase() === item.trim().toLowerCase()))),
  },
  {
    target: 'kong',
    title: 'User-Agent in several lines: Kong hands all of them on, Traefik the first',
    applies: ({ headers }) => headers.filter(([name]) => name.toLowerCase() === 'user-agent').length > 1,
  },
  {
    target: 'nginx',
    title: 'User-Agent in several lines: nginx hands all of them on, Traefik the first',
    applies: ({ headers }) => headers.filter(([name]) => name.toLowerCase() === 'user-agent').length > 1,
  },
  {
    target: 'nginx',
    title: 'an `X-Replaced-Path` that the client sends itself in several lines, or spelled with `_`: nginx adds its own line to the first of them (1.22) or to one line with all (1.23 and newer) (middleware.replacePath, middleware.replacePathRegex)',
    applies: ({ headers }) => {
      const lines = headers.filter(([name]) => name.toLowerCase().replaceAll('_', '-') === 'x-replaced-path');
      return lines.length > 1 || lines.some(([name]) => name.includes('_'));
    },
  },
  {
    target: 'kong',
    title: 'a field whose name is spelled with `_` counts for rules as the one with `-` (rule.header)',
    applies: ({ headers }) => headers.some(([name]) => name.includes('_') && !/^x[-_](?:forwarded|real)/i.test(name)),
  },
  {
    target: 'kong',
    title: 'a redirect to https takes the path as it was sent: dots, `//` and raw characters stay (middleware.redirectScheme, entryPoint.redirection)',
    applies: ({ target }, wanted, seen) => wanted.status === seen.status && [301, 302, 307, 308].includes(seen.status) && !['P', 'R'].includes(requestClass(target)) && seen.headers.some((line) => line.startsWith('Location: https:') && line.endsWith(target)),
  },
  {
    target: 'nginx',
    title: 'middleware.redirectRegex, approximate: a query that comes to stand in the fragment of a Location stays as it was sent, Traefik writes quotes, braces and bytes beyond ASCII there as escapes and answers 502 where an escape is broken',
    applies: ({ target }, wanted, seen) => target.includes('?') && (wanted.status === seen.status || wanted.status === 502) && [301, 302, 307, 308].includes(seen.status) && seen.headers.some((line) => /^Location: [^#]*#.*\?/.test(line)),
  },
  {
    target: 'nginx',
    title: 'rule.header and rule.headerRegexp, approximate: a header that is sent in several lines: rules see the first line (nginx 1.22) or all lines joined by `, ` (1.23 and newer), Traefik each of them',
    applies: ({ headers }, _, __, { readsHeaders }) => readsHeaders && new Set(headers.map(([name]) => name.toLowerCase())).size < headers.length,
  },
  {
    target: 'nginx',
    title: 'a field whose name holds `_` or another character than letters, digits and `-` ends at nginx where a header with `-` decides or such a name is written; the build warns of it (target-dropped-fields)',
    applies: ({ headers }, wanted, seen) => headers.some(([name]) => isOddName(name)) && sameDecision('nginx', withoutOddNames(wanted, headers), seen),
  },
  {
    target: 'nginx',
    title: 'an `X-Forwarded-Proto`, `-Host` or `-Port` that a believed peer sends in several lines: nginx takes the first of them (1.22) or one line with all (1.23 and newer) (entryPoint.forwardedHeaders)',
    applies: ({ headers }) => ['proto', 'host', 'port'].some((part) => headers.filter(([name]) => name.toLowerCase() === `x-forwarded-${part}`).length > 1),
  },
  ...['nginx', 'kong'].map((target) => ({
    target,
    title: 'an absolute target with `https:` on a plain port gets no `Strict-Transport-Security` and `Public-Key-Pins`; from Traefik it gets them (middleware.headers.security)',
    applies: ({ target: asked, tls = false }: ProbeInput, wanted: Recorded, seen: Recorded) => tls === false && /^https:/i.test(asked) && sameDecision(target, { ...wanted, headers: wanted.headers.filter((line) => !/^(?:Strict-Transport-Security|Public-Key-Pins): /.test(line)) }, seen),
  })),
  { target: 'kong', title: 'the 304 of a backend keeps its `Content-Type`; Traefik takes it away', applies: (_, wanted, seen) => wanted.status === 304 && seen.status === 304 },
];

function isOddName(name: string): boolean {
  return /[^A-Za-z0-9-]/.test(name);
}

/** What a backend gets when the client's fields with such names end before it. */
function withoutOddNames(decision: Recorded, sent: HeaderList): Recorded {
  const { backend } = decision;
  return backend === undefined ? decision : { ...decision, backend: { ...backend, headers: backend.headers.filter((line) => !sent.some(([name, value]) => isOddName(name) && line === `${canonical(name)}: ${value}`)) } };
}

/**
 * How two decisions that are not the same may be taken. `declined`: nginx and Kong refuse some requests instead of deciding
 * otherwise (fail closed, declared). `known`: listed above.
 */
export function targetDiffers(target: string, wanted: Recorded, seen: Recorded, probe: ProbeInput, traits: Traits): 'declined' | 'known' | 'compare' {
  if (target === 'traefik' || target === 'runtime') return 'compare';
  if (KNOWN.some((known) => known.target === target && known.applies(probe, wanted, seen, traits)) && !sameDecision(target, wanted, seen)) return 'known';
  // nginx, also the one in Kong, refuses what it cannot read before it looks at any location or route: nothing is added to that answer.
  if ((target === 'nginx' || (target === 'kong' && seen.body === '')) && seen.status === 400 && wanted.status === 400 && seen.backend === undefined && !regularRequest(target, probe) && !sameDecision(target, wanted, seen)) return 'declined';
  if (seen.status === wanted.status || seen.backend !== undefined) return 'compare';
  if ([400, 404].includes(wanted.status) && isOtherKind(probe, seen)) return 'declined';
  // A host without any path answers 404 before it looks at the form of a target.
  if (target === 'nginx' && wanted.status === 400 && seen.status === 404 && requestClass(probe.target) === 'X') return 'declined';
  // middleware.stripPrefix, stripPrefixRegex and service.scheme say so in their rows.
  if (target === 'nginx' && (traits.cutsPrefixes || traits.speaksHttp2) && seen.status === 400 && requestClass(probe.target) === 'R') return 'declined';
  if (target === 'nginx' && traits.speaksHttp2 && traits.cutsPrefixes && seen.status === 400 && probe.target.endsWith('?')) return 'declined';
  // Kong's row of stripPrefix: a second escape, or a sign that Go escapes, behind an escaped slash.
  if (target === 'kong' && traits.cutsPrefixes && seen.status === 400 && /^[^?]*%2F[^?]*[%!'()*[\]]/.test(probe.target)) return 'declined';
  return !regularRequest(target, probe) && [400, 405, 414].includes(seen.status) ? 'declined' : 'compare';
}

/**
 * A listener of nginx or Kong speaks TLS or does not: plain text on a TLS port is answered with 400 (closed where it is a stream),
 * and a TLS hello on a plain one ends the connection. Traefik tells both apart on one port and finds no router for the other one.
 */
function isOtherKind({ entryPoint, tls }: ProbeInput, { status }: Recorded): boolean {
  if (tls === undefined || tls === false) return entryPoint === 'websecure' && (status === 400 || status === 0);
  return status === 0 || status === 400;
}

/** Models have no certificates to show; a server that spoke TLS always has. */
function asSeen({ certificate, ...wanted }: Recorded, seen: Recorded): Recorded {
  return certificate === undefined || seen.certificate === undefined ? wanted : { ...wanted, certificate };
}

/** The same status, backend and headers, but for what is ambient. */
export function sameDecision(target: string, wanted: Recorded, seen: Recorded): boolean {
  return JSON.stringify(comparable(target, asSeen(wanted, seen))) === JSON.stringify(comparable(target, seen));
}

/** Fields that nginx answers with 400 when they come in several lines (ran on both versions). */
const SINGLE = new Set(['authorization', 'content-range', 'expect', 'if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since']);

function repeatsSingle(headers: HeaderList): boolean {
  const names = headers.map(([name]) => name.toLowerCase()).filter((name) => SINGLE.has(name));
  return new Set(names).size < names.length;
}

/**
 * A method in capitals other than TRACE, a target of class P or R and an ordinary host: every engine must serve it as Traefik
 * does. Kong refuses `;` in a query besides, because it cannot send on the `&` that Traefik makes of it.
 */
export function regularRequest(engine: string, { target, host, method = 'GET', headers = [] }: { readonly target: string; readonly host: string | null; readonly method?: string; readonly headers?: HeaderList }): boolean {
  if (engine === 'nginx' && (connectionNamesFields(headers) || repeatsSingle(headers))) return false;
  const served = ['P', 'R'].includes(requestClass(target)) && !(engine === 'kong' && /\?.*;/.test(target)) && /^[A-Z_-]+$/.test(method) && method !== 'TRACE';
  return served && host !== null && /^[A-Za-z0-9._-]+(?::\d+)?$/.test(host) && !host.includes('..') && Number(/:(\d+)$/.exec(host)?.[1] ?? 0) <= 65_535;
}
