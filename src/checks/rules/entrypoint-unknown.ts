import { suggest } from '../../diagnostics/index.ts';
import { replaceFix } from '../support/edits.ts';
import { web } from '../support/examples.ts';
import { alsoAt, problemRule } from '../support/problem-rule.ts';
import { list } from '../support/words.ts';

const rule = problemRule(
  'entrypoint-unknown',
  {
    summary: 'a router on an entry point that does not exist',
    why: 'Entry points are declared in the static configuration, and their names are case-sensitive. Traefik leaves the unknown ones out; when none is left the router is disabled.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    needs: ['static'],
    bad: [
      web('another case', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.tls=true', 'traefik.http.routers.web.entrypoints=webSecure', '                                     ^^^^^^^^^ entrypoint-unknown'),
      web('one of two', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=web,http', '                                         ^^^^ entrypoint-unknown'),
    ],
    good: [web('declared entry points', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=web')],
  },
  ({ problem }, context) => {
    const declared = problem.candidates ?? [];
    const meant = suggest(problem.subject, declared);
    return {
      message: `entry point "${problem.subject}" is not declared${meant === undefined ? '' : `, did you mean "${meant}"?`}`,
      ...(meant === undefined ? {} : { label: `did you mean "${meant}"?` }),
      help: declared.length === 0 ? 'declare it below entryPoints in the static configuration' : `declared: ${list(declared)}`,
      ...alsoAt(problem, 'here too'),
      ...(meant === undefined ? {} : replaceFix(context, problem.origin, problem.subject, meant)),
    };
  },
);
export default rule;
