import { onV2, web } from '../support/examples.ts';
import { problemRule } from '../support/problem-rule.ts';
import { ruleFix, secondArgument } from '../support/rule-text.ts';

const rule = problemRule(
  'rule-v2-syntax',
  {
    summary: 'a rule in the syntax of the other major version',
    why: 'Traefik 3 matchers take exactly one value and some have other names (Header for Headers, Host for HostHeader). A rule in the old form disables its router, and so does a new matcher on Traefik 2.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    needs: ['version'],
    bad: [
      web('several values', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`,`b.example.com`)', '                                                   ^^^^^^^^^^^^^^^ rule-v2-syntax'),
      web('several values in a longer rule', 'traefik.enable=true', 'traefik.http.routers.web.rule=PathPrefix(`/x`,`/y`) && Host(`a.example.com`)', '                                              ^^^^ rule-v2-syntax'),
      web('a matcher by its old name', 'traefik.enable=true', 'traefik.http.routers.web.rule=Headers(`X-A`,`b`)', '                              ^^^^^^^ rule-v2-syntax'),
      onV2(web('a matcher of Traefik 3', 'traefik.enable=true', 'traefik.http.routers.web.rule=Header(`X-A`,`b`)', '                              ^^^^^^ rule-v2-syntax')),
    ],
    good: [
      web('one value each', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`) || Host(`b.example.com`)'),
      onV2(web('several values on Traefik 2', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`,`b.example.com`)')),
    ],
  },
  ({ problem }, context) => {
    const better = problem.candidates?.[0];
    const second = problem.context === 'arity' ? secondArgument(context, problem.origin) : undefined;
    return {
      message: problem.subject,
      ...(second === undefined ? {} : { place: second }),
      ...(better === undefined ? {} : { label: second === undefined ? `write ${better}` : 'second value', help: `write ${better}`, ...ruleFix(context, problem.origin, better, problem.symbol) }),
    };
  },
);
export default rule;
