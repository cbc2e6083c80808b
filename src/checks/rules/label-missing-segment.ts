import { replaceFix } from '../support/edits.ts';
import { web } from '../support/examples.ts';
import { alsoAt, problemRule } from '../support/problem-rule.ts';

const rule = problemRule(
  'label-missing-segment',
  {
    summary: 'a label key that lacks a part',
    why: 'The options of a service stand below loadbalancer. Without that part Traefik finds no such option and drops the whole container, its routers included.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    bad: [web('the port without loadbalancer', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.services.web.server.port=80', '                          ^^^^^^ label-missing-segment')],
    good: [web('the whole key', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.services.web.loadbalancer.server.port=80')],
  },
  ({ problem }, context) => {
    const whole = problem.candidates?.[0] ?? problem.subject;
    const above = whole.slice(0, whole.lastIndexOf('.'));
    return {
      message: `"${problem.subject}" belongs below "${above}"`,
      label: `did you mean "${whole}"?`,
      help: `write "${whole}"`,
      ...alsoAt(problem, 'here too'),
      ...replaceFix(context, problem.origin, problem.subject, whole),
    };
  },
);
export default rule;
