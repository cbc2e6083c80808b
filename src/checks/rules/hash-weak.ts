import { readUser } from '../../ir/index.ts';
import type { LintRule } from '../rule.ts';
import { web } from '../support/examples.ts';
import { isUnknown, middlewaresOf, optionAt, reportModel } from '../support/model.ts';

const LABELS = ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=auth'] as const;

const rule: LintRule = {
  id: 'hash-weak',
  meta: {
    summary: 'a password hash without a salt',
    why: 'A {SHA} hash is one round of SHA-1 without a salt: whoever reads the file finds short passwords in a list. bcrypt takes long for every try.',
    category: 'security',
    severity: 'info',
    blocking: false,
    bad: [web('SHA-1', ...LABELS, 'traefik.http.middlewares.auth.basicauth.users=ops:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', '                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hash-weak')],
    good: [web('bcrypt', ...LABELS, 'traefik.http.middlewares.auth.basicauth.users=ops:$$2y$$05$$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC')],
  },
  check: (context) =>
    reportModel(context, (resolved) =>
      middlewaresOf(resolved, 'basicAuth').flatMap(({ middleware, spec }) =>
        spec.users.flatMap((line, index) => {
          const path = `basicAuth.users[${String(index)}]`;
          const user = readUser(line);
          if (user.kind !== 'usable' || user.algorithm !== 'sha' || isUnknown(middleware, path)) return [];
          return [{ origin: context.origins.slice(optionAt(middleware, path), user.user.length + 1, line.length), symbol: `${middleware.symbol}.${path}`, message: `the hash of "${user.user}" has no salt`, label: 'easily guessed', help: 'make a new one with htpasswd -nB NAME' }];
        }),
      ),
    ),
};
export default rule;
