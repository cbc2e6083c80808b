import { suggest } from '../../diagnostics/index.ts';
import type { Example } from '../rule.ts';
import { replaceFix } from '../support/edits.ts';
import { lines } from '../support/examples.ts';
import { problemRule } from '../support/problem-rule.ts';
import { switchedOff } from '../support/switched-off.ts';

function withFile(title: string, ...dynamic: readonly string[]): Example {
  return {
    title,
    files: {
      'compose.yml': lines('services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --entrypoints.web.address=:80', '      - --providers.file.filename=/etc/traefik/dynamic.yml', '    volumes:', '      - ./dynamic.yml:/etc/traefik/dynamic.yml:ro'),
      'dynamic.yml': lines(...dynamic),
    },
  };
}

const rule = problemRule(
  'file-dropped',
  {
    summary: 'a dynamic file that Traefik rejects',
    why: 'The file provider takes all files of its directory or none: one unknown key, one empty object or one broken value and not a single router of the set is loaded.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    bad: [
      withFile('a misspelt option', 'http:', '  routers:', '    web:', '      rule: Host(`a.example.com`)', '      servcie: app', '#     ^^^^^^^ file-dropped', '  services:', '    app:', '      loadBalancer:', '        servers:', '          - url: http://10.0.0.5:80'),
    ],
    good: [withFile('a sound file', 'http:', '  routers:', '    web:', '      rule: Host(`a.example.com`)', '      service: app', '  services:', '    app:', '      loadBalancer:', '        servers:', '          - url: http://10.0.0.5:80')],
  },
  ({ problem }, context) => {
    if (problem.loss === 'requests' && problem.candidates?.includes('true') === true) return switchedOff(problem.subject, problem.context ?? '', context, problem.origin);
    const meant = suggest(problem.subject, problem.candidates ?? []);
    const better = meant === undefined ? '' : `, did you mean "${meant}"?`;
    const where = problem.context === undefined || problem.context === '' ? '' : ` (${problem.context})`;
    return {
      message: problem.hint === 'template' ? 'the file is a template: Traefik executes {{ }} before it reads it' : `"${problem.subject}" makes Traefik reject the file${where}${better}`,
      ...(meant === undefined ? {} : { label: `did you mean "${meant}"?`, help: `write "${meant}"` }),
      ...(meant === undefined ? {} : replaceFix(context, problem.origin, problem.subject, meant)),
    };
  },
);
export default rule;
