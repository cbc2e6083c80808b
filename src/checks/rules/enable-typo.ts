import { replaceFix } from '../support/edits.ts';
import { web } from '../support/examples.ts';
import { problemRule } from '../support/problem-rule.ts';

const rule = problemRule(
  'enable-typo',
  {
    summary: 'a misspelt traefik.enable',
    why: 'traefik.enabled makes Traefik skip the container with an error in the log; other spellings, like traefik.enabel, are ignored without a word. Where exposedByDefault is false the service is not published.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    bad: [
      web('one letter too many', 'traefik.enabled=true', '        ^^^^^^^ enable-typo', 'traefik.http.routers.web.rule=Host(`a.example.com`)'),
      web('two letters swapped', 'traefik.enabel=true', '        ^^^^^^ enable-typo', 'traefik.http.routers.web.rule=Host(`a.example.com`)'),
    ],
    good: [web('the switch', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)')],
  },
  ({ problem, versions }, context) => ({
    message: `"traefik.${problem.subject}" is not a label, did you mean "traefik.enable"?`,
    label: 'did you mean "enable"?',
    help: 'write "traefik.enable"',
    ...(problem.kind === 'label-root-unknown' ? { why: `Traefik ${versions.join(' and ')} ignores the label without a word: whether the service is published is left to exposedByDefault` } : {}),
    ...replaceFix(context, problem.origin, problem.subject, 'enable'),
  }),
);
export default rule;
