import { beside } from '../support/examples.ts';
import { answeringEndpoints } from '../support/endpoints.ts';
import { problemRule } from '../support/problem-rule.ts';
import { engineDoes } from '../problems.ts';

const LABELS = ['    labels:', '      - traefik.enable=true', '      - traefik.http.routers.web.rule=Host(`a.example.com`)'] as const;

const rule = problemRule(
  'port-ambiguous',
  {
    summary: 'several ports, and none chosen',
    why: 'Without a port label Traefik takes the lowest port that the container exposes or publishes, whatever its protocol: 53/udp before 443/tcp, 25 before 8080.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    bad: [beside('the lowest is not the web port', '  web:', '    image: example/mail:1', '    expose: [8080, 25]', '#            ^^^^ port-ambiguous', ...LABELS)],
    good: [
      beside('a port label', '  web:', '    image: example/mail:1', '    expose: ["25", "8080"]', ...LABELS, '      - traefik.http.services.web.loadbalancer.server.port=8080'),
      beside('a router that only redirects', '  web:', '    image: example/web:1', '    expose: [8080, 9090]', ...LABELS, '      - traefik.http.routers.web.middlewares=secure', '      - traefik.http.middlewares.secure.redirectscheme.scheme=https'),
      beside('one port', '  web:', '    image: example/web:1', '    expose: ["8080"]', ...LABELS),
    ],
  },
  ({ problem, gateway, versions }, context) => {
    const name = problem.container?.service ?? '';
    const used = context.gateways.some((one) => one.name === gateway && one.resolved.some((resolved) => answeringEndpoints(resolved).some((endpoint) => endpoint.container?.service === name && endpoint.container.stack === problem.container?.stack && String(endpoint.port) === problem.subject)));
    if (!used) return undefined;
    return {
      message: `"${name}" has several ports and no port label: port ${problem.subject} is used`,
      label: `the lowest is ${problem.subject}`,
      why: `${engineDoes(versions, 'takes')} the lowest one`,
      help: 'add the label traefik.http.services.NAME.loadbalancer.server.port with the port that is meant',
    };
  },
);
export default rule;
