import type { LintRule } from '../rule.ts';
import { replaceFix } from '../support/edits.ts';
import { web } from '../support/examples.ts';
import { isUnknown, middlewaresOf, optionAt, reportModel } from '../support/model.ts';

const rule: LintRule = {
  id: 'strip-prefix-slash',
  meta: {
    summary: 'a prefix with a slash at its end',
    why: 'stripPrefix compares text: /api/ is cut from /api/users, and /api itself keeps its prefix. The remaining path gets its leading slash back in any case.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    fix: 'unsafe',
    bad: [web('/api stays as it is', 'traefik.enable=true', 'traefik.http.routers.web.rule=PathPrefix(`/api`)', 'traefik.http.routers.web.middlewares=m', 'traefik.http.middlewares.m.stripprefix.prefixes=/v1,/api/', '                                                    ^^^^^ strip-prefix-slash')],
    good: [web('without the slash', 'traefik.enable=true', 'traefik.http.routers.web.rule=PathPrefix(`/api`)', 'traefik.http.routers.web.middlewares=m', 'traefik.http.middlewares.m.stripprefix.prefixes=/v1,/api')],
  },
  check: (context) =>
    reportModel(context, (resolved) =>
      middlewaresOf(resolved, 'stripPrefix').flatMap(({ middleware, spec }) =>
        spec.prefixes.flatMap((prefix, index) => {
          const path = `stripPrefix.prefixes[${String(index)}]`;
          if (!/[^/]\/+$/.test(prefix) || spec.prefixes.includes(prefix.replace(/\/+$/, '')) || isUnknown(middleware, path)) return [];
          const bare = prefix.replace(/\/+$/, '');
          const origin = optionAt(middleware, path);
          return [{ origin, symbol: `${middleware.symbol}.${path}`, message: `"${prefix}" is not cut from "${bare}"`, label: `did you mean "${bare}"?`, help: `write "${bare}"`, ...replaceFix(context, origin, prefix, bare, 'unsafe') }];
        }),
      ),
    ),
};
export default rule;
