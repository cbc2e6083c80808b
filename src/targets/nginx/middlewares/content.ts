import type { SpecOf } from '../../../ir/index.ts';
import { withSettings, type ChainState, type Responder, type Site, type Step } from '../chain.ts';
import { block, directive, literal, template, variable, type Statement } from '../plan.ts';
import type { Sheet } from '../sheet.ts';
import { statusesOf } from '../statuses.ts';

/** Traefik takes 0 for no limit here. */
export function buffering(site: Site, state: ChainState, spec: SpecOf<'buffering'>): Step {
  return spec.maxRequestBodyBytes <= 0 ? { state } : bodyLimit(site.sheet, state, spec.maxRequestBodyBytes);
}

/**
 * 413 for a longer body. nginx compares the length when it looks for a location, so never for a named one, and answers with the
 * headers of that location: elsewhere a map compares.
 */
export function bodyLimit(sheet: Sheet, state: ChainState, limit: number): Step {
  // Of several limits the smallest one decides.
  const smallest = Math.min(limit, state.bodyLimit ?? limit);
  const tooLong = sheet.map('body_too_long', [variable('content_length')], [
    { key: literal('default'), value: template('0') },
    { key: literal(`~^0*(?:${moreThan(limit)})$`), value: template('1') },
  ]);
  const check: Responder = { phase: 'rewrite', early: true, statements: ({ named, proxies }) => (named || !proxies ? [block(['if', `($${tooLong})`], [directive('return', '413')])] : []) };
  const settings = [directive('client_max_body_size', String(smallest)), directive('proxy_request_buffering', 'on')];
  return { state: { ...state, bodyLimit: smallest, settings: withSettings(state.settings, settings) }, respond: [check] };
}

/** A pattern for the decimal numbers above a limit. */
export function moreThan(limit: number): string {
  const digits = String(limit);
  const same = [...digits].flatMap((digit, index) => (digit === '9' ? [] : [`${digits.slice(0, index)}[${String(Number(digit) + 1)}-9][0-9]{${String(digits.length - index - 1)}}`]));
  return [...same, `[1-9][0-9]{${String(digits.length)},}`].join('|');
}

/** gzip only; thresholds by the length that the endpoint announces. */
export function compress(_site: Site, state: ChainState, spec: SpecOf<'compress'>): Step {
  const types = spec.includedContentTypes.length > 0 ? spec.includedContentTypes.filter((type) => type !== 'text/html') : ['*'];
  const settings: readonly Statement[] = [
    directive('gzip', 'on'),
    directive('gzip_proxied', 'any'),
    directive('gzip_vary', 'on'),
    directive('gzip_min_length', String(spec.minResponseBodyBytes > 0 ? spec.minResponseBodyBytes : 1024)),
    directive('gzip_types', ...(types.length === 0 ? ['text/html'] : types.map((type) => literal(type)))),
  ];
  return { state: { ...state, settings: withSettings(state.settings, settings) } };
}

/** Statuses after which nginx may try another endpoint. */
const RETRIED = new Set([403, 404, 429, 500, 502, 503, 504]);

/** Undefined where one of the statuses is another one. */
export function retriedStatuses(texts: readonly string[]): readonly number[] | undefined {
  const statuses = statusesOf(texts);
  return statuses?.every((status) => RETRIED.has(status)) === true ? statuses : undefined;
}

/** Only with another endpoint of the pool: after a failed connection for every method, after these answers for those that may be repeated. */
export function retry(_site: Site, state: ChainState, spec: SpecOf<'retry'>): Step {
  if (spec.attempts <= 1) return { state };
  const answers = (retriedStatuses(spec.status) ?? []).map((status) => `http_${String(status)}`);
  const network = spec.disableRetryOnNetworkError ? [] : ['error', 'timeout'];
  // Of a method that must not be repeated nothing is once it was sent, unless nginx is told otherwise: with answers it is not.
  const words = [...network, ...answers, ...(answers.length === 0 || spec.retryNonIdempotentMethod ? ['non_idempotent'] : [])];
  if (network.length + answers.length === 0) return { state };
  const settings = [directive('proxy_next_upstream', ...words), directive('proxy_next_upstream_tries', String(spec.attempts)), ...(answers.length === 0 ? [] : [directive('proxy_request_buffering', 'on')])];
  return { state: { ...state, settings: withSettings(state.settings, settings) } };
}

const ESCAPES: Readonly<Record<string, string>> = {
  allowEncodedSlash: '%2[Ff]', allowEncodedBackSlash: '%5[Cc]|\\\\', allowEncodedNullCharacter: '%00', allowEncodedSemicolon: '%3[Bb]',
  allowEncodedPercent: '%25', allowEncodedQuestionMark: '%3[Ff]', allowEncodedHash: '%23',
};

/** 400 for an escaped character that is not allowed. */
export function refuseEscapes(site: Pick<Site, 'sheet'>, allowed: Readonly<Record<string, unknown>>): readonly Statement[] {
  const denied = Object.entries(ESCAPES).filter(([option]) => allowed[option] === false).map(([, pattern]) => pattern);
  if (denied.length === 0) return [];
  const flag = site.sheet.map('denied_escape', [variable('request_uri')], [
    { key: literal('default'), value: template('0') },
    { key: literal(`~^[^?]*(?:${denied.join('|')})`), value: template('1') },
  ]);
  return [block(['if', `($${flag})`], [directive('return', '400')])];
}

export function encodedCharacters(site: Site, state: ChainState, spec: SpecOf<'encodedCharacters'>): Step {
  const statements = refuseEscapes(site, { ...spec });
  return statements.length === 0 ? { state } : { state, respond: [{ phase: 'rewrite', statements: () => statements }] };
}
