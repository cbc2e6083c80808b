import type { LintRule } from '../rule.ts';
import { compose } from '../support/examples.ts';
import { reportFound } from '../support/model.ts';

const rule: LintRule = {
  id: 'network-unused',
  meta: {
    summary: 'a network that no service joins',
    why: 'Compose declares the network and attaches nobody. Often the service that should be reachable through it is the one that was forgotten.',
    category: 'style',
    severity: 'info',
    blocking: false,
    bad: [compose('declared only', 'services:', '  web:', '    image: example/web:1', 'networks:', '  edge: {external: true}', '# ^^^^ network-unused')],
    good: [compose('joined', 'services:', '  web:', '    image: example/web:1', '    networks: [edge]', 'networks:', '  edge: {external: true}')],
  },
  check(context) {
    // A service of a file that could not be read may join it.
    for (const stack of context.workspace.stacks.filter(({ unread }) => unread === undefined)) {
      const used = new Set([...stack.containers, ...(stack.inactive ?? [])].flatMap(({ networks }) => networks.map(({ key }) => key)));
      for (const network of stack.networks) {
        if (used.has(network.key) || network.key === 'default') continue;
        reportFound(context, { origin: network.origin, symbol: `${stack.name} networks.${network.key}`, message: `no service joins the network "${network.key}"`, label: 'not used', help: 'name it in the networks of a service, or remove it' });
      }
    }
  },
};
export default rule;
