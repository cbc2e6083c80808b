import { visitMatchers } from '../../ir/index.ts';
import type { HttpMatcher, Router, TcpRouter } from '../../ir/index.ts';
import { neverMatches, tcpNeverMatches } from '../../rule-lang/index.ts';
import type { MatcherFact } from '../../rule-lang/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { LintContext, LintRule, ResolvedGateway } from '../rule.ts';
import { writtenAt } from '../support/edits.ts';
import { onV2, web } from '../support/examples.ts';
import { reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';
import { casesOf } from '../support/overlap.ts';
import { ruleFix } from '../support/rule-text.ts';

const rule: LintRule = {
  id: 'rule-never-matches',
  meta: {
    summary: 'a rule that no request can match',
    why: 'Traefik accepts the rule, shows the router as enabled, and answers 404: braces of Traefik 2 are literal text in 3, a host never holds a scheme, a port or a path, and a path that is compared is clean already.',
    category: 'correctness',
    severity: 'error',
    blocking: false,
    fix: 'unsafe',
    needs: ['version'],
    bad: [
      web('a scheme in a host', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`https://a.example.com/`)', '                                    ^^^^^^^^^^^^^^^^^^^^^^ rule-never-matches'),
      web('a port in a host', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com:8080`)', '                                    ^^^^^^^^^^^^^^^^^^ rule-never-matches'),
      web('braces of Traefik 2', 'traefik.enable=true', 'traefik.http.routers.web.rule=Path(`/u/{id}`)', '                                    ^^^^^^^ rule-never-matches'),
      web('a pattern of Traefik 2', 'traefik.enable=true', 'traefik.http.routers.web.rule=HostRegexp(`{s:[a-z]+}.example.com`)', '                                          ^^^^^^^^^^^^^^^^^^^^^^ rule-never-matches'),
      onV2(web('a wildcard before 3.7', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`*.example.com`)', '                                    ^^^^^^^^^^^^^ rule-never-matches')),
    ],
    good: [
      web('a wildcard in 3.7', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`*.example.com`)'),
      onV2(web('braces on Traefik 2', 'traefik.enable=true', 'traefik.http.routers.web.rule=Path(`/u/{id}`)')),
    ],
  },
  check: (context) => reportModel(context, (resolved) => [...resolved.gateway.routers.flatMap((router) => ofRouter(router, resolved, context)), ...resolved.gateway.tcpRouters.flatMap((router) => ofTcp(router, context))]),
};
export default rule;

function ofRouter(router: Router, resolved: ResolvedGateway, context: LintContext): readonly ModelFinding[] {
  const version = resolved.version === '2.11' ? '2.11' : '3.7';
  const sanitizePath = !resolved.routing.listeners.some(({ entryPoint }) => !entryPoint.sanitizePath);
  const dead = new Set<HttpMatcher>();
  const facts: { readonly fact: MatcherFact; readonly whole: OriginId }[] = [];
  visitMatchers(router.rule, (matcher, whole) => {
    const fact = neverMatches(matcher, { version, sanitizePath });
    if (fact === undefined) return;
    dead.add(matcher);
    facts.push({ fact, whole });
  });
  const cases = casesOf(router.rule);
  const never = cases !== undefined && cases.every((one) => one.some((atom) => !atom.negated && dead.has(atom.matcher)));
  return facts.map(({ fact, whole }) => finding(fact, whole, { never, symbol: `${router.symbol}.rule`, version: resolved.version }, context));
}

function ofTcp(router: TcpRouter, context: LintContext): readonly ModelFinding[] {
  const found: ModelFinding[] = [];
  visitMatchers(router.rule, (matcher, whole) => {
    const fact = tcpNeverMatches(matcher);
    if (fact !== undefined) found.push(finding(fact, whole, { never: router.rule.kind === 'match', symbol: `${router.symbol}.rule`, version: undefined }, context));
  });
  return found;
}

interface Found {
  /** Whether the whole rule is dead, not only one alternative. */
  readonly never: boolean;
  readonly symbol: string;
  readonly version: string | undefined;
}

function finding(fact: MatcherFact, whole: OriginId, found: Found, context: LintContext): ModelFinding {
  const written = writtenAt(context, fact.origin);
  const what = written === undefined ? 'this matcher' : `"${written}"`;
  const better = fact.suggestion;
  return {
    origin: fact.origin,
    symbol: found.symbol,
    severity: found.never ? 'error' : 'warning',
    message: `no request matches ${what}: ${fact.reason}`,
    ...(better === undefined ? {} : { label: `did you mean ${better}?`, help: `write ${better}` }),
    why: `Traefik${found.version === undefined ? '' : ` ${found.version}`} accepts the rule and ${found.never ? 'answers 404 to every request of this router' : 'never uses this part of it'}`,
    ...(better === undefined ? {} : ruleFix(context, fact.replaces === 'matcher' ? whole : fact.origin, better, found.symbol, 'unsafe')),
  };
}
