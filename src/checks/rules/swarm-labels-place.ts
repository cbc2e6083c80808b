import { plural } from '../../diagnostics/summary.ts';
import { containerSymbol } from '../../ir/index.ts';
import type { Container } from '../../ir/index.ts';
import type { LintRule } from '../rule.ts';
import { compose } from '../support/examples.ts';
import { reportFound } from '../support/model.ts';
import { containersOf } from '../support/labels.ts';
import { knownProxies } from '../support/proxies.ts';

const proxy = (provider: string): readonly string[] => ['services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --entrypoints.web.address=:80', `      - --providers.${provider}.exposedbydefault=false`, '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro', '  web:', '    image: example/web:1', '    expose: ["80"]'];
const LABELS = ['- traefik.enable=true', '- traefik.http.routers.web.rule=Host(`a.example.com`)', '- traefik.http.services.web.loadbalancer.server.port=80'] as const;

const rule: LintRule = {
  id: 'swarm-labels-place',
  meta: {
    summary: 'labels where the provider does not look',
    why: "The Swarm provider reads the labels of the service, below deploy; the Docker provider reads the container's labels. Labels in the other place are ignored without a word.",
    category: 'correctness',
    severity: 'warning',
    blocking: false,
    needs: ['static'],
    bad: [
      compose('Swarm, labels of the container', ...proxy('swarm'), '    labels:', `      ${LABELS[0]}`, '#       ^^^^^^^^^^^^^^^^^^^ swarm-labels-place', ...LABELS.slice(1).map((label) => `      ${label}`)),
      compose('Docker, labels below deploy', ...proxy('docker'), '    deploy:', '      labels:', `        ${LABELS[0]}`, '#         ^^^^^^^^^^^^^^^^^^^ swarm-labels-place', ...LABELS.slice(1).map((label) => `        ${label}`)),
    ],
    good: [
      compose('Swarm', ...proxy('swarm'), '    deploy:', '      labels:', ...LABELS.map((label) => `        ${label}`)),
      compose('Docker', ...proxy('docker'), '    labels:', ...LABELS.map((label) => `      ${label}`)),
    ],
  },
  check(context) {
    const modes = new Set(knownProxies(context).flatMap(({ config }) => (config.docker === undefined ? [] : [config.docker.swarm])));
    const [swarm] = modes;
    if (modes.size !== 1 || swarm === undefined) return;
    for (const container of containersOf(context)) {
      const ignored = misplaced(container, swarm);
      const [first] = ignored;
      if (first === undefined) continue;
      reportFound(context, {
        origin: first.origin,
        symbol: `${containerSymbol(container)} labels`,
        message: `the ${swarm ? 'Swarm' : 'Docker'} provider does not read ${ignored.length === 1 ? 'this label' : `these ${plural(ignored.length, 'label')}`} of "${container.id.service}"`,
        label: swarm ? 'not below "deploy"' : 'below "deploy"',
        why: `it reads ${swarm ? 'deploy.labels' : 'labels'} only`,
        help: swarm ? 'move them below deploy.labels' : 'move them from deploy.labels to labels',
      });
    }
  },
};
export default rule;

/** Labels that stand in both places are read in one of them. */
function misplaced(container: Container, swarm: boolean): Container['labels'] {
  const elsewhere = container.labels.filter((label) => (label.place === 'deploy') !== swarm && /^traefik\./i.test(label.key.value.text));
  if (elsewhere.length === 0) return [];
  const seen = new Set(container.labels.filter((label) => (label.place === 'deploy') === swarm).map((label) => label.key.value.text));
  return elsewhere.filter((label) => !seen.has(label.key.value.text));
}
