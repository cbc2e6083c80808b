import { refKey } from '../../ir/index.ts';
import type { LintRule } from '../rule.ts';
import { web } from '../support/examples.ts';
import { reportModel } from '../support/model.ts';
import { usedMiddlewares } from '../support/used.ts';
import { shortName } from '../support/words.ts';

/** A login that nobody asks for has a rule of its own. */
const AUTH: readonly string[] = ['basicAuth', 'digestAuth', 'forwardAuth', 'apiKey', 'jwt', 'login'];

const rule: LintRule = {
  id: 'middleware-unused',
  meta: {
    summary: 'a middleware that no router names',
    why: 'Declaring a middleware does nothing by itself: a router, an entry point or a chain has to name it. Often the redirection to HTTPS is the one that was forgotten. It may be meant for another stack, so this is only advice.',
    category: 'suspicious',
    severity: 'info',
    blocking: false,
    bad: [web('declared and not attached', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.middlewares.to-https.redirectscheme.scheme=https', '                         ^^^^^^^^ middleware-unused')],
    good: [web('named by a chain', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=all', 'traefik.http.middlewares.all.chain.middlewares=to-https', 'traefik.http.middlewares.to-https.redirectscheme.scheme=https')],
  },
  check: (context) =>
    reportModel(context, (resolved, { partial }) => {
      // What could not be read may name them.
      if (partial !== undefined) return [];
      const used = usedMiddlewares(resolved);
      return resolved.gateway.middlewares.filter(({ ref, spec }) => !used.has(refKey(ref)) && !AUTH.includes(spec.kind) && ref.namespace !== 'internal').map((middleware) => ({
        origin: middleware.origin,
        symbol: middleware.symbol,
        message: `middleware "${shortName(middleware.ref)}" is declared, but nothing names it here`,
        label: 'not attached',
        why: 'Traefik loads it and never runs it',
        help: `name it in a router: traefik.http.routers.NAME.middlewares=${shortName(middleware.ref)}`,
      }));
    }),
};
export default rule;
