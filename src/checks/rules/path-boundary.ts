import type { Route, RuleExpr } from '../../ir/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { LintRule } from '../rule.ts';
import { services } from '../support/examples.ts';
import { reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';

const router = (name: string, rule: string): readonly string[] => ['traefik.enable=true', `traefik.http.routers.${name}.rule=${rule}`, `traefik.http.routers.${name}.entrypoints=web`];

const rule: LintRule = {
  id: 'path-boundary',
  meta: {
    summary: 'a path prefix that ends inside a word',
    why: 'PathPrefix compares letters, not parts of a path: /api also takes /apiary. Where another router serves the rest of the same host, such requests go to the wrong one.',
    category: 'suspicious',
    severity: 'info',
    blocking: false,
    bad: [services('a prefix beside a catch-all of the host', { api: [...router('api', 'Host(`a.example.com`) && PathPrefix(`/api`)').slice(0, 2), '                                                                   ^^^^ path-boundary', 'traefik.http.routers.api.entrypoints=web'], web: router('web', 'Host(`a.example.com`)') })],
    good: [
      services('a whole part', { api: router('api', 'Host(`a.example.com`) && (Path(`/api`) || PathPrefix(`/api/`))'), web: router('web', 'Host(`a.example.com`)') }),
      services('nobody else on the host', { api: router('api', 'Host(`a.example.com`) && PathPrefix(`/api`)') }),
    ],
  },
  check: (context) => reportModel(context, (resolved) => resolved.routing.listeners.flatMap(({ plain, tls }) => [...ofLane(plain), ...ofLane(tls)])),
};
export default rule;

function ofLane(routes: readonly Route[]): readonly ModelFinding[] {
  const own = routes.filter((route) => !route.synthetic);
  const open = new Map(own.flatMap((route) => (route.rule.kind === 'match' && route.rule.matcher.kind === 'host' ? [[route.rule.matcher.host.value.toLowerCase(), route] as const] : [])));
  if (open.size === 0) return [];
  return own.flatMap((route) => {
    const prefix = prefixOf(route.rule);
    const rest = prefix === undefined ? undefined : open.get(prefix.host);
    if (prefix === undefined || rest === undefined || rest.rank < route.rank) return [];
    return [{ origin: prefix.origin, symbol: `${route.symbol} prefix`, message: `"${prefix.path}" also takes "${prefix.path}x", which router "${rest.router.name}" would serve`, label: 'no boundary', help: `write (Path(\`${prefix.path}\`) || PathPrefix(\`${prefix.path}/\`)) if only whole parts are meant` }];
  });
}

/** ``Host(`h`) && PathPrefix(`/p`)`` with a prefix that ends in a letter. */
function prefixOf(expr: RuleExpr): { readonly host: string; readonly path: string; readonly origin: OriginId } | undefined {
  if (expr.kind !== 'and' || expr.operands.length !== 2) return undefined;
  const matchers = expr.operands.flatMap((operand) => (operand.kind === 'match' ? [operand.matcher] : []));
  const host = matchers.find((matcher) => matcher.kind === 'host');
  const path = matchers.find((matcher) => matcher.kind === 'pathPrefix');
  if (host === undefined || path === undefined || !/[A-Za-z0-9]$/.test(path.prefix.value)) return undefined;
  return { host: host.host.value.toLowerCase(), path: path.prefix.value, origin: path.prefix.origin };
}
