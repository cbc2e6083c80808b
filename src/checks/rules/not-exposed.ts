import { containerSymbol } from '../../ir/index.ts';
import type { Container, RawLabel } from '../../ir/index.ts';
import type { LintContext, LintRule, ResolvedGateway } from '../rule.ts';
import { lines, web } from '../support/examples.ts';
import { addLabelFix } from '../support/labels.ts';
import { reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';

const rule: LintRule = {
  id: 'not-exposed',
  meta: {
    summary: 'a router on a service that Traefik leaves out',
    why: 'With exposedByDefault=false a container without traefik.enable=true is not looked at. All its other labels are without effect, and only a line at debug level says so.',
    category: 'correctness',
    severity: 'warning',
    blocking: false,
    fix: 'unsafe',
    needs: ['static'],
    bad: [web('the switch is missing', 'traefik.http.routers.web.rule=Host(`a.example.com`)', '^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ not-exposed'), { title: 'variables beside flags: Traefik reads the flags only', files: { 'compose.yml': lines('services:', '  traefik:', '    image: traefik:v3.7', '    command: ["--entrypoints.web.address=:80"]', '    environment: { TRAEFIK_PROVIDERS_DOCKER: "true" }', '    ports: ["80:80"]', '    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]', '  web:', '    image: example/web:1', '    labels:', '      - traefik.http.routers.web.rule=Host(`a.example.com`)', '#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ not-exposed') } }],
    good: [web('switched on', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)'), web('switched off on purpose', 'traefik.enable=false', 'traefik.http.routers.web.rule=Host(`a.example.com`)')],
  },
  check: (context) => reportModel(context, (resolved) => resolved.gateway.fates.filter(({ fate }) => fate.kind === 'filtered' && (fate.because === 'notExposed' || fate.because === 'otherProvider')).flatMap((one) => ofContainer(one, resolved, context))),
};
export default rule;

function ofContainer({ container, fate }: ResolvedGateway['gateway']['fates'][number], { gateway }: ResolvedGateway, context: LintContext): readonly ModelFinding[] {
  const label = container.labels.find((one) => isRouter(one));
  if (label === undefined) return [];
  const { static: config } = gateway.proxy;
  if (config !== 'unknown' && config.docker === undefined) return [{ origin: label.key.origin, symbol: containerSymbol(container), message: `"${container.id.service}" declares routers, but nobody reads labels`, label: 'without effect', ...noProvider(gateway.proxy.container) }];
  if (fate.kind === 'filtered' && fate.because === 'otherProvider') return config === 'unknown' ? [] : [forOtherProvider(container, label)];
  return [{
    origin: label.key.origin,
    symbol: containerSymbol(container),
    message: `"${container.id.service}" declares routers, but is not switched on`,
    label: 'without effect',
    why: 'exposedByDefault is off: Traefik does not look at this container',
    help: 'add the label traefik.enable=true',
    ...addLabelFix(context, label, 'traefik.enable', 'true', 'unsafe'),
  }];
}

/** Traefik reads its configuration from one place only: flags win over a file, both win over variables. */
function noProvider(proxy: Container | undefined): Pick<ModelFinding, 'why' | 'help'> {
  const variable = proxy?.environment.find(({ name }) => /^TRAEFIK_PROVIDERS_(?:DOCKER|SWARM)(?:$|_)/i.test(name));
  if (variable === undefined) return { why: 'the configuration of this Traefik has no Docker provider', help: 'switch it on: providers.docker' };
  return { why: `flags or a file configure this Traefik, and beside those it ignores variables: ${variable.name} is without effect`, help: 'say all of it in one way: as flags, in the file, or as TRAEFIK_ variables' };
}

/** Only running ones are known to be a service or a container. */
function forOtherProvider(container: Container, label: RawLabel): ModelFinding {
  const isService = container.live?.task !== undefined;
  return {
    origin: label.key.origin,
    symbol: containerSymbol(container),
    message: `"${container.id.service}" declares routers that this Traefik does not read`,
    label: 'without effect',
    why: isService ? 'its Docker provider reads containers, and this is a service of a Swarm' : 'its Swarm provider reads the labels of services, and these are of a container',
    help: isService ? 'switch it on: providers.swarm' : 'move the labels to the service: deploy.labels',
  };
}

function isRouter(label: RawLabel): boolean {
  return /^traefik\.(?:http|tcp|udp)\.routers\./i.test(label.key.value.text);
}
