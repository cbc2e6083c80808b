import { containerSymbol } from '../../ir/index.ts';
import type { Endpoint, TcpEndpoint } from '../../ir/index.ts';
import type { LintContext, LintRule, ResolvedGateway } from '../rule.ts';
import { replaceFix } from '../support/edits.ts';
import { endpointsOf } from '../support/endpoints.ts';
import { beside } from '../support/examples.ts';
import { reportModel, servedBy } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';

const rule: LintRule = {
  id: 'port-not-container',
  meta: {
    summary: 'a port of the machine where one of the container belongs',
    why: 'Traefik talks to the container directly. The number on the left of a port mapping exists on the machine only: nothing listens there inside the container, and requests end in 502. A number above 65535 is no port at all.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    fix: 'unsafe',
    bad: [beside('the published port', '  web:', '    image: example/web:1', '    ports: ["127.0.0.1:8081:80"]', '    labels:', '      - traefik.enable=true', '      - traefik.http.routers.web.rule=Host(`a.example.com`)', '      - traefik.http.services.web.loadbalancer.server.port=8081', '#                                                          ^^^^ port-not-container'), beside('a digit too many', '  web:', '    image: example/web:1', '    labels:', '      - traefik.enable=true', '      - traefik.http.routers.web.rule=Host(`a.example.com`)', '      - traefik.http.services.web.loadbalancer.server.port=80800', '#                                                          ^^^^^ port-not-container')],
    good: [beside('the inner port', '  web:', '    image: example/web:1', '    ports: ["127.0.0.1:8081:80"]', '    labels:', '      - traefik.enable=true', '      - traefik.http.routers.web.rule=Host(`a.example.com`)', '      - traefik.http.services.web.loadbalancer.server.port=80')],
  },
  check: (context) => reportModel(context, (resolved) => endpointsOf(resolved).flatMap((endpoint) => ofEndpoint(endpoint, resolved, context))),
};
export default rule;

const LAST_PORT = 65_535;

function ofEndpoint(endpoint: Endpoint | TcpEndpoint, resolved: ResolvedGateway, context: LintContext): readonly ModelFinding[] {
  const container = servedBy(resolved, endpoint.container);
  if (container === undefined) return [];
  if (endpoint.port > LAST_PORT) return [{ origin: endpoint.origin, symbol: `${containerSymbol(container)} port ${String(endpoint.port)}`, message: `${String(endpoint.port)} is no port: the last one is ${String(LAST_PORT)}`, label: 'too large', why: 'Traefik takes it, and every request ends in 502' }];
  const inside = [...container.ports.map((port) => port.container), ...container.expose.map(({ port }) => port)];
  const mapping = container.ports.find((port) => port.published === endpoint.port);
  if (mapping === undefined || inside.includes(endpoint.port)) return [];
  return [{
    origin: endpoint.origin,
    symbol: `${containerSymbol(container)} port ${String(endpoint.port)}`,
    message: `port ${String(endpoint.port)} is the one that "${container.id.service}" publishes; inside it is ${String(mapping.container)}`,
    label: `did you mean ${String(mapping.container)}?`,
    related: [{ origin: mapping.origin, label: 'the mapping' }],
    help: `write ${String(mapping.container)}`,
    ...replaceFix(context, endpoint.origin, String(endpoint.port), String(mapping.container), 'unsafe'),
  }];
}
