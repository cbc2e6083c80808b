import type { KongPlugin } from './document.ts';
import { contains, parseAddress, parseNetwork } from './ip.ts';
import { headerValues } from './request.ts';
import type { RouterRequest } from './request.ts';
import { basicAnswer, keyAnswer, tokenAnswer } from './plugin-auth.ts';
import { corsAnswer } from './plugin-cors.ts';
import { errorBody } from './plugin-state.ts';
import type { AccessState, Answer } from './plugin-state.ts';
import { booleanAt, numberAt, stringAt, stringsAt } from './value.ts';

/** Order of execution is by priority, not by the order in the file (ran). */
const PRIORITY: Readonly<Record<string, number>> = {
  'correlation-id': 100001, 'bot-detection': 2500, cors: 2000, jwt: 1450, 'key-auth': 1250, 'basic-auth': 1100, 'ip-restriction': 990, 'request-size-limiting': 951, acl: 950,
  'rate-limiting': 910, 'request-transformer': 801, 'response-transformer': 800, redirect: 779, 'proxy-cache': 100, 'request-termination': 2, 'pre-function': 1_000_000, 'post-function': -1000,
};

/** One instance per name: the route's wins over the service's, which wins over the global one. */
export function effectivePlugins(route: readonly KongPlugin[], service: readonly KongPlugin[], global: readonly KongPlugin[]): readonly KongPlugin[] {
  const chosen = new Map<string, KongPlugin>();
  for (const plugin of [...global, ...service, ...route]) if (plugin.enabled) chosen.set(plugin.name, plugin);
  return [...chosen.values()].sort((a, b) => (PRIORITY[b.name] ?? 0) - (PRIORITY[a.name] ?? 0));
}

/** Runs the access phase: the first plugin that answers ends it. */
export function runAccess(plugins: readonly KongPlugin[], state: AccessState): Answer | undefined {
  for (const plugin of plugins) {
    const answer = accessOf(plugin, state);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function accessOf(plugin: KongPlugin, state: AccessState): Answer | undefined {
  switch (plugin.name) {
    case 'request-termination':
      return { status: numberAt(plugin.config, 'status_code') ?? 503, headers: [], body: stringAt(plugin.config, 'body') ?? JSON.stringify({ message: stringAt(plugin.config, 'message') ?? 'Service unavailable' }) };
    case 'redirect':
      return redirectAnswer(plugin, state.request);
    case 'ip-restriction':
      return ipAnswer(plugin, state.request);
    case 'request-size-limiting':
      return sizeAnswer(plugin, state.request);
    case 'basic-auth':
      return basicAnswer(plugin, state);
    case 'key-auth':
      return keyAnswer(plugin, state);
    case 'jwt':
      return tokenAnswer(plugin, state);
    case 'rate-limiting':
      // The first request of a consumer's window; other counters are not followed.
      if (stringAt(plugin.config, 'limit_by') !== 'consumer' || state.consumer === undefined) state.unmodelled.push(plugin.name);
      return undefined;
    case 'acl':
      return aclAnswer(plugin, state);
    case 'cors':
      return corsAnswer(plugin, state.request);
    case 'bot-detection':
      return botAnswer(plugin, state.request);
    case 'request-transformer':
    case 'response-transformer':
    case 'correlation-id':
      return undefined;
    default:
      state.unmodelled.push(plugin.name);
      return undefined;
  }
}

function redirectAnswer(plugin: KongPlugin, request: RouterRequest): Answer {
  const location = stringAt(plugin.config, 'location') ?? '';
  const status = numberAt(plugin.config, 'status_code') ?? 301;
  return { status, headers: [['Location', booleanAt(plugin.config, 'keep_incoming_path', false) ? withPath(location, request) : location]], body: 'redirecting' };
}

/**
 * `keep_incoming_path` takes the clean path and the query of the request and drops those of the location (ran). Kong sets them
 * with the parser that Node has too, so the same characters are escaped.
 */
function withPath(location: string, request: RouterRequest): string {
  if (!URL.canParse(location)) return location;
  const url = new URL(location);
  url.pathname = Buffer.from(request.path, 'latin1').toString('utf8');
  url.search = request.line.args;
  url.hash = '';
  return url.href;
}

function ipAnswer(plugin: KongPlugin, request: RouterRequest): Answer | undefined {
  const address = parseAddress(request.probe.clientIp);
  const inside = (list: string): boolean => stringsAt(plugin.config, list).some((text) => {
    const network = parseNetwork(text);
    return network !== undefined && address !== undefined && contains(network, address);
  });
  const denied = inside('deny') || (stringsAt(plugin.config, 'allow').length > 0 && !inside('allow'));
  if (!denied) return undefined;
  const message = stringAt(plugin.config, 'message') ?? `IP address not allowed: ${request.probe.clientIp}`;
  return { status: numberAt(plugin.config, 'status') ?? 403, headers: [], body: errorBody(message) };
}

const UNITS: Readonly<Record<string, number>> = { bytes: 1, kilobytes: 1024, megabytes: 1_048_576 };

function sizeAnswer(plugin: KongPlugin, request: RouterRequest): Answer | undefined {
  const limit = (numberAt(plugin.config, 'allowed_payload_size') ?? 128) * (UNITS[stringAt(plugin.config, 'size_unit') ?? 'megabytes'] ?? 1);
  const declared = headerValues(request, 'content-length')[0];
  const length = declared !== undefined && /^\d+$/.test(declared) ? Number(declared) : (request.probe.body?.length ?? 0);
  if (length <= limit) return undefined;
  const waits = headerValues(request, 'expect')[0]?.trim().toLowerCase() === '100-continue';
  return { status: waits ? 417 : 413, headers: [], body: errorBody('Request size limit exceeded') };
}

function aclAnswer(plugin: KongPlugin, state: AccessState): Answer | undefined {
  const groups = state.consumer?.groups ?? [];
  const allow = stringsAt(plugin.config, 'allow');
  const deny = stringsAt(plugin.config, 'deny');
  const allowed = allow.length > 0 ? groups.some((group) => allow.includes(group)) : !groups.some((group) => deny.includes(group));
  return allowed ? undefined : { status: 403, headers: [], body: errorBody('You cannot consume this service') };
}

/** Kong's built-in list is longer; the well-known crawlers stand for it. */
const BOTS = /(?:Googlebot|bingbot|Slurp|DuckDuckBot|Baiduspider|YandexBot|facebookexternalhit|(?:C|c)url\/[0-9]|scrapy)/;

function botAnswer(plugin: KongPlugin, request: RouterRequest): Answer | undefined {
  const agent = headerValues(request, 'user-agent')[0];
  if (agent === undefined) return undefined;
  const listed = (list: string): boolean => stringsAt(plugin.config, list).some((pattern) => new RegExp(pattern).test(agent));
  if (listed('allow')) return undefined;
  return listed('deny') || BOTS.test(agent) ? { status: 403, headers: [], body: errorBody('Forbidden') } : undefined;
}
