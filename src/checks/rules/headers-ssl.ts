import type { HeadersSpec } from '../../ir/index.ts';
import { versionsText } from '../problems.ts';
import type { LintRule } from '../rule.ts';
import { onV2, web } from '../support/examples.ts';
import { optionKeyAt } from '../support/labels.ts';
import { middlewaresOf, optionAt, reportModel } from '../support/model.ts';

const rule: LintRule = {
  id: 'headers-ssl',
  meta: {
    summary: 'a headers option that vanished with Traefik 3',
    why: 'Traefik 2 redirected to HTTPS with headers.sslRedirect. Traefik 3 still accepts the option and does nothing: after the upgrade plain HTTP is answered with the page itself, without a word in the log.',
    category: 'security',
    severity: 'error',
    blocking: false,
    needs: ['version'],
    bad: [web('a redirection that is none', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=m', 'traefik.http.middlewares.m.headers.framedeny=true', 'traefik.http.middlewares.m.headers.sslredirect=true', '                                   ^^^^^^^^^^^ headers-ssl')],
    good: [
      onV2(web('Traefik 2 still does it', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=m', 'traefik.http.middlewares.m.headers.sslredirect=true')),
      web('the middleware made for it', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=m', 'traefik.http.middlewares.m.redirectscheme.scheme=https'),
    ],
  },
  check: (context) =>
    reportModel(context, (resolved) =>
      resolved.version === '2.11'
        ? []
        : middlewaresOf(resolved, 'headers').flatMap(({ middleware, spec }) =>
            gone(spec).map((option) => ({
              origin: optionKeyAt(context, `${middleware.symbol}.headers.${option}`) ?? optionAt(middleware, `headers.${option}`),
              symbol: `${middleware.symbol}.headers.${option}`,
              message: `"${option}" has no effect since Traefik 3`,
              label: 'ignored',
              why: `${versionsText([resolved.version])} accepts the option and does nothing${option.startsWith('ssl') ? ': plain HTTP is served without a redirection' : ''}`,
              help: option.startsWith('ssl') ? 'redirect with a redirectScheme middleware, or on the entry point' : 'write it as permissionsPolicy',
            })),
          ),
    ),
};
export default rule;

const OPTIONS = ['sslRedirect', 'sslTemporaryRedirect', 'sslHost', 'sslForceHost', 'featurePolicy'] as const;

/** Options that are switched on; a written `false` loses nothing. */
function gone(spec: HeadersSpec): readonly (typeof OPTIONS)[number][] {
  return OPTIONS.filter((option) => spec[option] !== false && spec[option] !== '');
}
