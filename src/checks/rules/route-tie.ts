import { refKey, refName } from '../../ir/index.ts';
import type { Route } from '../../ir/index.ts';
import { oncePer } from '../../text/index.ts';
import { versionsText } from '../problems.ts';
import type { LintRule, ResolvedGateway } from '../rule.ts';
import { services } from '../support/examples.ts';
import { reportModel, routerOf } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';
import { exampleText, meet, routePairs } from '../support/routes.ts';
import type { Meeting, Pair } from '../support/routes.ts';
import { shortName } from '../support/words.ts';

const rule: LintRule = {
  id: 'route-tie',
  meta: {
    summary: 'two routers of equal priority for one request',
    why: 'Traefik asks routers in the order of their priority, which is the length of the rule unless it is set. Between equals the order is that of a Go map: it changes with every start and every reload, and nothing is logged.',
    category: 'correctness',
    severity: 'error',
    blocking: false,
    bad: [
      services('the same rule twice', { blog: ['traefik.enable=true', 'traefik.http.routers.blog.rule=Host(`a.example.com`)', '                               ^^^^^^^^^^^^^^^^^^^^^ route-tie'], shop: ['traefik.enable=true', 'traefik.http.routers.shop.rule=Host(`a.example.com`)'] }),
      services('rules of one length that meet', { files: ['traefik.enable=true', 'traefik.http.routers.files.rule=Host(`a.example.com`) && PathPrefix(`/f`)', '                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ route-tie'], web: ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`) && Method(`DELETE`)'] }),
    ],
    good: [
      services('hosts of one length', { blog: ['traefik.enable=true', 'traefik.http.routers.blog.rule=Host(`blog.example.com`)'], shop: ['traefik.enable=true', 'traefik.http.routers.shop.rule=Host(`shop.example.com`)'] }),
      services('priorities', { blog: ['traefik.enable=true', 'traefik.http.routers.blog.rule=Host(`a.example.com`)', 'traefik.http.routers.blog.priority=10'], shop: ['traefik.enable=true', 'traefik.http.routers.shop.rule=Host(`a.example.com`) && PathPrefix(`/shop`)', 'traefik.http.routers.shop.priority=20'] }),
    ],
  },
  check: (context) => reportModel(context, (resolved) => tied(resolved)),
};
export default rule;

function tied(resolved: ResolvedGateway): readonly ModelFinding[] {
  if (!resolved.routing.listeners.some(({ plain, tls }) => plain.some(isTied) || tls.some(isTied))) return [];
  const found: ModelFinding[] = [];
  // A route stands in many pairs, and is asked once.
  const tiedWith = oncePer(({ tiedWith: refs }: Route): ReadonlySet<string> => new Set(refs.map(refKey)));
  const way = oncePer(wayOf);
  for (const pair of routePairs(resolved)) {
    const { earlier, later } = pair;
    // Whoever wins, the request goes the same way.
    if (earlier.priority === later.priority && tiedWith(later).has(refKey(earlier.router)) && way(earlier) !== way(later)) found.push(...finding(pair, resolved));
  }
  return found;
}

function isTied({ tiedWith }: Route): boolean {
  return tiedWith.length > 0;
}

function finding(pair: Pair, resolved: ResolvedGateway): readonly ModelFinding[] {
  const { earlier: first, later: second, lane } = pair;
  const same = first.ruleText === second.ruleText && first.syntax === second.syntax;
  const shown = same ? exampleText(first.rule, lane) : undefined;
  const met: Meeting = same ? { kind: 'meet', ...(shown === undefined ? {} : { request: shown }) } : meet(pair);
  if (met.kind === 'disjoint') return [];
  const certain = met.kind !== 'unknown';
  const example = met.request === undefined ? '' : `, for example ${met.request}`;
  const [left, right] = [first, second].map((route) => `"${shortName(route.router)}"`);
  return [{
    origin: routerOf(resolved, first.router)?.ruleText.origin ?? first.origin,
    symbol: `${first.symbol} ${refName(second.router)}`,
    severity: certain ? 'error' : 'info',
    message: same ? `routers ${left ?? ''} and ${right ?? ''} have the same rule and priority${example}` : `routers ${left ?? ''} and ${right ?? ''} have the priority ${String(first.priority)} and ${certain ? 'accept' : 'may accept'} the same requests${example}`,
    label: 'equal priority',
    why: `${versionsText([resolved.version])} picks the winner at random at each start`,
    related: [{ origin: routerOf(resolved, second.router)?.ruleText.origin ?? second.origin, label: `router "${shortName(second.router)}"` }],
    help: 'give one of them a higher priority',
  }];
}

function wayOf(route: Route): string {
  return JSON.stringify([refKey(route.service.service.ref), route.chain.map(({ ref }) => refKey(ref)), route.tls?.options === undefined ? '' : refKey(route.tls.options.value)]);
}
