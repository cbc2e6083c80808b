import { suggest } from '../../diagnostics/index.ts';
import type { Problem } from '../../ir/index.ts';
import { engineDoes } from '../problems.ts';
import type { VersionedProblem } from '../problems.ts';
import { replaceFix } from '../support/edits.ts';
import { compose } from '../support/examples.ts';
import { problemRule } from '../support/problem-rule.ts';
import type { Said } from '../support/problem-rule.ts';
import { switchedOff } from '../support/switched-off.ts';
import { list } from '../support/words.ts';

const rule = problemRule(
  'static-invalid',
  {
    summary: 'a static configuration that Traefik refuses',
    why: 'Traefik does not start with an unknown static option, nor with one that its version has removed: nothing at all is served.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    bad: [compose('a misspelt flag', 'services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --providers.dokcer=true', '#                   ^^^^^^ static-invalid', '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro'), compose('a switch that is no boolean', 'services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --providers.docker=true', '      - --accesslog=on', '#                   ^^ static-invalid', '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro'), compose('a constraint in quotes of another kind', 'services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --providers.docker=true', "      - --providers.docker.constraints=Label('edge','inner')", "#                                      ^^^^^^^^^^^^^^^^^^^^^ static-invalid", '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro'), compose('a default rule that is no template', 'services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --providers.docker=true', '      - --providers.docker.defaultRule=Host(`{{ .Name }.example.com`)', '#                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ static-invalid', '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro')],
    good: [compose('known flags', 'services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --providers.docker=true', '      - --entryPoints.web.address=:80', '      - --accesslog=false', '      - --accesslog.format=json', '      - --providers.docker.constraints=!Label(`edge`,`inner`) || LabelRegex(`edge`,`^in`)', '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro')],
  },
  ({ problem, versions }, context) => {
    if (problem.loss === 'requests' && problem.candidates?.includes('true') === true) return switchedOff(problem.subject, problem.context ?? '', context, problem.origin);
    if (problem.loss === 'provider') return problem.context?.endsWith('.defaultRule') === true ? template(problem, versions) : constraint(problem, versions);
    const meant = suggest(problem.subject, problem.candidates ?? []);
    const removed = problem.hint === 'removed';
    return {
      message: removed ? `"${problem.subject}" was removed from Traefik` : `"${problem.subject}" is not valid in the static configuration${meant === undefined ? '' : `, did you mean "${meant}"?`}`,
      ...(meant === undefined || removed ? {} : { label: `did you mean "${meant}"?` }),
      why: `${problem.loss === 'nothing' ? `${engineDoes(versions, 'ignores')} it` : `${engineDoes(versions, 'does')} not start`}${problem.engineSays === undefined ? '' : ` ("${problem.engineSays}")`}`,
      help: removed ? (problem.candidates?.[0] ?? 'remove it') : meant === undefined ? withoutLikeness(problem) : `write "${meant}"`,
      ...(meant === undefined || removed ? {} : replaceFix(context, problem.origin, problem.subject, meant)),
    };
  },
);

/** Traefik starts with it, and its provider then tries again for ever. */
function template({ subject }: Problem, versions: VersionedProblem['versions']): Said {
  return {
    message: `${JSON.stringify(subject)} is no template that Traefik can read`,
    why: `${engineDoes(versions, 'reads')} no container then: none of their routers is served`,
    help: 'close each {{ with }} and each block with {{ end }}, like "Host(`{{ normalize .Name }}`)"',
  };
}

/** Traefik starts with it and logs an error for each container. */
function constraint({ subject }: Problem, versions: VersionedProblem['versions']): Said {
  return {
    message: `${JSON.stringify(subject)} is no constraint that Traefik can read`,
    why: `${engineDoes(versions, 'leaves')} out every container: none of their routers is served`,
    help: 'join Label(`key`, `value`) and LabelRegex(`key`, `pattern`) with &&, || and !, each argument between backquotes',
  };
}

/** A value of a few is looked up here, everything else in the manual. */
function withoutLikeness({ candidates = [], engineSays = '', context = '' }: Problem): string {
  const isValue = context.includes('.') && engineSays !== '' && !engineSays.startsWith('field not found');
  if (!isValue) return 'remove it, or look up its name';
  return candidates.length === 0 ? 'correct it, or remove it' : `one of: ${list(candidates)}`;
}

export default rule;
