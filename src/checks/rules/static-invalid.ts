import { suggest } from '../../diagnostics/index.ts';
import { engineDoes } from '../problems.ts';
import { replaceFix } from '../support/edits.ts';
import { compose } from '../support/examples.ts';
import { problemRule } from '../support/problem-rule.ts';

const rule = problemRule(
  'static-invalid',
  {
    summary: 'a static configuration that Traefik refuses',
    why: 'Traefik does not start with an unknown static option, nor with one that its version has removed: nothing at all is served.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    bad: [compose('a misspelt flag', 'services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --providers.dokcer=true', '#                   ^^^^^^ static-invalid', '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro')],
    good: [compose('known flags', 'services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --providers.docker=true', '      - --entryPoints.web.address=:80', '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro')],
  },
  ({ problem, versions }, context) => {
    const meant = suggest(problem.subject, problem.candidates ?? []);
    const removed = problem.hint === 'removed';
    return {
      message: removed ? `"${problem.subject}" was removed from Traefik` : `"${problem.subject}" is not valid in the static configuration${meant === undefined ? '' : `, did you mean "${meant}"?`}`,
      ...(meant === undefined || removed ? {} : { label: `did you mean "${meant}"?` }),
      why: problem.loss === 'nothing' ? `${engineDoes(versions, 'ignores')} it` : `${engineDoes(versions, 'does')} not start${problem.engineSays === undefined ? '' : ` ("${problem.engineSays}")`}`,
      help: removed ? (problem.candidates?.[0] ?? 'remove it') : meant === undefined ? 'remove it, or look up its name' : `write "${meant}"`,
      ...(meant === undefined || removed ? {} : replaceFix(context, problem.origin, problem.subject, meant)),
    };
  },
);
export default rule;
