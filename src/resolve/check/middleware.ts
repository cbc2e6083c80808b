import type { IpStrategy, Middleware, MiddlewareSpec, SourceCriterion, SpecOf } from '../../ir/index.ts';
import { parseRe2 } from '../../rule-lang/re2/index.ts';
import { assertNever } from '../../text/index.ts';
import { unknownAt } from '../convert/places.ts';
import type { EngineVersion } from '../types.ts';
import { integerText } from '../names.ts';
import { circuitBreakerError, retryExpressionError } from './expression.ts';
import { badRanges } from './ip.ts';
import { mediaTypeError } from './media-type.ts';
import { clientTlsFault, usersFault, type Disk } from './users.ts';

/** What a middleware's constructor refuses: its words and the option to blame. */
export interface Fault {
  readonly says: string;
  /** Option path below the middleware: `basicAuth.users[1]`. */
  readonly path: string;
}
/** All faults, the engine's own first: it stops there. Or a fact that is missing to know. */
export type Verdict = { readonly kind: 'ok' } | { readonly kind: 'fault'; readonly faults: readonly Fault[] } | { readonly kind: 'unjudged'; readonly needs: 'files' | 'static'; readonly what: string; readonly path: string };

export interface CheckContext {
  readonly version: EngineVersion;
  readonly disk: Disk;
  /** Undefined = the static configuration is not known. */
  readonly plugins: ReadonlySet<string> | undefined;
}

/** Whether an option was written: 3.x keeps some in pointers, where a written 0 is not absent. */
type Written = (path: string) => boolean;

const OK: Verdict = { kind: 'ok' };

/**
 * What the engine finds wrong when it builds the middleware (pkg/middlewares/*). Nothing is said about an option that
 * still holds a variable. Chains are the builder's matter.
 */
export function checkMiddleware(middleware: Middleware, context: CheckContext): Verdict {
  const verdict = judge(middleware.spec, context, (path) => middleware.places.has(path));
  if (verdict.kind === 'ok') return OK;
  if (verdict.kind === 'unjudged') return unknownAt(middleware.variables, verdict.path) ? OK : verdict;
  const faults = verdict.faults.filter(({ path }) => !unknownAt(middleware.variables, path));
  return faults.length === 0 ? OK : { kind: 'fault', faults };
}

function fault(says: string, path: string): Verdict {
  return { kind: 'fault', faults: [{ says, path }] };
}

/** All that is wrong, in the order in which the engine looks; what cannot be known counts only where nothing is. */
function all(...verdicts: readonly Verdict[]): Verdict {
  const faults = verdicts.flatMap((verdict) => (verdict.kind === 'fault' ? verdict.faults : []));
  if (faults.length > 0) return { kind: 'fault', faults };
  return verdicts.find(({ kind }) => kind === 'unjudged') ?? OK;
}

function judge(spec: MiddlewareSpec, context: CheckContext, written: Written): Verdict {
  switch (spec.kind) {
    case 'addPrefix':
      return spec.prefix === '' ? fault('prefix cannot be empty', 'addPrefix.prefix') : OK;
    case 'basicAuth':
    case 'digestAuth':
      return usersFault(spec, context.disk);
    case 'buffering':
      return buffering(spec);
    case 'circuitBreaker':
      return said(circuitBreakerError(spec.expression), 'circuitBreaker.expression');
    case 'compress':
      return compress(spec, context.version);
    case 'errors':
      return all(statuses(spec.status, 'errors.status'), rewrites(spec.statusRewrites));
    case 'forwardAuth':
      return forwardAuth(spec, context.disk);
    case 'headers':
      return headers(spec, context.version, written);
    case 'inFlightReq':
      return criterion(spec.sourceCriterion, 'inFlightReq', 'error creating requests limiter: ');
    case 'ipAllowList':
      return ipAllowList(spec, context.version);
    case 'plugin':
      return plugin(spec, context);
    case 'rateLimit':
      return rateLimit(spec, context);
    case 'redirectRegex':
      return pattern(spec.regex, 'redirectRegex.regex', '');
    case 'redirectScheme':
      return spec.scheme === '' ? fault('you must provide a target scheme', 'redirectScheme.scheme') : OK;
    case 'replacePathRegex':
      return pattern(spec.regex.trim(), 'replacePathRegex.regex', `error compiling regular expression ${spec.regex}: `);
    case 'retry':
      return retry(spec);
    case 'stripPrefixRegex':
      return all(...spec.regex.map((regex, index) => pattern(regex.trim(), `stripPrefixRegex.regex[${String(index)}]`, '')));
    case 'apiKey':
    case 'chain':
    case 'consumerLimit':
    case 'contentType':
    case 'encodedCharacters':
    case 'groups':
    case 'grpcWeb':
    case 'jwt':
    case 'login':
    case 'passTLSClientCert':
    case 'replacePath':
    case 'stripPrefix':
      return OK;
    default:
      return assertNever(spec);
  }
}

function said(error: string | undefined, path: string): Verdict {
  return error === undefined ? OK : fault(error, path);
}

function pattern(source: string, path: string, prefix: string): Verdict {
  const parsed = parseRe2(source);
  return parsed.ok ? OK : fault(`${prefix}${parsed.error.message}`, path);
}

function buffering(spec: SpecOf<'buffering'>): Verdict {
  const amounts = [
    ['memRequestBodyBytes', 'mem'],
    ['maxRequestBodyBytes', 'max'],
    ['memResponseBodyBytes', 'mem'],
    ['maxResponseBodyBytes', 'max'],
  ] as const;
  const negative = amounts.map(([key, word]) => (spec[key] < 0 ? fault(`${word} bytes should be >= 0 got ${integerText(spec[key])}`, `buffering.${key}`) : OK));
  const expression = spec.retryExpression === '' ? OK : said(retryExpressionError(spec.retryExpression), 'buffering.retryExpression');
  return all(...negative, expression);
}

const ENCODINGS: readonly string[] = ['gzip', 'br', 'zstd'];

function compress(spec: SpecOf<'compress'>, version: EngineVersion): Verdict {
  const types = (list: readonly string[], key: string, prefix: string): Verdict =>
    all(...list.map((type, index) => {
      const error = mediaTypeError(type);
      return error === undefined ? OK : fault(prefix + error, `compress.${key}[${String(index)}]`);
    }));
  if (version === '2.11') return types(spec.excludedContentTypes, 'excludedContentTypes', '');
  if (spec.excludedContentTypes.length > 0 && spec.includedContentTypes.length > 0) return fault('excludedContentTypes and includedContentTypes options are mutually exclusive', 'compress.includedContentTypes');
  return all(
    types(spec.excludedContentTypes, 'excludedContentTypes', 'parsing excluded media type: '),
    types(spec.includedContentTypes, 'includedContentTypes', 'parsing included media type: '),
    spec.encodings.length === 0 ? fault('at least one encoding must be specified', 'compress.encodings') : OK,
    ...spec.encodings.map((encoding, index) => (ENCODINGS.includes(encoding) ? OK : fault(`unsupported encoding: ${encoding}`, `compress.encodings[${String(index)}]`))),
    spec.defaultEncoding === '' || spec.encodings.includes(spec.defaultEncoding) ? OK : fault(`unsupported default encoding: ${spec.defaultEncoding}`, 'compress.defaultEncoding'),
  );
}

/** `NNN` or `NNN-MMM`; a third part is not looked at (pkg/types/http_code_range.go). */
function statuses(list: readonly string[], path: string, prefix = ''): Verdict {
  return all(...list.map((status, index) => {
    const error = statusError(status);
    return error === undefined ? OK : fault(prefix + error, `${path}[${String(index)}]`);
  }));
}

function statusError(status: string): string | undefined {
  const [low = '', high = low] = status.split('-');
  const bad = [low, high].map((code) => ({ code, says: unreadable(code) })).find(({ says }) => says !== undefined);
  return bad?.says === undefined ? undefined : `strconv.Atoi: parsing ${JSON.stringify(bad.code)}: ${bad.says}`;
}

/** Why Go's strconv.Atoi refuses a text. */
function unreadable(code: string): string | undefined {
  if (!/^[+-]?\d+$/.test(code)) return 'invalid syntax';
  const number = BigInt(code.replace(/^\+/, ''));
  return BigInt.asIntN(64, number) === number ? undefined : 'value out of range';
}

function rewrites(map: Readonly<Record<string, number>>): Verdict {
  return all(...Object.keys(map).map((key) => said(statusError(key), `errors.statusRewrites.${key}`)));
}

function forwardAuth(spec: SpecOf<'forwardAuth'>, disk: Disk): Verdict {
  const regex = spec.authResponseHeadersRegex;
  return all(
    spec.tls === undefined ? OK : clientTlsFault(spec.tls, disk, 'forwardAuth.tls', 'unable to create client TLS configuration: '),
    regex === '' ? OK : pattern(regex, 'forwardAuth.authResponseHeadersRegex', `error compiling regular expression ${regex}: `),
  );
}

function headers(spec: SpecOf<'headers'>, version: EngineVersion, written: Written): Verdict {
  const zeros = version !== '2.11' && (written('headers.stsSeconds') || written('headers.accessControlMaxAge'));
  if (!zeros && !hasEffect(spec, version)) return fault('headers configuration not valid', 'headers');
  return all(...spec.accessControlAllowOriginListRegex.map((regex, index) => pattern(regex, `headers.accessControlAllowOriginListRegex[${String(index)}]`, 'error occurred during origin parsing: ')));
}

/** Any option that is not at its zero value counts; 2.11 does not know all. */
function hasEffect(spec: SpecOf<'headers'>, version: EngineVersion): boolean {
  return Object.entries(spec).some(([key, value]) => key !== 'kind' && (version !== '2.11' || key !== 'contentSecurityPolicyReportOnly') && !isZero(value));
}

function isZero(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length === 0 : value === '' || value === 0 || value === false;
}

function criterion(spec: SourceCriterion | undefined, kind: 'rateLimit' | 'inFlightReq', prefix: string): Verdict {
  if (spec === undefined) return OK;
  const path = `${kind}.sourceCriterion`;
  const header = spec.requestHeaderName !== '';
  if (spec.ipStrategy !== undefined && header) return fault(`${prefix}iPStrategy and RequestHeaderName are mutually exclusive`, path);
  if (spec.ipStrategy !== undefined && spec.requestHost) return fault(`${prefix}iPStrategy and RequestHost are mutually exclusive`, path);
  if (header && spec.requestHost) return fault(`${prefix}requestHost and RequestHeaderName are mutually exclusive`, path);
  return strategy(spec.ipStrategy, `${path}.ipStrategy`, prefix);
}

function strategy(spec: IpStrategy | undefined, path: string, prefix: string): Verdict {
  if (spec === undefined) return OK;
  const subnet = spec.ipv6Subnet;
  const badSubnet = subnet !== undefined && (subnet <= 0 || subnet > 128);
  // With addresses to leave out the subnet is never looked at.
  if (spec.depth > 0 || spec.excludedIPs.length === 0) return badSubnet ? fault(`${prefix}invalid IPv6 subnet ${integerText(subnet)} value, should be greater to 0 and lower or equal to 128`, `${path}.ipv6Subnet`) : OK;
  return all(...badRanges(spec.excludedIPs).map(({ index, says }) => fault(prefix + says, `${path}.excludedIPs[${String(index)}]`)));
}

function ipAllowList(spec: SpecOf<'ipAllowList'>, version: EngineVersion): Verdict {
  const old = spec.writtenAs === 'ipWhiteList';
  const path = spec.writtenAs;
  if (spec.sourceRange.length === 0) return fault(`sourceRange is empty, ${old ? 'IPWhiteLister' : 'IPAllowLister'} not created`, `${path}.sourceRange`);
  const status = !old && version !== '2.11' && spec.rejectStatusCode !== 0 && !STATUS_CODES.has(spec.rejectStatusCode) ? fault(`invalid HTTP status code ${integerText(spec.rejectStatusCode)}`, `${path}.rejectStatusCode`) : OK;
  const ranges = badRanges(spec.sourceRange).map(({ index, says }) => fault(`cannot parse ${old ? 'CIDR whitelist' : 'CIDRs'} [${spec.sourceRange.join(' ')}]: ${says}`, `${path}.sourceRange[${String(index)}]`));
  return all(status, ...ranges, strategy(spec.ipStrategy, `${path}.ipStrategy`, ''));
}

/** The codes that Go's http.StatusText knows. */
const STATUS_CODES: ReadonlySet<number> = new Set([
  100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410,
  411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
]);

function plugin(spec: SpecOf<'plugin'>, context: CheckContext): Verdict {
  if (context.plugins === undefined) return { kind: 'unjudged', needs: 'static', what: 'plugin', path: `plugin.${spec.name}` };
  return context.plugins.has(spec.name) ? OK : fault(`plugin: unknown plugin type: ${spec.name}`, `plugin.${spec.name}`);
}

function rateLimit(spec: SpecOf<'rateLimit'>, context: CheckContext): Verdict {
  const prefix = context.version === '2.11' ? '' : 'getting source extractor: ';
  return all(
    criterion(spec.sourceCriterion, 'rateLimit', prefix),
    spec.period < 0 ? fault(`negative value not valid for period: ${goDurationText(spec.period)}`, 'rateLimit.period') : OK,
    redis(spec.redis, context.disk),
  );
}

function redis(options: unknown, disk: Disk): Verdict {
  const tls = fieldOf(options, 'tls');
  if (tls === undefined) return redisPool(options);
  const text = (key: string): string => String(fieldOf(tls, key) ?? '');
  return clientTlsFault({ ca: text('ca'), cert: text('cert'), key: text('key'), insecureSkipVerify: fieldOf(tls, 'insecureSkipVerify') === true }, disk, 'rateLimit.redis.tls', 'creating redis limiter: creating TLS config: ');
}

/** The client panics on sizes that its pool cannot have, and Traefik delivers no configuration any more (ran). */
function redisPool(options: unknown): Verdict {
  const lowest = { poolSize: 0, minIdleConns: -(2 ** 31), maxActiveConns: -(2 ** 31) };
  return all(...Object.entries(lowest).map(([key, least]) => {
    const size = Number(fieldOf(options, key) ?? 0);
    return size < least || size >= 2 ** 31 ? fault(`Error in Go routine (Traefik panics on the ${key} ${integerText(size)} and takes no configuration any more)`, `rateLimit.redis.${key}`) : OK;
  }));
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)).get(key) : undefined;
}

function retry(spec: SpecOf<'retry'>): Verdict {
  const never = spec.status.length === 0 && spec.disableRetryOnNetworkError;
  return all(
    never ? fault('retry middleware requires at least HTTP status codes or retry on TCP', 'retry.disableRetryOnNetworkError') : OK,
    spec.attempts <= 0 ? fault(`incorrect (or empty) value for attempt (${integerText(spec.attempts)})`, 'retry.attempts') : OK,
    statuses(spec.status, 'retry.status', 'creating HTTP code ranges: '),
  );
}

/** Go's Duration.String() of milliseconds: `-1m30s`, `1.5s`, `100ms`. */
export function goDurationText(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  const sign = milliseconds < 0 ? '-' : '';
  const total = Math.abs(milliseconds);
  if (total < 1) return `${sign}${String(Number((total * 1000).toFixed(3)))}µs`;
  if (total < 1000) return `${sign}${String(total)}ms`;
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor((total % 3_600_000) / 60_000);
  const seconds = Number(((total % 60_000) / 1000).toFixed(6));
  return `${sign}${hours > 0 ? `${String(hours)}h` : ''}${hours > 0 || minutes > 0 ? `${String(minutes)}m` : ''}${String(seconds)}s`;
}
