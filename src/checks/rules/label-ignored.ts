import type { Problem } from '../../ir/index.ts';
import { web } from '../support/examples.ts';
import { problemRule } from '../support/problem-rule.ts';
import type { Said } from '../support/problem-rule.ts';
import { list } from '../support/words.ts';

const rule = problemRule(
  'label-ignored',
  {
    summary: 'a label that Traefik accepts and does not use',
    why: 'Some options exist only in files, some values switch off what stands below them, a value on a name sets nothing. Traefik drops all of these without a word, and the configuration is not what it looks like.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    bad: [
      web('TLS options cannot be set by labels', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.tls.options.modern.minversion=VersionTLS13', '            ^^^^^^^ label-ignored'),
      web('switched off, with options below', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.tls=false', '                             ^^^^^ label-ignored', 'traefik.http.routers.web.tls.certresolver=letsencrypt'),
      web('a value on a name', 'traefik.enable=true', 'traefik.http.routers.web=true', '                     ^^^ label-ignored', 'traefik.http.routers.web.rule=Host(`a.example.com`)'),
      web('a list without an index', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=websecure', 'traefik.http.routers.web.tls.domains.main=example.com', '                                     ^^^^ label-ignored'),
    ],
    good: [web('no TLS, said on purpose', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.tls=false')],
  },
  ({ problem }) => said(problem),
);
export default rule;

function said(problem: Problem): Said | undefined {
  if (problem.hint === 'off') return undefined;
  switch (problem.kind) {
    case 'label-switched-off':
      return { message: `the value "${problem.subject}" switches off ${optionName(problem)} and everything below it`, label: 'write "true", or remove the label', help: 'write "true", or remove the labels below it' };
    case 'label-not-for-labels':
      return { message: `"${problem.subject}" cannot be set ${problem.hint === 'label-only' ? 'in a file' : 'by a label'}`, label: 'dropped', help: problem.hint === 'label-only' ? 'this option exists for labels only' : 'write it into a file of the file provider' };
    case 'label-list-index':
      return problem.context?.endsWith(' order') === true
        ? { message: `"${problem.subject}" is sorted as text: [10] comes before [2]`, label: 'not in the order of its number', help: 'write indexes with leading zeros where there are more than ten' }
        : { message: `"${problem.subject}" stands where the index of a list item belongs`, label: 'an index like [0] is missing', help: `write "[0].${problem.subject}"` };
    default:
      return { message: `a value on "${problem.subject}" sets nothing`, label: 'no option', ...(problem.candidates === undefined ? {} : { help: `its options: ${list(problem.candidates, 'or')}` }) };
  }
}

function optionName(problem: Problem): string {
  const path = problem.context ?? '';
  return `"${path.slice(path.lastIndexOf('.') + 1)}"`;
}
