import { redirectLoops, requestText } from '../../analysis/index.ts';
import type { Listener, Middleware } from '../../ir/index.ts';
import type { LintRule, ResolvedGateway } from '../rule.ts';
import { web } from '../support/examples.ts';
import { reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';
import { shortName } from '../support/words.ts';

const LABELS = ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=web', 'traefik.http.routers.web.middlewares=m'] as const;

const rule: LintRule = {
  id: 'redirect-loop',
  meta: {
    summary: 'a redirection that leads back to itself',
    why: 'Traefik answers each request for itself: a pattern that also fits its own result, or a redirection to https beside one back to http, sends the browser round and round until it gives up. Nothing is logged.',
    category: 'correctness',
    severity: 'warning',
    blocking: false,
    bad: [
      web('the result fits the pattern again', ...LABELS, 'traefik.http.middlewares.m.redirectregex.regex=^http://a.example.com/(.*)', '                         ^ redirect-loop', 'traefik.http.middlewares.m.redirectregex.replacement=http://a.example.com/app/$${1}'),
      web('to https and back', ...LABELS, 'traefik.http.middlewares.m.redirectscheme.scheme=https', 'traefik.http.routers.safe.rule=Host(`a.example.com`)', 'traefik.http.routers.safe.entrypoints=websecure', 'traefik.http.routers.safe.tls=true', 'traefik.http.routers.safe.middlewares=back', 'traefik.http.middlewares.back.redirectscheme.scheme=http', '                         ^^^^ redirect-loop'),
    ],
    good: [
      web('the result is another host', ...LABELS, 'traefik.http.middlewares.m.redirectregex.regex=^http://a.example.com/(.*)', 'traefik.http.middlewares.m.redirectregex.replacement=http://b.example.com/app/$${1}'),
      web('to https, where a service answers', ...LABELS, 'traefik.http.middlewares.m.redirectscheme.scheme=https', 'traefik.http.routers.safe.rule=Host(`a.example.com`)', 'traefik.http.routers.safe.entrypoints=websecure', 'traefik.http.routers.safe.tls=true'),
      web('the same address again is answered by the service', ...LABELS, 'traefik.http.middlewares.m.redirectregex.regex=^http://[^/]+/(.*)', 'traefik.http.middlewares.m.redirectregex.replacement=http://a.example.com/$${1}'),
    ],
  },
  check: (context) => reportModel(context, find),
};
export default rule;

/** The middleware that sends the first request away; a gateway that two of them send round is one finding. */
function find(resolved: ResolvedGateway): readonly ModelFinding[] {
  if (!redirects(resolved)) return [];
  const found = new Map<string, ModelFinding>();
  for (const { route, probe, addresses } of redirectLoops(resolved.routing, { isPublished: (listener) => isPublished(listener, resolved) })) {
    const middleware = route.chain.find(isRedirect);
    const key = addresses.toSorted().join(' ');
    if (middleware === undefined || found.has(key)) continue;
    found.set(key, {
      origin: middleware.origin,
      symbol: `${middleware.symbol} ${route.symbol}`,
      message: `middleware "${shortName(middleware.ref)}" redirects for ever: ${requestText(probe)}${addresses.slice(1, 3).map((address) => ` to ${address}`).join('')} and on`,
      label: 'a loop',
      why: 'browsers give up after twenty redirections and show an error',
      related: [{ origin: route.origin, label: `router "${shortName(route.router)}"` }],
      help: 'let the redirection fit only what has to move',
    });
  }
  return [...found.values()];
}

/** Most gateways do not: they need not be asked for loops. */
function redirects({ routing }: ResolvedGateway): boolean {
  return routing.listeners.some(({ plain, tls }) => [plain, tls].some((routes) => routes.some(({ chain }) => chain.some(isRedirect))));
}

function isRedirect({ spec }: Middleware): boolean {
  return spec.kind === 'redirectRegex' || spec.kind === 'redirectScheme';
}

/** A port of the proxy that is known to come out elsewhere is not the one in an address. */
function isPublished({ entryPoint }: Listener, { gateway }: ResolvedGateway): boolean {
  const { container } = gateway.proxy;
  if (container === undefined || container.ports.length === 0) return [80, 443].includes(entryPoint.port);
  return container.ports.some(({ container: inside, published }) => inside === entryPoint.port && published === entryPoint.port);
}
