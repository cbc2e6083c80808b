import { refKey, refName } from '../../ir/index.ts';
import { versionsText } from '../problems.ts';
import type { LintRule, ResolvedGateway } from '../rule.ts';
import { services } from '../support/examples.ts';
import { reportModel, routerOf } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';
import { exampleText, isCovered, routePairs } from '../support/routes.ts';
import type { Pair } from '../support/routes.ts';
import { list, shortName } from '../support/words.ts';

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
  check: (context) => reportModel(context, shadowed),
};
export default rule;

/** One cause is enough for a router; entry points are named where it wins on others. */
function shadowed(resolved: ResolvedGateway): readonly ModelFinding[] {
  const found = new Map<string, Pair[]>();
  for (const pair of routePairs(resolved)) {
    if (pair.earlier.priority <= pair.later.priority || !isCovered(pair.earlier, pair.later)) continue;
    const key = refKey(pair.later.router);
    const before = found.get(key) ?? [];
    if (!before.some(({ lane }) => lane.listener === pair.lane.listener && lane.tls === pair.lane.tls)) found.set(key, [...before, pair]);
  }
  return [...found.values()].flatMap((pairs) => {
    const [first] = pairs;
    const lanes = first === undefined ? 0 : resolved.routing.listeners.filter(({ plain, tls }) => [...plain, ...tls].some((route) => refKey(route.router) === refKey(first.later.router))).length;
    return first === undefined ? [] : [finding(first, pairs.length < lanes ? pairs.map(({ lane }) => lane.listener.entryPoint.name) : [], resolved)];
  });
}

function finding({ earlier: wide, later: narrow, lane }: Pair, entryPoints: readonly string[], resolved: ResolvedGateway): ModelFinding {
  const example = exampleText(narrow.rule, lane);
  const name = shortName(narrow.router);
  return {
    origin: routerOf(resolved, narrow.router)?.ruleText.origin ?? narrow.origin,
    symbol: narrow.symbol,
    message: `router "${name}" can never win${entryPoints.length === 0 ? '' : ` on ${list(entryPoints)}`}: "${refName(wide.router)}" accepts all its requests${example === undefined ? '' : `, for example ${example}`}`,
    label: `priority ${String(narrow.priority)}, below ${String(wide.priority)}`,
    why: `${versionsText([resolved.version])} asks the higher priority first${routerOf(resolved, wide.router)?.prioritySet === true ? '' : '; without a priority it is the length of the rule'}`,
    related: [{ origin: routerOf(resolved, wide.router)?.ruleText.origin ?? wide.origin, label: `router "${shortName(wide.router)}"` }],
    help: `give "${name}" a higher priority`,
  };
}
