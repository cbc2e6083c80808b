import { suggest } from '../../diagnostics/index.ts';
import { replaceFix } from '../support/edits.ts';
import { beside, web } from '../support/examples.ts';
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
      beside('an entry point of the other protocol', '  dns:', '    image: example/dns:1', '    labels:', '      - traefik.enable=true', '      - traefik.udp.routers.dns.entrypoints=web', '#                                           ^^^ entrypoint-unknown', '      - traefik.udp.services.dns.loadbalancer.server.port=53'),
      beside('UDP, and no entry point that takes it', '  dns:', '    image: example/dns:1', '    labels:', '      - traefik.enable=true', '      - traefik.udp.routers.dns.service=dns', '#                           ^^^ entrypoint-unknown', '      - traefik.udp.services.dns.loadbalancer.server.port=53'),
    ],
    good: [web('declared entry points', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=web')],
  },
  ({ problem }, context) => {
    const declared = problem.candidates ?? [];
    if (problem.context === 'none') return { message: `no entry point takes UDP, so the router "${problem.subject}" has none`, label: 'on no entry point', help: 'declare one in the static configuration, with /udp behind its port: entryPoints.NAME.address' };
    if (problem.context !== undefined) return { message: `entry point "${problem.subject}" does not take ${problem.context.toUpperCase()}`, label: problem.context === 'udp' ? 'TCP only' : 'UDP only', help: declared.length === 0 ? `declare another one for ${problem.context.toUpperCase()}` : `for ${problem.context.toUpperCase()}: ${list(declared)}`, ...alsoAt(problem, 'here too') };
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
