import { web } from '../support/examples.ts';
import { problemRule } from '../support/problem-rule.ts';
import { ruleFix } from '../support/rule-text.ts';

const rule = problemRule(
  'rule-syntax',
  {
    summary: 'a rule that Traefik cannot read',
    why: 'A rule is a Go expression of matchers. One that cannot be read disables its router: requests get 404, and only the dashboard and the log say why.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    bad: [
      web('a comma for an operator', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`),PathPrefix(`/b`)', '                                                   ^ rule-syntax'),
      web('one ampersand', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`) & PathPrefix(`/b`)', '                                                    ^ rule-syntax'),
      web('a path without its slash', 'traefik.enable=true', 'traefik.http.routers.web.rule=PathPrefix(`api`)', '                                          ^^^ rule-syntax'),
      web('an unknown matcher', 'traefik.enable=true', 'traefik.http.routers.web.rule=pathPrefix(`/api`)', '                              ^^^^^^^^^^ rule-syntax'),
      web('an address that is none', 'traefik.enable=true', 'traefik.http.routers.web.rule=ClientIP(`300.1.1.1`)', '                                        ^^^^^^^^^ rule-syntax'),
    ],
    good: [web('operators, groups, both kinds of quotes', 'traefik.enable=true', 'traefik.http.routers.web.rule=(Host(`a.example.com`) || HOST("b.example.com")) && !PathPrefix(`/private`)')],
  },
  ({ problem }, context) => {
    if (problem.kind === 'rule-empty' && problem.hint === 'template') return { message: `the default rule makes nothing for router "${problem.subject}": it hands a label that the container does not have to a function`, help: 'read the label with {{ index .Labels "name" }}, which is empty where it is not there' };
    if (problem.kind === 'rule-empty') return { message: `router "${problem.subject}" has no rule`, help: 'add one: a TCP router needs HostSNI(`*`) at least' };
    const better = problem.candidates?.[0];
    return {
      message: problem.subject,
      ...(better === undefined ? {} : { label: `did you mean ${better}?`, help: `write ${better}` }),
      ...(better === undefined ? {} : ruleFix(context, problem.origin, better, problem.symbol)),
    };
  },
);
export default rule;
