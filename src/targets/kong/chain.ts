import type { Middleware, MiddlewareKind } from '../../ir/index.ts';
import { securityHeaders } from './headers.ts';
import { isPathChange, planPath } from './paths.ts';
import { isDefaultPort } from './redirect.ts';

/**
 * Kong's own order of what a chain can hold: HTTPS redirection in the router, then plugins by priority (cors 2000, jwt 1450,
 * key-auth 1250, basic-auth 1100, ip-restriction 990, request-size-limiting 951, acl 950, rate-limiting 910,
 * request-transformer 801). A chain must name what can
 * refuse or answer in this order; header and path changes commute with all of them.
 */
const STAGE: Partial<Record<MiddlewareKind, number>> = { encodedCharacters: 0, redirectScheme: 1, jwt: 3, apiKey: 4, login: 5, ipAllowList: 6, buffering: 7, groups: 8, rateLimit: 9, consumerLimit: 9 };

const AUTHENTICATION: ReadonlySet<MiddlewareKind> = new Set(['jwt', 'apiKey', 'login']);

/** Whether the middlewares of a chain before one of them find out who calls. */
export function knowsCaller(chain: readonly Middleware[], before = chain.length): boolean {
  return chain.slice(0, before).some(({ spec }) => AUTHENTICATION.has(spec.kind));
}

function stageOf(middleware: Middleware): number | undefined {
  if (middleware.spec.kind === 'headers' && hasCors(middleware)) return 2;
  return STAGE[middleware.spec.kind];
}

export function hasCors({ spec }: Middleware): boolean {
  if (spec.kind !== 'headers') return false;
  const lists = [spec.accessControlAllowHeaders, spec.accessControlAllowMethods, spec.accessControlAllowOriginList, spec.accessControlAllowOriginListRegex, spec.accessControlExposeHeaders];
  return lists.some((list) => list.length > 0) || spec.accessControlAllowCredentials || spec.addVaryHeader || spec.accessControlMaxAge !== 0;
}

/** Why Kong runs this chain in another order, with a different answer; undefined = the order is kept. */
export function orderProblem(chain: readonly Middleware[]): string | undefined {
  let last: { readonly stage: number; readonly kind: string } | undefined;
  for (const [index, middleware] of chain.entries()) {
    const stage = stageOf(middleware);
    const { kind } = middleware.spec;
    if (stage === undefined) continue;
    if (last !== undefined && stage < last.stage) return `${kind} runs before ${last.kind} in Kong, whatever the order in the file`;
    last = { stage, kind };
    const before = chain.slice(0, index);
    if (stage < 2 && before.some(isPathChange)) return `${kind} sees the path as it came in, also behind a path change`;
    if (kind === 'rateLimit' && before.some(setsHeaders)) return 'rate-limiting counts before request headers are changed';
    if (AUTHENTICATION.has(kind) && before.some(setsHeaders)) return `${kind} reads the request as it came, before request headers are changed`;
  }
  return undefined;
}

/** What answers in place of the endpoint. A limit of bodies or requests that is not set lets all pass. */
function mayRefuse({ spec }: Middleware): boolean {
  if (spec.kind === 'buffering') return spec.maxRequestBodyBytes > 0;
  if (spec.kind === 'rateLimit') return spec.average > 0;
  return AUTHENTICATION.has(spec.kind) || ['ipAllowList', 'groups', 'consumerLimit'].includes(spec.kind);
}

function changesAnswers({ spec }: Middleware): boolean {
  return spec.kind === 'headers' && Object.keys({ ...spec.customResponseHeaders, ...securityHeaders(spec, true) }).length > 0;
}

/** Whether a middleware changes the headers of answers that in Traefik never come to it, since one before it refuses: in Kong all answers of a route do. */
export function changesRefusals(chain: readonly Middleware[]): boolean {
  const refusing = chain.findIndex(mayRefuse);
  return refusing !== -1 && chain.slice(refusing + 1).some(changesAnswers);
}

/** Whether a middleware before a redirection to https sets response headers: Kong redirects before any plugin. */
export function losesHeaders(chain: readonly Middleware[]): boolean {
  const redirect = chain.findIndex(({ spec }) => spec.kind === 'redirectScheme' && isDefaultPort(spec));
  return redirect !== -1 && chain.slice(0, redirect).some(changesAnswers);
}

function setsHeaders({ spec }: Middleware): boolean {
  return spec.kind === 'headers' && Object.keys(spec.customRequestHeaders).length > 0;
}

/** Kinds that may stand twice: the same content is meant, or the later one wins as in Traefik. */
const REPEATABLE = new Set<MiddlewareKind>(['headers', 'contentType', 'compress', 'addPrefix', 'chain']);

/** Why one plugin per route cannot hold what a chain names twice. */
export function repeatProblem(chain: readonly Middleware[]): string | undefined {
  const counts = new Map<MiddlewareKind, number>();
  for (const middleware of chain) counts.set(middleware.spec.kind, (counts.get(middleware.spec.kind) ?? 0) + 1);
  for (const [kind, count] of counts) if (count > 1 && !REPEATABLE.has(kind)) return `a route has one instance of each plugin, and ${kind} stands ${String(count)} times in this chain`;
  if (counts.has('rateLimit') && counts.has('consumerLimit')) return 'a route has one rate-limiting plugin, and rateLimit and consumerLimit of this chain need one each';
  if (chain.filter(hasCors).length > 1) return 'a route has one cors plugin, and two middlewares of this chain need one';
  return undefined;
}

/** Why the path changes of a chain cannot be followed. */
export function pathProblem(chain: readonly Middleware[]): string | undefined {
  const result = planPath(chain);
  return result.ok ? undefined : result.why;
}
