import { readUser } from '../../ir/index.ts';
import type { Middleware } from '../../ir/index.ts';
import type { LintContext, LintRule } from '../rule.ts';
import { web } from '../support/examples.ts';
import { isUnknown, middlewaresOf, optionAt, reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';

const rule: LintRule = {
  id: 'hash-invalid',
  meta: {
    summary: 'a password hash that nobody can log in with',
    why: 'basicAuth never checks a hash when it is loaded. A plain password, a hash of a kind that Traefik does not know, or one that lost a character answers 401 to everybody, for ever, without a word.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    bad: [
      web('21 characters where 22 belong', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=auth', 'traefik.http.middlewares.auth.basicauth.users=test:$$apr1$$H6uskkkW$$IgXLP6ewTrSuBkTrUag92', '                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hash-invalid'),
      web('a plain password', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=auth', 'traefik.http.middlewares.auth.basicauth.users=test:secret', '                                                   ^^^^^^ hash-invalid'),
    ],
    good: [web('a whole hash', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=auth', 'traefik.http.middlewares.auth.basicauth.users=test:$$apr1$$H6uskkkW$$IgXLP6ewTrSuBkTrqE8wj/')],
  },
  check: (context) => reportModel(context, (resolved) => middlewaresOf(resolved, 'basicAuth').flatMap(({ middleware, spec }) => spec.users.flatMap((user, index) => ofUser(user, index, middleware, context)))),
};
export default rule;

/** The hash itself is never part of a message. */
function ofUser(line: string, index: number, middleware: Middleware, context: LintContext): readonly ModelFinding[] {
  const path = `basicAuth.users[${String(index)}]`;
  if (isUnknown(middleware, path)) return [];
  const user = readUser(line);
  if (user.kind !== 'unusable') return [];
  const place = optionAt(middleware, path);
  return [{
    origin: context.origins.slice(place, user.user.length + 1, line.length),
    symbol: `${middleware.symbol}.${path}`,
    message: `nobody can log in as "${user.user}": ${user.reason}`,
    label: 'not a usable hash',
    why: 'Traefik loads it without a word and answers 401 to every login',
    help: 'make a new one with htpasswd -nB NAME; in a Compose file write each "$" of it twice',
  }];
}
