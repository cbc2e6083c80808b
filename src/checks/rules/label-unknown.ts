import { suggest } from '../../diagnostics/index.ts';
import type { Problem } from '../../ir/index.ts';
import type { LintContext } from '../rule.ts';
import { replaceAt } from '../support/edits.ts';
import { onV2, web } from '../support/examples.ts';
import { alsoAt, problemRule } from '../support/problem-rule.ts';
import type { Said } from '../support/problem-rule.ts';
import { list } from '../support/words.ts';

const rule = problemRule(
  'label-unknown',
  {
    summary: 'a label that Traefik does not know',
    why: 'Traefik looks at a whole container at once. One unknown option below traefik.http, traefik.tcp or traefik.udp and the container with all its routers is gone; the log names the last part of the key, not the label. A key that is wrong in its first two parts is worse: it is ignored without a word, and the service may be published under its container name instead.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    bad: [
      web('a misspelt section loses the container', 'traefik.enable=true', 'traefik.http.rotuers.web.rule=Host(`a.example.com`)', '             ^^^^^^^ label-unknown'),
      web('a singular option', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoint=websecure', '                         ^^^^^^^^^^ label-unknown'),
      web('a misspelt prefix is ignored silently', 'traefik.enable=true', 'treafik.http.routers.web.rule=Host(`a.example.com`)', '^^^^^^^ label-unknown'),
      web('a dot in a name', 'traefik.enable=true', 'traefik.http.routers.my.app.rule=Host(`a.example.com`)', '                        ^^^ label-unknown'),
      onV2(web('an option of the next version', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.services.web.loadbalancer.strategy=p2c', '                                       ^^^^^^^^ label-unknown')),
    ],
    good: [
      web('case does not matter behind the root', 'traefik.enable=true', 'traefik.HTTP.Routers.web.RULE=Host(`a.example.com`)'),
      web('a label for constraints, and labels of others', 'traefik.enable=true', 'traefik.constraint-label=public', 'com.example.treafik=1', 'traefik.http.routers.web.rule=Host(`a.example.com`)'),
    ],
  },
  ({ problem }, context) => said(problem, context),
);
export default rule;

function said(problem: Problem, context: LintContext): Said {
  const meant = suggest(problem.subject.trim(), problem.candidates ?? []) ?? (problem.candidates?.includes(problem.subject.trim()) === true ? problem.subject.trim() : undefined);
  if (problem.kind === 'label-root-unknown') return root(problem, meant, context);
  const where = place(problem.context ?? '');
  if (problem.hint === 'other-version') return { message: `"${problem.subject}" of ${where} is an option of another Traefik version`, label: 'not in this version', help: 'remove the label, or run the version that has it', ...alsoAt(problem, 'here too') };
  if (problem.hint === 'dot-in-name') return dotted(problem, where);
  if (meant === undefined) {
    const known = problem.candidates ?? [];
    return { message: `"${problem.subject}" is not an option of ${where}`, label: 'not known here', ...(known.length === 0 ? {} : { help: `known here: ${list(known, 'or')}` }), ...alsoAt(problem, 'here too') };
  }
  return { message: `"${problem.subject}" is not an option of ${where}, did you mean "${meant}"?`, label: `did you mean "${meant}"?`, help: `write "${meant}"`, ...alsoAt(problem, 'here too'), ...fixAll(problem, meant, context) };
}

/** `http.routers.*` is `a router`. */
function place(path: string): string {
  const known: Readonly<Record<string, string>> = { '': '"traefik"', 'http.routers.*': 'an HTTP router', 'http.services.*': 'an HTTP service', 'http.middlewares.*': 'a middleware', 'tcp.routers.*': 'a TCP router', 'tcp.services.*': 'a TCP service', 'udp.routers.*': 'a UDP router', 'udp.services.*': 'a UDP service' };
  return known[path] ?? `"${path.replaceAll('.*', '.NAME').replaceAll('[n]', '[N]')}"`;
}

function dotted(problem: Problem, where: string): Said {
  return {
    message: `a name cannot hold a dot: "${problem.subject}" is read as an option of ${where}`,
    label: 'part of the name?',
    help: 'write the name with "-" instead of "." in all its labels',
    ...alsoAt(problem, 'here too'),
  };
}

function root(problem: Problem, meant: string | undefined, context: LintContext): Said {
  const quiet = 'Traefik ignores the label without a word';
  if (problem.hint === 'static-option') return { message: `"${problem.subject}" belongs to the static configuration: a label cannot set it`, why: quiet, help: 'write it into traefik.yml, or as a flag of the Traefik container' };
  if (meant === undefined && problem.hint !== 'underscore') return { message: `"${problem.subject}" is not a label section of Traefik`, why: quiet, help: `sections are ${list(['http', 'tcp', 'udp', 'docker', 'enable'], 'and')}` };
  const better = meant ?? problem.candidates?.[0] ?? 'traefik';
  return {
    message: `"${problem.subject}" is ignored, did you mean "${better}"?`,
    label: `did you mean "${better}"?`,
    why: `${quiet}; with its own labels gone the service is published under its default rule, or not at all`,
    help: `write "${better}"`,
    ...fixAll(problem, better, context),
  };
}

/** All labels that hold the same wrong part change together. */
function fixAll(problem: Problem, meant: string, context: LintContext): Pick<Said, 'fixes'> {
  const edits = [problem.origin, ...(problem.related ?? [])].map((origin) => replaceAt(context, origin, problem.subject, meant));
  const whole = edits.flatMap((edit) => edit ?? []);
  if (whole.length !== edits.length) return {};
  return { fixes: [{ title: `replace "${problem.subject}" by "${meant}"`, safety: 'safe', edits: whole }] };
}
