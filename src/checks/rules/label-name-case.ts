import { web } from '../support/examples.ts';
import { alsoAt, problemRule } from '../support/problem-rule.ts';

const rule = problemRule(
  'label-name-case',
  {
    summary: 'names that differ only in case',
    why: 'Traefik takes names of one container that differ only in case for one name, the first in byte order; references to names, however, are case-sensitive.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    bad: [web('two spellings of one router', 'traefik.enable=true', 'traefik.http.routers.Web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.priority=10', '                     ^^^ label-name-case')],
    good: [web('one spelling', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.priority=10')],
  },
  ({ problem }) => {
    const [first] = problem.candidates ?? [];
    if (first === undefined) return { message: `"${problem.subject}" is written twice in different case: one of the two counts`, ...alsoAt(problem, 'this one counts') };
    return { message: `"${problem.subject}" and "${first}" are one name to Traefik: "${first}"`, help: `write "${first}" everywhere`, ...alsoAt(problem, 'first spelling') };
  },
);
export default rule;
