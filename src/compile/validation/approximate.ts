import { refName, type Decision, type Feature, type HttpMatcher, type Probe } from '../../ir/index.ts';
import type { Judged } from '../../targets/judge.ts';
import type { Answer } from './verdict.ts';

/** What approximations that were allowed by name may change. */
export interface Approximate {
  /** Differences that each router's own middlewares and services may make. */
  readonly routers: ReadonlyMap<string, readonly RegExp[]>;
  /** Matchers of rules: whoever answers may be another one, but only where the matcher reads the request otherwise. */
  readonly matchers: readonly HttpMatcher[];
}

/** Answers of the target itself in place of an endpoint's, or the other way round. */
const ANSWERED = /^(?:answered by|status|body|response header )/;
const NOTHING = /(?!)/;

/** What a feature may change where it is approximate; one that is not here may change all but who answers. */
const CHANGES: Partial<Record<Feature, RegExp>> = {
  'chain.order': /^response header /i,
  'middleware.basicAuth.usersFile': ANSWERED,
  'middleware.compress': /^response header (?:content-encoding|vary|accept-ranges|content-type)$/i,
  'middleware.contentType': /^response header content-type$/i,
  'middleware.errors': NOTHING,
  'middleware.forwardAuth': /^(?:answered by|status|body|response header |request header )/,
  'middleware.headers.cors': ANSWERED,
  'middleware.inFlightReq': NOTHING,
  'middleware.rateLimit': NOTHING,
  'middleware.rateLimit.sourceCriterion': NOTHING,
  'middleware.redirectRegex': /^(?:status|response header location)$/i,
  'middleware.redirectScheme': ANSWERED,
  'middleware.replacePath': /^request header x-(?:replaced|forwarded)-path$/i,
  'middleware.replacePathRegex': /^(?:request header x-(?:replaced|forwarded)-path$|answered by|status)/i,
  'middleware.retry': NOTHING,
  'middleware.retry.status': NOTHING,
  'service.healthCheck': NOTHING,
  'service.passiveHealthCheck': NOTHING,
  'service.strategy': NOTHING,
  'service.sticky': /^(?:endpoint|response header set-cookie)$/i,
  'service.transport': NOTHING,
  'service.weighted': NOTHING,
  'tls.resolver': NOTHING,
};

const ALL_BUT_ENDPOINT = /^(?!endpoint$)/;

export function approximated(judged: readonly Judged[]): Approximate {
  const routers = new Map<string, RegExp[]>();
  const matchers: HttpMatcher[] = [];
  for (const { use, allowed } of judged) {
    if (allowed === undefined) continue;
    const { route } = use.site;
    const matcher = matcherOf(use.feature, use.use);
    if (matcher !== undefined) matchers.push(matcher);
    else if (route !== undefined) routers.set(refName(route.router), [...(routers.get(refName(route.router)) ?? []), CHANGES[use.feature] ?? ALL_BUT_ENDPOINT]);
  }
  return { routers, matchers };
}

function matcherOf(feature: Feature, use: Judged['use']['use']): HttpMatcher | undefined {
  return feature.startsWith('rule.') && isMatcher(use) ? use : undefined;
}

function isMatcher(use: Judged['use']['use']): use is HttpMatcher {
  return 'kind' in use && ['header', 'headerRegexp', 'query', 'queryPresent', 'queryRegexp', 'host'].includes(use.kind);
}

/** A difference that an allowed approximation accounts for; everything else is a mistake in the files. */
export function lenient(answer: Answer, probe: Probe, decision: Decision, { routers, matchers }: Approximate): Answer {
  if (answer.kind !== 'differs') return answer;
  const own = routers.get(routerOf(decision) ?? '') ?? [];
  const excused = matchers.some((matcher) => readsOtherwise(matcher, probe)) || own.some((changes) => changes.test(answer.mismatch.what));
  return excused ? { kind: 'declined' } : answer;
}

/** The requests that verdicts of rules speak of: repeated fields, values with escapes or repeats, hosts that are written oddly. */
function readsOtherwise(matcher: HttpMatcher, probe: Probe): boolean {
  switch (matcher.kind) {
    case 'header': case 'headerRegexp': {
      const name = matcher.name.value.toLowerCase();
      return probe.headers.filter(([field]) => field.toLowerCase() === name).length > 1;
    }
    case 'query': case 'queryPresent': case 'queryRegexp': return isOddQuery(probe.target, matcher.name.value);
    case 'host': return probe.host !== null && !/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(probe.host);
    default: return false;
  }
}

function isOddQuery(target: string, name: string): boolean {
  const query = target.split('?').slice(1).join('?');
  const names = query.split(/[&;]/).map((pair) => pair.split('=', 1)[0]);
  return /[%+]/.test(query) || names.filter((one) => one === name).length > 1;
}

export function routerOf(decision: Decision): string | null {
  return (decision.kind === 'forward' || decision.kind === 'respond') && decision.router !== null ? refName(decision.router) : null;
}
