import { visitMatchers } from '../../ir/index.ts';
import type { Argument, HttpMatcher, Router, RuleExpr, TcpRouter } from '../../ir/index.ts';
import { casesOf } from '../../analysis/index.ts';
import { mapRule, neverMatches, parseRule, tcpNeverMatches } from '../../rule-lang/index.ts';
import type { MatcherFact } from '../../rule-lang/index.ts';
import { known } from '../../text/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { LintContext, LintRule, ResolvedGateway } from '../rule.ts';
import { writtenAt } from '../support/edits.ts';
import { onV2, web } from '../support/examples.ts';
import { reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';
import { exampleText } from '../support/routes.ts';
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
  const facts: { readonly matcher: HttpMatcher; readonly fact: MatcherFact; readonly whole: OriginId }[] = [];
  visitMatchers(router.rule, (matcher, whole) => {
    const fact = neverMatches(matcher, { version, sanitizePath });
    if (fact === undefined) return;
    dead.add(matcher);
    facts.push({ matcher, fact, whole });
  });
  if (facts.length === 0) return [];
  const cases = casesOf(router.rule);
  const never = cases !== undefined && cases.every((one) => one.some((atom) => !atom.negated && dead.has(atom.matcher)));
  return facts.map(({ matcher, fact, whole }) => finding(fact, whole, { never, symbol: `${router.symbol}.rule`, version: resolved.version, missed: never ? missed(router, matcher, fact, context) : undefined }, context));
}

/** A request that the rule accepts as soon as the suggestion stands in it. */
function missed(router: Router, dead: HttpMatcher, fact: MatcherFact, context: LintContext): string | undefined {
  const meant = fact.suggestion === undefined ? undefined : fact.replaces === 'matcher' ? parsed(fact.suggestion, router, fact, context) : withArgument(dead, fact.origin, fact.suggestion);
  return meant === undefined ? undefined : exampleText(mapRule(router.rule, (leaf) => (leaf.matcher === dead ? meant(leaf) : leaf)));
}

type Change = (leaf: Extract<RuleExpr, { kind: 'match' }>) => RuleExpr;

function parsed(suggestion: string, router: Router, fact: MatcherFact, { origins }: LintContext): Change | undefined {
  const { rule } = parseRule({ value: known(suggestion), origin: origins.derived('a suggestion', [fact.origin]) }, router.syntax, '3.7', origins);
  return rule === undefined ? undefined : () => rule;
}

function withArgument(dead: HttpMatcher, origin: OriginId, value: string): Change | undefined {
  const put = (argument: Argument): Argument => (argument.origin === origin ? { ...argument, value } : argument);
  switch (dead.kind) {
    case 'host':
      return (leaf) => ({ ...leaf, matcher: { ...dead, host: put(dead.host) } });
    case 'path':
      return (leaf) => ({ ...leaf, matcher: { ...dead, path: put(dead.path) } });
    case 'pathPrefix':
      return (leaf) => ({ ...leaf, matcher: { ...dead, prefix: put(dead.prefix) } });
    case 'method':
      return (leaf) => ({ ...leaf, matcher: { ...dead, method: put(dead.method) } });
    default:
      return undefined;
  }
}

function ofTcp(router: TcpRouter, context: LintContext): readonly ModelFinding[] {
  const found: ModelFinding[] = [];
  visitMatchers(router.rule, (matcher, whole) => {
    const fact = tcpNeverMatches(matcher);
    if (fact !== undefined) found.push(finding(fact, whole, { never: router.rule.kind === 'match', symbol: `${router.symbol}.rule`, version: undefined, missed: undefined }, context));
  });
  return found;
}

interface Found {
  /** Whether the whole rule is dead, not only one alternative. */
  readonly never: boolean;
  readonly symbol: string;
  readonly version: string | undefined;
  /** A request that was meant, and that the rule does not accept. */
  readonly missed: string | undefined;
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
    why: `Traefik${found.version === undefined ? '' : ` ${found.version}`} accepts the rule and ${found.never ? `answers 404 to every request of this router${found.missed === undefined ? '' : `: it never takes ${found.missed}`}` : 'never uses this part of it'}`,
    ...(better === undefined ? {} : ruleFix(context, fact.replaces === 'matcher' ? whole : fact.origin, better, found.symbol, 'unsafe')),
  };
}
