import type { Diagnostic } from '../../diagnostics/index.ts';
import type { Route, Routing } from '../../ir/index.ts';
import type { TargetOptions } from '../target.ts';

/** What the written files do otherwise although nothing is refused. */
export function warnings(routing: Routing, options: TargetOptions): readonly Diagnostic[] {
  const routes = routing.listeners.flatMap(({ plain, tls }) => [...plain, ...tls]);
  return [...internalServices(routes), ...deferredUsers(routes, options)];
}

/** Traefik's own services: the place and the middlewares are kept, behind them is nothing. */
function internalServices(routes: readonly Route[]): readonly Diagnostic[] {
  return unique(routes.flatMap((route): readonly Diagnostic[] => {
    const { spec } = route.service.service;
    if (spec.kind !== 'internal' || route.synthetic) return [];
    return [{
      rule: 'target-internal-service', severity: 'warning', blocking: false, message: `nginx has no ${spec.name}@internal: the router "${route.router.name}" answers 404`,
      why: 'its place and its middlewares are kept, so that no other router takes its requests', at: { origin: route.origin }, symbol: `nginx/${route.symbol}`,
    }];
  }));
}

function deferredUsers(routes: readonly Route[], { inlineSecrets }: TargetOptions): readonly Diagnostic[] {
  const middlewares = routes.flatMap((route) => [...route.chain, ...route.service.chain]);
  return unique(middlewares.flatMap((middleware): readonly Diagnostic[] => {
    if (middleware.spec.kind !== 'basicAuth' || middleware.spec.usersFile !== '') return [];
    const users = [...middleware.variables].filter(([path]) => path.startsWith('basicAuth.users')).map(([, use]) => use);
    const names = [...new Set(users.flatMap(({ unset, filled }) => (inlineSecrets ? unset : [...unset, ...filled])))];
    if (names.length === 0) return [];
    return [{
      rule: 'target-deferred-secret', severity: 'note', blocking: false, message: `the users of "${middleware.ref.name}" are not written: they come from ${names.map((name) => `"${name}"`).join(', ')}`,
      help: 'put the htpasswd file that nginx.conf names beside it, one "user:hash" a line', at: { origin: middleware.origin }, symbol: `nginx/${middleware.symbol}`,
    }];
  }));
}

function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((diagnostic) => [diagnostic.symbol, diagnostic])).values()];
}
