import type { LintRule, ResolvedGateway } from '../rule.ts';
import { isHttps, isPlainHttp } from '../support/entry-points.ts';
import { beside, web } from '../support/examples.ts';
import { reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';
import { list } from '../support/words.ts';

const rule: LintRule = {
  id: 'entrypoints-implicit',
  meta: {
    summary: 'a router on every entry point',
    why: 'A router that names no entry point is attached to all default ones: the page that was meant for HTTPS answers on plain HTTP too, and the other way round a router with TLS answers 404 on port 80.',
    category: 'suspicious',
    severity: 'info',
    blocking: false,
    needs: ['static'],
    bad: [web('no entry point named', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', '                     ^^^ entrypoints-implicit')],
    good: [
      web('named', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=web'),
      beside('nothing of Traefik', '  db:', '    image: postgres:17'),
    ],
  },
  check: (context) => reportModel(context, (resolved, { staticKnown }) => (staticKnown ? find(resolved) : [])),
};
export default rule;

function find(resolved: ResolvedGateway): readonly ModelFinding[] {
  const points = resolved.routing.listeners.map(({ entryPoint }) => entryPoint).filter(({ udp }) => !udp);
  const defaults = points.some(({ asDefault }) => asDefault) ? points.filter(({ asDefault }) => asDefault) : points;
  const plain = defaults.filter((point) => isPlainHttp(point) && point.redirection === undefined);
  if (plain.length === 0 || !defaults.some(isHttps)) return [];
  return resolved.gateway.routers
    .filter(({ ref, entryPoints, parents, defaultRule }) => entryPoints === 'default' && parents.length === 0 && !defaultRule && (ref.namespace === 'docker' || ref.namespace === 'swarm' || ref.namespace === 'file'))
    .map((router) => ({
      origin: router.origin,
      symbol: `${router.symbol} entry points`,
      message: `router "${router.ref.name}" names no entry point: it is attached to ${list(defaults.map(({ name }) => name))}`,
      label: 'on all of them',
      why: router.tls === undefined ? `its pages answer on plain HTTP too (${list(plain.map(({ name }) => name))})` : `on ${list(plain.map(({ name }) => name))} a plain request gets 404, since the router has TLS`,
      help: `name them: traefik.http.routers.${router.ref.name}.entrypoints=${defaults.find(isHttps)?.name ?? ''}`,
    }));
}
