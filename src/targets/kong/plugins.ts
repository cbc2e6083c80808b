import type { Middleware, SpecOf } from '../../ir/index.ts';
import { addressLiteral } from './address.ts';
import { hasCors } from './chain.ts';
import { accessList, consumerLimit, keyAuth, loginAuth, tokenAuth } from './consumers.ts';
import { corsPlugin } from './cors.ts';
import { mergeHeaders, securityHeaders, transformer } from './headers.ts';
import type { PluginPlan } from './plan.ts';
import { headerName } from './quote.ts';
import type { Report } from './report.ts';

/** A guard's answer. */
export const BAD_REQUEST: PluginPlan = { name: 'request-termination', config: { status_code: 400, message: 'Bad Request' } };
/** What Traefik itself would serve (`api@internal` and its kin) is not in Kong: the route keeps its place and answers 404. */
export const NOT_FOUND: PluginPlan = { name: 'request-termination', config: { status_code: 404, message: 'Not Found' } };
/** `noop@internal` answers so in Traefik. */
export const TEAPOT: PluginPlan = { name: 'request-termination', config: { status_code: 418, message: "I'm a teapot" } };

/** Plugins of a chain that can refuse or answer, in chain order. */
export function refusingPlugins(chain: readonly Middleware[], report: Report): readonly PluginPlan[] {
  return chain.flatMap((middleware) => {
    const { spec } = middleware;
    if (spec.kind === 'ipAllowList') return [ipRestriction(spec, middleware, report)];
    if (spec.kind === 'buffering' && spec.maxRequestBodyBytes > 0) return [{ name: 'request-size-limiting', config: { allowed_payload_size: spec.maxRequestBodyBytes, size_unit: 'bytes', require_content_length: false } }];
    if (spec.kind === 'rateLimit' && spec.average > 0) return [rateLimiting(spec, middleware, report)];
    const asking = askingPlugin(spec);
    if (asking !== undefined) return [asking];
    return spec.kind === 'headers' && hasCors(middleware) ? [corsPlugin(spec, middleware, report)] : [];
  });
}

/** Who calls, and whether they may. */
function askingPlugin(spec: Middleware['spec']): PluginPlan | undefined {
  switch (spec.kind) {
    case 'apiKey':
      return keyAuth({ names: spec.names, header: spec.in.includes('header'), query: spec.in.includes('query'), keep: spec.keep });
    case 'jwt':
      return tokenAuth(spec);
    case 'login':
      return loginAuth(spec);
    case 'groups':
      return accessList(spec.allow);
    case 'consumerLimit':
      return consumerLimit(spec.amount, spec.window);
    default:
      return undefined;
  }
}

function ipRestriction(spec: SpecOf<'ipAllowList'>, middleware: Middleware, report: Report): PluginPlan {
  const allow = spec.sourceRange.flatMap((range, index) => {
    const literal = addressLiteral(range);
    if (literal !== undefined) return [literal];
    report.unquotable('address range', { origin: middleware.places.get(`ipAllowList.sourceRange[${String(index)}]`) ?? middleware.origin, symbol: middleware.symbol }, 'it is neither an address nor a network');
    return [];
  });
  return { name: 'ip-restriction', config: { allow, status: spec.rejectStatusCode === 0 ? 403 : spec.rejectStatusCode, message: 'Forbidden' } };
}

const WINDOWS = [['second', 1000], ['minute', 60_000], ['hour', 3_600_000], ['day', 86_400_000]] as const;

/** A fixed window for a token bucket: the smallest window that holds the period, with the bucket's long-run rate. */
function rateLimiting(spec: SpecOf<'rateLimit'>, middleware: Middleware, report: Report): PluginPlan {
  const [name, length] = WINDOWS.find(([, milliseconds]) => milliseconds >= spec.period) ?? WINDOWS[3];
  const limit = Math.max(1, Math.round((spec.average * length) / Math.max(1, spec.period)), name === 'second' ? spec.burst : 1);
  const header = spec.sourceCriterion?.requestHeaderName ?? '';
  if (header !== '' && headerName(header) === undefined) report.unquotable('header name', { origin: middleware.places.get('rateLimit.sourceCriterion') ?? middleware.origin, symbol: middleware.symbol }, 'a header name holds letters, digits, `-` and `_`');
  return {
    name: 'rate-limiting',
    config: { [name]: limit, policy: 'local', fault_tolerant: true, hide_client_headers: true, ...(header === '' ? { limit_by: 'ip' } : { limit_by: 'header', header_name: header }) },
  };
}

/**
 * The two transformers: custom headers merged over the chain, security options as answer headers.
 * @param ownHost the endpoint is told its own name (`passHostHeader: false`), whatever a middleware set before
 */
export function changingPlugins(chain: readonly Middleware[], tls: boolean, uri: string | undefined, report: Report, ownHost = false): readonly PluginPlan[] {
  const asked = mergeHeaders(chain, (spec) => spec.customRequestHeaders);
  const request = transformer('request-transformer', ownHost ? new Map([...asked].filter(([name]) => name !== 'host')) : asked, report, uri);
  // What a redirection to HTTPS lets pass came that way. What a middleware writes by name takes the place of what any other one makes of an option.
  const answered = new Map([...mergeHeaders(chain, (spec, before) => securityHeaders(spec, tls || before.some(({ spec: other }) => other.kind === 'redirectScheme' && other.scheme === 'https'))), ...mergeHeaders(chain, (spec) => spec.customResponseHeaders)]);
  const response = transformer('response-transformer', answered, report);
  return [request, response].filter((plugin) => plugin !== undefined);
}
