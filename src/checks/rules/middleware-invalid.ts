import type { Problem } from '../../ir/index.ts';
import { web } from '../support/examples.ts';
import { alsoAt, problemRule } from '../support/problem-rule.ts';
import { list } from '../support/words.ts';

const rule = problemRule(
  'middleware-invalid',
  {
    summary: 'a middleware that Traefik cannot build',
    why: 'Middlewares are built when a router uses them. One that has no kind or two, an option that its kind refuses (a pattern, a network, a user without a colon), or a chain that leads to itself disables each router that names it: 404, not a pass-through.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    bad: [
      web('two kinds in one', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=m', 'traefik.http.middlewares.m.addprefix.prefix=/x', '                         ^ middleware-invalid', 'traefik.http.middlewares.m.replacepath.path=/y'),
      web('a network that is none', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=m', 'traefik.http.middlewares.m.ipallowlist.sourcerange=10.0.0.0/8, 300.1.1.1', '                                                               ^^^^^^^^^ middleware-invalid'),
      web('a broken pattern', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=m', 'traefik.http.middlewares.m.stripprefixregex.regex=^/(a', '                                                  ^^^^ middleware-invalid'),
    ],
    good: [web('one kind, sound options', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=m', 'traefik.http.middlewares.m.stripprefixregex.regex=^/[a-z]+')],
  },
  ({ problem }) => ({ ...said(problem), ...alsoAt(problem, 'here too') }),
);
export default rule;

function said(problem: Problem): { readonly message: string; readonly label?: string; readonly help?: string } {
  const name = problem.ref?.name ?? problem.subject;
  switch (problem.kind) {
    case 'middleware-several-kinds':
      return { message: `middleware "${name}" is of several kinds: ${list(problem.candidates ?? [])}`, label: 'one kind each', help: 'declare one middleware per kind and name them all in the router' };
    case 'middleware-no-kind':
      return { message: `middleware "${name}" is of no kind`, label: 'no kind below it', help: 'write the kind behind the name, like "stripprefix.prefixes"' };
    case 'middleware-recursion':
      return { message: `middleware "${name}" leads back to itself`, help: 'take one middleware out of the chain' };
    default:
      return { message: `middleware "${name}": ${problem.engineSays ?? 'Traefik refuses it'}`, label: 'refused' };
  }
}
