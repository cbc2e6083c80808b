import { compose, web } from '../support/examples.ts';
import { problemRule } from '../support/problem-rule.ts';
import { ruleFix } from '../support/rule-text.ts';

const rule = problemRule(
  'rule-quote',
  {
    summary: 'a value in a rule without the right quotes',
    why: 'Values in a rule stand in backquotes or double quotes. Single and typographic quotes are refused; backquotes that a shell saw are gone, and with them the value. The router is disabled.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    bad: [
      web('single quotes', 'traefik.enable=true', "traefik.http.routers.web.rule=PathPrefix('/x')", '                                         ^^^^ rule-quote'),
      web('no quotes at all', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(a.example.com)', '                                   ^^^^^^^^^^^^^ rule-quote'),
      web('the shell took the value', 'traefik.enable=true', 'traefik.http.routers.web.rule=PathPrefix()', '                              ^^^^^^^^^^^^ rule-quote'),
      compose('the rule in quotes of its own', 'services:', '  web:', '    image: example/web:1', '    expose: ["80"]', '    labels:', '      - traefik.http.routers.web.rule="Host(`a.example.com`)"', '#                                     ^^^^^^^^^^^^^^^^^^^^^^^ rule-quote'),
    ],
    good: [web('backquotes or double quotes', 'traefik.enable=true', 'traefik.http.routers.web.rule=PathPrefix("/x") || Host(`a.example.com`)')],
  },
  ({ problem }, context) => {
    const better = problem.candidates?.[0];
    const quoted = problem.context === 'syntax';
    return {
      message: quoted ? 'the rule stands in quotes of its own' : problem.subject,
      ...(better === undefined ? {} : { label: `did you mean ${better}?` }),
      help: quoted ? 'remove the quotes around the rule; in YAML they belong around the whole "key=value"' : `${better === undefined ? 'write the value in backquotes' : `write ${better}`}; in a shell put single quotes around the whole label`,
      ...(better === undefined ? {} : ruleFix(context, problem.origin, better, problem.symbol)),
    };
  },
);
export default rule;
