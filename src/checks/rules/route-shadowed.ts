import { refName } from '../../ir/index.ts';
import type { Route } from '../../ir/index.ts';
import { versionsText } from '../problems.ts';
import type { LintRule, ResolvedGateway } from '../rule.ts';
import { services } from '../support/examples.ts';
import { reportModel, routerOf } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';
import { casesOf, covers, exampleOf } from '../support/overlap.ts';
import { requestText } from '../support/request.ts';
import { neighbours } from '../support/routes.ts';
import type { Lane } from '../support/routes.ts';
import { shortName } from '../support/words.ts';

const rule: LintRule = {
  id: 'route-shadowed',
  meta: {
    summary: 'a router that can never win',
    why: 'Traefik asks the router with the highest priority first. When that one accepts everything that a later router accepts, the later router is never used.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    bad: [services('a wide rule above a narrow one', { web: ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.priority=100'], api: ['traefik.enable=true', 'traefik.http.routers.api.rule=Host(`a.example.com`) && PathPrefix(`/api`)', '                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ route-shadowed'] })],
    good: [services('the narrow rule is longer', { web: ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)'], api: ['traefik.enable=true', 'traefik.http.routers.api.rule=Host(`a.example.com`) && PathPrefix(`/api`)'] })],
  },
  check: (context) => reportModel(context, (resolved) => firstOfEach(neighbours(resolved).flatMap(({ lane, earlier, later }) => (earlier.priority > later.priority ? finding(earlier, later, lane, resolved) : [])))),
};
export default rule;

function finding(wide: Route, narrow: Route, lane: Lane, resolved: ResolvedGateway): readonly ModelFinding[] {
  const [above, below] = [casesOf(wide.rule), casesOf(narrow.rule)];
  if (above === undefined || below === undefined || below.length === 0 || !covers(above, below)) return [];
  const example = exampleOf(narrow.rule);
  const name = shortName(narrow.router);
  return [{
    origin: routerOf(resolved, narrow.router)?.ruleText.origin ?? narrow.origin,
    symbol: `${narrow.symbol} ${lane.entryPoint}`,
    message: `router "${name}" can never win on the entry point "${lane.entryPoint}": "${refName(wide.router)}" accepts all its requests${example === undefined ? '' : `, for example ${requestText(example, lane.scheme)}`}`,
    label: `priority ${String(narrow.priority)}, below ${String(wide.priority)}`,
    why: `${versionsText([resolved.version])} asks the higher priority first${routerOf(resolved, wide.router)?.prioritySet === true ? '' : '; without a priority it is the length of the rule'}`,
    related: [{ origin: routerOf(resolved, wide.router)?.ruleText.origin ?? wide.origin, label: `router "${shortName(wide.router)}"` }],
    help: `give "${name}" a higher priority`,
  }];
}

/** One cause is enough for a router. */
function firstOfEach(findings: readonly ModelFinding[]): readonly ModelFinding[] {
  const seen = new Set<string>();
  return findings.filter(({ symbol }) => !seen.has(symbol) && seen.add(symbol));
}
