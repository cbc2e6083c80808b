import type { Problem } from '../../ir/index.ts';
import { beside, web } from '../support/examples.ts';
import { alsoAt, problemRule } from '../support/problem-rule.ts';
import { list } from '../support/words.ts';

const rule = problemRule(
  'service-invalid',
  {
    summary: 'a service that Traefik cannot build',
    why: 'A service that labels cannot describe, or a container without an address, loses the whole container. A service with an unknown strategy or address disables the routers that use it.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    bad: [
      web('an address and a port', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.services.web.loadbalancer.server.url=http://10.0.0.5:80', 'traefik.http.services.web.loadbalancer.server.port=80', '                                                   ^^ service-invalid'),
      web('an unknown strategy', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.services.web.loadbalancer.strategy=roundrobin', '                                                ^^^^^^^^^^ service-invalid'),
      beside('no network, no address', '  web:', '    image: example/web:1', '    network_mode: none', '    labels:', '      - traefik.enable=true', '      - traefik.http.services.web.loadbalancer.server.port=80', '#                             ^^^ service-invalid'),
    ],
    good: [web('an address of its own', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.services.web.loadbalancer.server.url=http://10.0.0.5:80')],
  },
  ({ problem }) => ({ ...said(problem), ...alsoAt(problem, 'here too') }),
);
export default rule;

function said(problem: Problem): { readonly message: string; readonly label?: string; readonly help?: string } {
  const name = problem.ref?.name ?? problem.subject;
  switch (problem.kind) {
    case 'url-with-port':
      return { message: `service "${name}" has an address and a port or scheme`, label: 'not beside "server.url"', help: 'write the port into the address' };
    case 'address-missing':
      return { message: `service "${name}" has no address: the container is in no network`, help: 'attach the container to a network that Traefik is in' };
    case 'service-kind-missing':
      return { message: `service "${name}" is no load balancer, and labels can describe nothing else`, help: 'write weighted, mirroring and failover services into a file of the file provider' };
    case 'service-several-kinds':
      return { message: `service "${name}" is of several kinds: ${list(problem.candidates ?? [])}`, help: 'declare one service per kind' };
    case 'service-no-kind':
      return { message: `service "${name}" is of no kind`, help: 'write "loadBalancer" with its servers' };
    case 'service-recursion':
      return { message: `service "${name}" leads back to itself`, help: 'take it out of its own members' };
    default:
      return { message: `service "${name}": ${problem.engineSays ?? 'Traefik refuses it'}`, label: 'refused' };
  }
}
