import { containerSymbol } from '../../ir/index.ts';
import type { Container } from '../../ir/index.ts';
import { engineDoes } from '../problems.ts';
import type { LintContext, LintRule, ResolvedGateway } from '../rule.ts';
import { replaceFix } from '../support/edits.ts';
import { endpointsOf } from '../support/endpoints.ts';
import { compose } from '../support/examples.ts';
import { reportModel, servedBy } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';
import { networksOf, sharedNetworks } from '../support/networks.ts';
import { reportProblems } from '../support/problem-rule.ts';
import { list } from '../support/words.ts';

const PROXY = ['services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --entrypoints.web.address=:80', '      - --providers.docker.exposedbydefault=false', '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro', '    networks: [edge]', '  web:', '    image: example/web:1', '    expose: ["80"]'] as const;
const LABELS = ['    labels:', '      - traefik.enable=true', '      - traefik.http.routers.web.rule=Host(`a.example.com`)'] as const;
const NETWORKS = ['networks:', '  edge:', '  backend:'] as const;

const rule: LintRule = {
  id: 'network-unreachable',
  mayBlock: true,
  meta: {
    summary: 'a service that the proxy cannot reach',
    why: 'Traefik and the container must share a network. Where they do not, the router is enabled and every request ends in 504. Compose puts the project name in front of a network, so the name in a label is "shop_edge", not "edge"; Traefik takes any other network of the container when the name is not found.',
    category: 'correctness',
    severity: 'warning',
    blocking: false,
    fix: 'safe',
    bad: [
      compose('no network in common', 'name: shop', ...PROXY, '    networks: [backend]', '#              ^^^^^^^ network-unreachable', ...LABELS, ...NETWORKS),
      compose('the key instead of the name', 'name: shop', ...PROXY, '    networks: [edge]', ...LABELS, '      - traefik.docker.network=edge', '#                              ^^^^ network-unreachable', ...NETWORKS),
    ],
    good: [
      compose('one network, by its name', 'name: shop', ...PROXY, '    networks: [edge, backend]', ...LABELS, '      - traefik.docker.network=shop_edge', ...NETWORKS),
      compose('everything in the default network', 'services:', '  web:', '    image: example/web:1', '    expose: ["80"]', ...LABELS),
    ],
  },
  check(context) {
    reportModel(context, (resolved) => unreachable(resolved).map(apart));
    reportProblems('network-unreachable', context, ({ problem, versions }) => {
      const container = containerById(problem.container, context);
      const use = container?.networks.find((one) => one.key === problem.subject);
      const meant = use?.dockerName.text;
      return {
        message: `"${problem.container?.service ?? ''}" is not in a network "${problem.subject}"`,
        ...(meant === undefined ? {} : { label: `Docker calls it "${meant}"` }),
        why: `${engineDoes(versions, 'takes')} another network of the container, and one that it may not share`,
        help: meant === undefined ? `its networks: ${list(problem.candidates ?? [])}` : `write "${meant}", or give the network "name: ${problem.subject}"`,
        ...(meant === undefined ? {} : replaceFix(context, problem.origin, problem.subject, meant)),
      };
    });
  },
};
export default rule;

type Id = Container['id'];

/** The containers that were found by their Docker address, and share no network with the proxy. */
function unreachable(resolved: ResolvedGateway): readonly Container[] {
  const { proxy } = resolved.gateway;
  const docker = proxy.static === 'unknown' ? undefined : proxy.static.docker;
  if (proxy.container === undefined || docker?.useBindPortIP === true) return [];
  const found = new Set<Container>();
  for (const { container: id, host } of endpointsOf(resolved)) {
    const container = id === undefined || host !== id.service ? undefined : servedBy(resolved, id);
    if (container !== undefined && !found.has(container) && sharedNetworks(container, proxy.container)?.length === 0) found.add(container);
  }
  return [...found];
}

function apart(container: Container): ModelFinding {
  return {
    origin: container.networks[0]?.origin ?? container.origin,
    symbol: `${containerSymbol(container)} networks`,
    message: `"${container.id.service}" and the proxy share no network`,
    label: 'the proxy is not in it',
    why: 'Traefik enables the router; every request ends in 504',
    help: `attach the proxy to one of ${list(networksOf(container) ?? [], 'or')}, or "${container.id.service}" to a network of the proxy`,
  };
}

function containerById(id: Id | undefined, context: LintContext): Container | undefined {
  if (id === undefined) return undefined;
  return context.workspace.stacks.flatMap((stack) => stack.containers).find((container) => container.id.stack === id.stack && container.id.service === id.service);
}
