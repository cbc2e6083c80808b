import type { Problem } from '../../ir/index.ts';
import { replaceFix } from '../support/edits.ts';
import { web } from '../support/examples.ts';
import { problemRule } from '../support/problem-rule.ts';
import { list } from '../support/words.ts';

const rule = problemRule(
  'label-syntax',
  {
    summary: 'a label key that Traefik cannot take apart',
    why: 'Keys are split at every dot. The first part must be "traefik" in lower case, no part may be empty or begin with a bracket, and a part that ends in "]" without "[" makes the provider fail for ever: no container is served any more.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    bad: [
      web('upper case in the root', 'traefik.enable=true', 'Traefik.http.routers.web.rule=Host(`a.example.com`)', '^^^^^^^ label-syntax'),
      web('a dot at the end', 'traefik.enable=true', 'traefik.http.routers.web.=Host(`a.example.com`)', '                        ^ label-syntax'),
      web('a bracket that takes the provider down', 'traefik.enable=true', 'traefik.http.routers.web].rule=Host(`a.example.com`)', '                     ^^^^ label-syntax'),
      web('an option below an option', 'traefik.enable=true', 'traefik.http.routers.web.rule.main=Host(`a.example.com`)', '                              ^^^^ label-syntax'),
      web('a value on what needs options', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.middlewares.m.addprefix=/x', '                           ^^^^^^^^^ label-syntax'),
    ],
    good: [web('a list with indexes', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=websecure', 'traefik.http.routers.web.tls.domains[0].main=example.com')],
  },
  ({ problem }, context) => ({ ...said(problem), ...(problem.kind === 'label-root-case' ? replaceFix(context, problem.origin, problem.subject, 'traefik') : {}) }),
);
export default rule;

function said(problem: Problem): { readonly message: string; readonly label?: string; readonly help?: string } {
  switch (problem.kind) {
    case 'label-root-case':
      return { message: `"${problem.subject}" must be written in lower case`, label: 'write "traefik"', help: 'the first part of a label is case-sensitive, all others are not' };
    case 'label-part-empty':
      return { message: 'a part of the label key is empty', label: 'nothing between or behind the dots', help: 'remove the extra dot' };
    case 'label-bracket':
      return { message: `"${problem.subject}" has a bracket where none may be`, help: 'list items are written as "name[0]"' };
    case 'label-below-scalar':
      return { message: `"${problem.subject}" stands below an option that takes a value`, label: 'nothing can stand here', help: 'remove this part of the key' };
    default:
      return { message: `"${problem.subject}" takes options, not a value`, label: 'options are missing', help: (problem.candidates ?? []).length === 0 ? 'write the option behind one more dot' : `its options: ${list(problem.candidates ?? [], 'or')}` };
  }
}
