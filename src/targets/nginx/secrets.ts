import type { Diagnostic } from '../../diagnostics/index.ts';
import { chainOf, routesOf, secretVariablesOf } from '../../ir/index.ts';
import type { Middleware, Routing } from '../../ir/index.ts';
import type { TargetOptions } from '../target.ts';

/** nginx reads no variable of its environment into a header, so a secret would stand in nginx.conf for everyone who reads the file. */
export function headerSecrets(routing: Routing, { inlineSecrets }: TargetOptions): readonly Diagnostic[] {
  if (inlineSecrets) return [];
  return [...new Set(headerMiddlewares(routing))].flatMap((middleware) => secretVariablesOf(middleware).map(({ path, origin }): Diagnostic => ({
    rule: 'target-unsupported', severity: 'error', blocking: true, at: { origin }, symbol: `nginx/secret ${middleware.symbol} ${path}`,
    message: 'nginx cannot express a secret from a variable in a header', why: 'its directives for headers take no reference, so the value itself would stand in nginx.conf',
    help: 'write it with --inline-secrets, or keep this router on Traefik',
  })));
}

/** Whether nginx.conf itself holds a secret that came from a variable. */
export function holdsHeaderSecret(routing: Routing): boolean {
  return headerMiddlewares(routing).some((middleware) => secretVariablesOf(middleware).length > 0);
}

function headerMiddlewares({ listeners }: Routing): readonly Middleware[] {
  return routesOf({ listeners }).flatMap(chainOf).filter(({ spec }) => spec.kind === 'headers');
}
