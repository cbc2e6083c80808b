import type { HttpMatcher, RuleExpr } from '../ir/index.ts';
import { compileRule } from '../runtime/match/index.ts';
import type { MatchRequest } from '../runtime/match/index.ts';
import { assertNever } from '../text/index.ts';

/** What a matcher asks about, in words. */
export type Aspect = 'host' | 'path' | 'method' | 'header' | 'query' | 'client';

/** How a rule stands to one aspect of a request, whatever the others say. */
export interface AspectVerdict {
  readonly aspect: Aspect;
  readonly ok: boolean;
  /** `path ok`, `path is not under /api`. */
  readonly text: string;
}

const ASPECTS: readonly Aspect[] = ['host', 'path', 'method', 'header', 'query', 'client'];

/** Why a rule does not match: its first part that is false, in words. */
export function whyNot(rule: RuleExpr, request: MatchRequest): string {
  switch (rule.kind) {
    case 'match': return words(rule.matcher, request, false);
    case 'constant': return 'the rule never matches';
    case 'not': return `excluded: ${whyHolds(rule.operand, request)}`;
    case 'or': return rule.operands.length > 3 ? `none of ${String(rule.operands.length)} alternatives (${whyNot(rule.operands[0] ?? rule, request)}, ...)` : rule.operands.map((operand) => whyNot(operand, request)).join(', and ');
    case 'and': {
      const failed = rule.operands.find((operand) => !compileRule(operand)(request));
      return failed === undefined ? 'no match' : whyNot(failed, request);
    }
    default: return assertNever(rule);
  }
}

/** Why a part that a `!` stands before is true. */
function whyHolds(rule: RuleExpr, request: MatchRequest): string {
  switch (rule.kind) {
    case 'match': return words(rule.matcher, request, true);
    case 'constant': return 'it always matches';
    case 'not': return whyNot(rule.operand, request);
    case 'and': return rule.operands.map((operand) => whyHolds(operand, request)).join(' and ');
    case 'or': {
      const held = rule.operands.find((operand) => compileRule(operand)(request));
      return held === undefined ? 'no match' : whyHolds(held, request);
    }
    default: return assertNever(rule);
  }
}

/** One verdict for every aspect that the rule asks about. */
export function aspectsOf(rule: RuleExpr, request: MatchRequest): readonly AspectVerdict[] {
  const matches = matchesIn(rule);
  return ASPECTS.flatMap((aspect): readonly AspectVerdict[] => {
    const own = matches.filter(({ matcher }) => aspectOf(matcher) === aspect);
    if (own.length === 0) return [];
    const ok = possible(rule, aspect, request) !== false;
    return [{ aspect, ok, text: ok ? `${aspect} ok` : failing(own, request, aspect) }];
  });
}

type Match = Extract<RuleExpr, { kind: 'match' }>;

function matchesIn(rule: RuleExpr): readonly Match[] {
  if (rule.kind === 'match') return [rule];
  if (rule.kind === 'constant') return [];
  return rule.kind === 'not' ? matchesIn(rule.operand) : rule.operands.flatMap(matchesIn);
}

function failing(matches: readonly Match[], request: MatchRequest, aspect: Aspect): string {
  const failed = matches.filter((match) => !compileRule(match)(request));
  const [first] = failed;
  if (first === undefined) return `${aspect} is excluded`;
  const more = failed.length - 1;
  return `${words(first.matcher, request, false)}${more === 0 ? '' : ` (and ${String(more)} more)`}`;
}

/** True, false, or undefined where only other aspects decide. */
function possible(rule: RuleExpr, aspect: Aspect, request: MatchRequest): boolean | undefined {
  switch (rule.kind) {
    case 'match': return aspectOf(rule.matcher) === aspect ? compileRule(rule)(request) : undefined;
    case 'constant': return rule.value;
    case 'not': {
      const inner = possible(rule.operand, aspect, request);
      return inner === undefined ? undefined : !inner;
    }
    case 'and': return joined(rule.operands.map((operand) => possible(operand, aspect, request)), false);
    case 'or': return joined(rule.operands.map((operand) => possible(operand, aspect, request)), true);
    default: return assertNever(rule);
  }
}

/** `deciding` settles it; otherwise one that is open leaves it open. */
function joined(values: readonly (boolean | undefined)[], deciding: boolean): boolean | undefined {
  if (values.includes(deciding)) return deciding;
  return values.includes(undefined) ? undefined : !deciding;
}

function aspectOf(matcher: HttpMatcher): Aspect {
  switch (matcher.kind) {
    case 'host': case 'hostRegexp': return 'host';
    case 'path': case 'pathPrefix': case 'pathRegexp': return 'path';
    case 'method': return 'method';
    case 'header': case 'headerRegexp': return 'header';
    case 'query': case 'queryPresent': case 'queryRegexp': return 'query';
    case 'clientIp': return 'client';
    default: return assertNever(matcher);
  }
}

/** What a matcher found, said as it is: `held` or not. Values of headers and queries are never repeated. */
function words(matcher: HttpMatcher, request: MatchRequest, held: boolean): string {
  const is = held ? 'is' : 'is not';
  const does = held ? 'matches' : 'does not match';
  switch (matcher.kind) {
    case 'host': return `host ${is} ${matcher.host.value}`;
    case 'hostRegexp': return `host ${does} ${matcher.pattern.value}`;
    case 'path': return `path ${is} ${matcher.path.value}`;
    case 'pathPrefix': return `path ${is} under ${matcher.prefix.value}`;
    case 'pathRegexp': return `path ${does} ${matcher.pattern.value}`;
    case 'method': return held ? `method is ${request.method}` : `method is ${request.method}, not ${matcher.method.value}`;
    case 'header': return `header ${matcher.name.value} ${is} the wanted value`;
    case 'headerRegexp': return `header ${matcher.name.value} ${does} ${matcher.pattern.value}`;
    case 'query': return matcher.value === undefined ? `query has ${held ? 'an' : 'no'} empty ${matcher.name.value}` : `query ${matcher.name.value} ${is} the wanted value`;
    case 'queryPresent': return `query has ${held ? '' : 'no '}${matcher.name.value}`;
    case 'queryRegexp': return `query ${matcher.name.value} ${does}`;
    case 'clientIp': return `client ${request.clientIp} ${is} in ${matcher.range.value}`;
    default: return assertNever(matcher);
  }
}
