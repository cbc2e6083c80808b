import { containerSymbol } from '../../ir/index.ts';
import { addLabelFix, labelBelow, containersOf } from '../support/labels.ts';
import { web } from '../support/examples.ts';
import { problemRule } from '../support/problem-rule.ts';
import { list } from '../support/words.ts';

const rule = problemRule(
  'router-service-ambiguous',
  {
    summary: 'a router that could use several services',
    why: 'A router without a service label uses the only service of its container. With two of them Traefik drops the router, with one line in the log.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'unsafe',
    bad: [web('two services, no choice', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', '                     ^^^ router-service-ambiguous', 'traefik.http.services.s1.loadbalancer.server.port=80', 'traefik.http.services.s2.loadbalancer.server.port=81')],
    good: [web('the router names its service', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.service=s1', 'traefik.http.services.s1.loadbalancer.server.port=80', 'traefik.http.services.s2.loadbalancer.server.port=81')],
  },
  ({ problem }, context) => {
    const names = problem.candidates ?? [];
    if (problem.kind === 'too-many-services') return { message: `container "${problem.subject}" declares the services ${list(names)} and no router`, help: 'declare a router, unless routers of other containers use these services' };
    const owner = containersOf(context).find((container) => containerSymbol(container) === problem.symbol.split(' ')[0]);
    const beside = owner === undefined ? undefined : labelBelow(owner, `traefik.http.routers.${problem.subject}.`);
    const [first = 'NAME'] = names;
    return {
      message: `router "${problem.subject}" can use ${list(names, 'or')}`,
      label: 'which service?',
      help: `add traefik.http.routers.${problem.subject}.service=${first}`,
      related: (problem.related ?? []).map((origin, index) => ({ origin, label: `service "${names[index] ?? ''}"` })),
      ...(beside === undefined ? {} : addLabelFix(context, beside, `traefik.http.routers.${problem.subject}.service`, first, 'unsafe')),
    };
  },
);
export default rule;
