import type { Container } from '../../ir/index.ts';
import { engineDoes } from '../problems.ts';
import type { LintContext } from '../rule.ts';
import { compose } from '../support/examples.ts';
import { addLabelFix, labelBelow } from '../support/labels.ts';
import { networksOf, sharedNetworks } from '../support/networks.ts';
import { problemRule } from '../support/problem-rule.ts';
import { list } from '../support/words.ts';

const PROXY = ['services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --entrypoints.web.address=:80', '      - --providers.docker.exposedbydefault=false', '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro', '    networks: [edge]', '  web:', '    image: example/web:1', '    expose: ["80"]'] as const;
const LABELS = ['    labels:', '      - traefik.enable=true', '      - traefik.http.routers.web.rule=Host(`a.example.com`)'] as const;
const NETWORKS = ['networks:', '  edge:', '  backend:'] as const;

const rule = problemRule(
  'network-random',
  {
    summary: 'several networks, and none chosen',
    why: 'Traefik takes the address of one network of the container, and without a label which one is left to chance: it works after one start and times out after the next.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    fix: 'safe',
    bad: [compose('two networks, the proxy is in one', 'name: shop', ...PROXY, '    networks: [edge, backend]', '#              ^^^^ network-random', ...LABELS, ...NETWORKS)],
    good: [
      compose('a network label', 'name: shop', ...PROXY, '    networks: [edge, backend]', ...LABELS, '      - traefik.docker.network=shop_edge', ...NETWORKS),
      compose('the proxy is in both', 'name: shop', ...PROXY.map((line) => (line === '    networks: [edge]' ? '    networks: [edge, backend]' : line)), '    networks: [edge, backend]', ...LABELS, ...NETWORKS),
    ],
  },
  ({ problem, gateway, versions }, context) => {
    const container = context.workspace.stacks.flatMap((stack) => stack.containers).find((one) => one.id.stack === problem.container?.stack && one.id.service === problem.container.service);
    const shared = container === undefined ? undefined : sharedWithProxy(container, gateway, context);
    const all = container === undefined ? undefined : networksOf(container);
    if (shared !== undefined && (shared.length === 0 || shared.length === all?.length)) return undefined;
    const beside = container === undefined ? undefined : labelBelow(container, 'traefik.');
    const only = shared?.length === 1 ? shared[0] : undefined;
    return {
      message: `"${problem.container?.service ?? ''}" is in several networks, and no label says which one to use`,
      label: 'one of them, at random',
      why: `${engineDoes(versions, 'takes')} any of ${list(problem.candidates ?? [])}`,
      help: `add the label traefik.docker.network=${only ?? 'NAME'}`,
      ...(beside === undefined || only === undefined ? {} : addLabelFix(context, beside, 'traefik.docker.network', only, 'safe')),
    };
  },
);
export default rule;

function sharedWithProxy(container: Container, gateway: string, context: LintContext): readonly string[] | undefined {
  const proxy = context.gateways.find((one) => one.name === gateway)?.resolved[0]?.gateway.proxy.container;
  return proxy === undefined ? undefined : sharedNetworks(container, proxy);
}
