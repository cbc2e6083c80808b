import type { HttpMatcher, RuleExpr } from '../ir/index.ts';
import { compileRule } from '../runtime/match/index.ts';
import type { MatchRequest } from '../runtime/match/index.ts';
import { assertNever } from '../text/index.ts';

/** Why a rule does not match: its first part that is false, in words. */
export function whyNot(rule: RuleExpr, request: MatchRequest): string {
  switch (rule.kind) {
    case 'match': return matcherReason(rule.matcher, request);
    case 'constant': return 'the rule never matches';
    case 'not': return `excluded by ${describe(rule.operand)}`;
    case 'or': return rule.operands.length > 3 ? `none of ${String(rule.operands.length)} alternatives (${whyNot(rule.operands[0] ?? rule, request)}, ...)` : rule.operands.map((operand) => whyNot(operand, request)).join(', and ');
    case 'and': {
      const failed = rule.operands.find((operand) => !compileRule(operand)(request));
      return failed === undefined ? 'no match' : whyNot(failed, request);
    }
    default: return assertNever(rule);
  }
}

function matcherReason(matcher: HttpMatcher, request: MatchRequest): string {
  switch (matcher.kind) {
    case 'host': return `host is not ${matcher.host.value}`;
    case 'hostRegexp': return `host does not match ${matcher.pattern.value}`;
    case 'path': return `path is not ${matcher.path.value}`;
    case 'pathPrefix': return `path is not under ${matcher.prefix.value}`;
    case 'pathRegexp': return `path does not match ${matcher.pattern.value}`;
    case 'method': return `method is ${request.method}, not ${matcher.method.value}`;
    case 'header': return `header ${matcher.name.value} is not the wanted value`;
    case 'headerRegexp': return `header ${matcher.name.value} does not match ${matcher.pattern.value}`;
    case 'query': return matcher.value === undefined ? `query has no empty ${matcher.name.value}` : `query ${matcher.name.value} is not the wanted value`;
    case 'queryPresent': return `query has no ${matcher.name.value}`;
    case 'queryRegexp': return `query ${matcher.name.value} does not match`;
    case 'clientIp': return `client ${request.clientIp} is not in ${matcher.range.value}`;
    default: return assertNever(matcher);
  }
}

function describe(rule: RuleExpr): string {
  if (rule.kind === 'match') return `!${rule.matcher.kind}`;
  return 'its negation';
}
