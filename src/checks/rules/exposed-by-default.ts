import { containerSymbol, routesOf } from '../../ir/index.ts';
import type { Container } from '../../ir/index.ts';
import type { LintRule, ResolvedGateway } from '../rule.ts';
import { compose } from '../support/examples.ts';
import { reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';

const proxy = (flag: string): readonly string[] => ['services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --entrypoints.web.address=:80', `      - --providers.docker${flag}`, '    labels: [traefik.enable=false]', '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro', '  db:'];

const rule: LintRule = {
  id: 'exposed-by-default',
  meta: {
    summary: 'a service that is published without being asked',
    why: 'With exposedByDefault, which is on unless it is switched off, Traefik publishes every container that it sees under its service and project name: databases, queues, workers.',
    category: 'security',
    severity: 'warning',
    blocking: false,
    needs: ['static'],
    bad: [compose('a database', ...proxy('=true'), '# ^^ exposed-by-default', '    image: postgres:17', '    expose: ["5432"]')],
    good: [compose('the default is off', ...proxy('.exposedbydefault=false'), '    image: postgres:17', '    expose: ["5432"]')],
  },
  check: (context) => reportModel(context, (resolved, gateway) => (gateway.staticKnown ? resolved.gateway.fates.filter(({ fate }) => fate.kind === 'served').flatMap(({ container }) => ofContainer(container, resolved)) : [])),
};
export default rule;

/** A container that says anything to Traefik wants to be served. */
function ofContainer(container: Container, resolved: ResolvedGateway): readonly ModelFinding[] {
  if (container.labels.some((label) => /^traefik\./i.test(label.key.value.text))) return [];
  const route = routesOf(resolved.routing).find((one) => one.defaultRule && one.symbol.startsWith(`${containerSymbol(container)} `));
  if (route === undefined) return [];
  return [{
    origin: container.origin,
    symbol: containerSymbol(container),
    message: `"${container.id.service}" is published as ${route.ruleText} without any label`,
    label: 'reachable through the proxy',
    help: 'set providers.docker.exposedByDefault to false, or add the label traefik.enable=false',
  }];
}
