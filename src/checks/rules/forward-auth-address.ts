import type { LintRule } from '../rule.ts';
import { replaceFix } from '../support/edits.ts';
import { web } from '../support/examples.ts';
import { isUnknown, middlewaresOf, optionAt, reportModel } from '../support/model.ts';

const LABELS = ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=auth'] as const;

const rule: LintRule = {
  id: 'forward-auth-address',
  meta: {
    summary: 'a login service without http:// in its address',
    why: 'forwardAuth asks the login service before each request. An address without a scheme is accepted when it is loaded, and then every request ends in 500: unsupported protocol scheme.',
    category: 'correctness',
    severity: 'warning',
    blocking: false,
    fix: 'unsafe',
    bad: [web('host and port only', ...LABELS, 'traefik.http.middlewares.auth.forwardauth.address=auth:9000', '                                                  ^^^^^^^^^ forward-auth-address')],
    good: [web('a whole address', ...LABELS, 'traefik.http.middlewares.auth.forwardauth.address=http://auth:9000')],
  },
  check: (context) =>
    reportModel(context, (resolved) =>
      middlewaresOf(resolved, 'forwardAuth').filter(({ middleware, spec }) => !/^https?:\/\//i.test(spec.address) && !isUnknown(middleware, 'forwardAuth.address')).map(({ middleware, spec }) => {
        const origin = optionAt(middleware, 'forwardAuth.address');
        return {
          origin,
          symbol: `${middleware.symbol}.forwardAuth.address`,
          message: spec.address === '' ? `middleware "${middleware.ref.name}" has no address` : `"${spec.address}" is no address: the scheme is missing`,
          label: 'http:// or https://',
          why: 'Traefik answers 500 to every request',
          help: spec.address === '' ? 'write the address of the login service' : `write "http://${spec.address}"`,
          ...(spec.address === '' || spec.address.includes('://') ? {} : replaceFix(context, origin, spec.address, `http://${spec.address}`, 'unsafe')),
        };
      }),
    ),
};
export default rule;
