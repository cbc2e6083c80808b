import type { LintRule } from '../rule.ts';
import { web } from '../support/examples.ts';
import { middlewaresOf, optionAt, reportModel } from '../support/model.ts';

const CORS = ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=cors', 'traefik.http.middlewares.cors.headers.accesscontrolallowcredentials=true'] as const;

const rule: LintRule = {
  id: 'cors-wildcard-credentials',
  meta: {
    summary: 'every site may use the visitor\'s login',
    why: 'With "*" and credentials Traefik 3 answers each site with that site\'s own name: any page that a user visits can read the API with the user\'s cookies. Traefik 2 sends "*", which browsers refuse together with credentials.',
    category: 'security',
    severity: 'warning',
    blocking: false,
    bad: [web('all origins, with credentials', ...CORS, 'traefik.http.middlewares.cors.headers.accesscontrolalloworiginlist=*', '                                                                   ^ cors-wildcard-credentials')],
    good: [web('one origin', ...CORS, 'traefik.http.middlewares.cors.headers.accesscontrolalloworiginlist=https://app.example.com')],
  },
  check: (context) =>
    reportModel(context, (resolved) =>
      middlewaresOf(resolved, 'headers').filter(({ spec }) => spec.accessControlAllowCredentials && spec.accessControlAllowOriginList.includes('*')).map(({ middleware, spec }) => ({
        origin: optionAt(middleware, `headers.accessControlAllowOriginList[${String(spec.accessControlAllowOriginList.indexOf('*'))}]`),
        symbol: `${middleware.symbol}.headers.accessControlAllowOriginList`,
        message: 'every origin is allowed to send credentials',
        label: 'any site',
        help: 'list the origins, or leave accessControlAllowCredentials out',
      })),
    ),
};
export default rule;
