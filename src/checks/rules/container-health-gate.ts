import { containerSymbol } from '../../ir/index.ts';
import type { LintRule } from '../rule.ts';
import { beside } from '../support/examples.ts';
import { reportModel } from '../support/model.ts';

const service = (...health: readonly string[]): readonly string[] => ['  web:', '    image: example/web:1', '    expose: ["80"]', ...health, '    labels:', '      - traefik.enable=true', '      - traefik.http.routers.web.rule=Host(`a.example.com`)', '      - traefik.http.routers.web.entrypoints=web'];

const rule: LintRule = {
  id: 'container-health-gate',
  meta: {
    summary: 'a route that comes and goes with a health check',
    why: 'A container with a health check of its own is left out while it is starting and whenever it is unhealthy: its routers vanish, and visitors get 404 instead of 502. With a single instance every restart is such a gap.',
    category: 'suspicious',
    severity: 'info',
    blocking: false,
    bad: [beside('one instance, one health check', '  web:', '# ^^^ container-health-gate', ...service('    healthcheck: {test: [CMD, /bin/up], start_period: 60s}').slice(1))],
    good: [beside('no health check', ...service())],
  },
  check: (context) =>
    reportModel(context, (resolved) =>
      resolved.gateway.fates.filter(({ container, fate }) => fate.kind === 'served' && container.hasHealthcheck && container.replicas < 2 && container.labels.some((label) => /^traefik\.(?:http|tcp|udp)\.routers\./i.test(label.key.value.text))).map(({ container }) => ({
        origin: container.origin,
        symbol: `${containerSymbol(container)} healthcheck`,
        message: `"${container.id.service}" is only routed to while its health check says healthy`,
        label: '404 until then',
        help: 'keep its interval and start_period short',
      })),
    ),
};
export default rule;
