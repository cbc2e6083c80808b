import type { Problem } from '../../ir/index.ts';
import { replaceFix } from '../support/edits.ts';
import { web } from '../support/examples.ts';
import { alsoAt, problemRule } from '../support/problem-rule.ts';

const rule = problemRule(
  'value-invalid',
  {
    summary: 'a value that Traefik cannot read',
    why: 'Traefik reads booleans, numbers and durations as Go does: yes and on are no booleans, 10MB is no number. One such value and the whole container is dropped.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    bad: [
      web('yes is no boolean', 'traefik.enable=yes', '               ^^^ value-invalid', 'traefik.http.routers.web.rule=Host(`a.example.com`)'),
      web('a word for a number', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.priority=high', '                                  ^^^^ value-invalid'),
      web('a port by name', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.services.web.loadbalancer.server.port=http', '                                                   ^^^^ value-invalid'),
    ],
    good: [web('values as Go reads them', 'traefik.enable=1', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.priority=10', 'traefik.http.services.web.loadbalancer.healthcheck.path=/', 'traefik.http.services.web.loadbalancer.healthcheck.interval=1m30s')],
  },
  ({ problem }, context) => {
    const better = replacement(problem);
    return {
      message: `"${problem.subject}" is no ${kindOf(problem)}`,
      ...(better === undefined ? {} : { label: `did you mean "${better}"?` }),
      help: better === undefined ? helpFor(problem) : `write "${better}"`,
      ...alsoAt(problem, 'here too'),
      ...(better === undefined ? {} : replaceFix(context, problem.origin, problem.subject, better)),
    };
  },
);
export default rule;

const KINDS: Readonly<Record<string, string>> = { bool: 'boolean', int: 'number', float: 'number', duration: 'duration', string: 'text' };

function kindOf(problem: Problem): string {
  if (problem.kind === 'port-invalid') return 'port number';
  if (problem.kind === 'priority-too-large') return 'priority that a router may have';
  return problem.kind === 'enable-unparsable' ? 'boolean' : (KINDS[problem.context ?? ''] ?? 'value for this option');
}

function helpFor(problem: Problem): string {
  switch (kindOf(problem)) {
    case 'boolean':
      return 'write "true" or "false"';
    case 'duration':
      return 'write a number with a unit, like "10s", "1m30s" or "100ms"; a bare number counts seconds';
    case 'port number':
      return 'write the number of the port inside the container';
    case 'text':
      return 'write one text, not a list';
    case 'number':
      return 'write digits only';
    default:
      return 'the largest priority is 9223372036854774807';
  }
}

/** Only where one value can be meant. */
function replacement(problem: Problem): string | undefined {
  const word = problem.subject.trim().toLowerCase();
  if (kindOf(problem) === 'boolean') return ['yes', 'on', 'y', 'true', 'enable', 'enabled'].includes(word) ? 'true' : ['no', 'off', 'n', 'false', 'disable', 'disabled'].includes(word) ? 'false' : undefined;
  if (kindOf(problem) === 'duration' && /^\d+ (?:ms|s|m|h)$/.test(word)) return word.replace(' ', '');
  return undefined;
}
