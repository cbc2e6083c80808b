import type { Diagnostic } from '../../diagnostics/index.ts';
import { chainOf, routesOf } from '../../ir/index.ts';
import type { EntryPoint, Route, Routing } from '../../ir/index.ts';
import type { OutputFile, TargetOptions } from '../target.ts';
import { chosenCertificates } from './certificates.ts';

/** What the written files do otherwise although nothing is refused. */
export function warnings(routing: Routing, options: TargetOptions): readonly Diagnostic[] {
  const routes = routesOf(routing);
  return [...internalServices(routes), ...deferredUsers(routes, options), ...readableKeys(routing, options)];
}

/** A key behind a variable is read by a worker for each connection, not by the master at the start (ran: the handshake fails). */
function readableKeys(routing: Routing, options: TargetOptions): readonly Diagnostic[] {
  const { pairs } = chosenCertificates(routing, options);
  const entryPoint = routing.listeners.find(({ tls, tcp }) => tls.length > 0 || tcp.some((route) => route.tls?.passthrough === false))?.entryPoint;
  if (pairs.length < 2 || entryPoint === undefined) return [];
  return [{
    rule: 'target-key-permissions', severity: 'note', blocking: false, message: 'the workers of nginx read the private keys: with several certificates they are chosen as clients connect',
    help: `let the user that nginx runs as read ${pairs.map(({ key }) => `"${key}"`).join(', ')}`, at: { origin: entryPoint.origin }, symbol: `nginx/tls ${entryPoint.name}`,
  }];
}

/** Files with secrets are for their owner alone, and workers read them (ran: 500 for everybody). */
export function readableSecrets(files: readonly OutputFile[], { listeners }: Routing): readonly Diagnostic[] {
  const secret = files.filter((file) => file.secret === true).map(({ path }) => `"${path}"`);
  const [first] = listeners;
  if (secret.length === 0 || first === undefined) return [];
  return [{
    rule: 'target-key-permissions', severity: 'note', blocking: false, message: `only the owner of ${secret.join(', ')} can read it, and the workers of nginx must`,
    help: 'start nginx as that user, or give the file to the group of its workers', at: { origin: first.entryPoint.origin }, symbol: 'nginx/secrets',
  }];
}

/** Request fields that end here because nginx would take them for others. */
export function droppedFields(others: readonly string[], { origin, name }: EntryPoint): Diagnostic {
  return {
    rule: 'target-dropped-fields', severity: 'warning', blocking: false, message: 'nginx drops request headers whose names hold an underscore or a dot; Traefik hands them on',
    why: `it cannot tell them from headers that decide or are replaced here: ${others.join(', ')}`, help: 'have clients write such names with hyphens', at: { origin }, symbol: `nginx/entryPoints.${name}`,
  };
}

/** Traefik's own services: the place and the middlewares are kept, behind them is nothing. */
function internalServices(routes: readonly Route[]): readonly Diagnostic[] {
  return unique(routes.flatMap((route): readonly Diagnostic[] => {
    const { spec } = route.service.service;
    if (spec.kind !== 'internal' || spec.name === 'noop' || route.synthetic) return [];
    return [{
      rule: 'target-internal-service', severity: 'warning', blocking: false, message: `nginx has no ${spec.name}@internal: the router "${route.router.name}" answers 404`,
      why: 'its place and its middlewares are kept, so that no other router takes its requests', at: { origin: route.origin }, symbol: `nginx/${route.symbol}`,
    }];
  }));
}

function deferredUsers(routes: readonly Route[], { inlineSecrets }: TargetOptions): readonly Diagnostic[] {
  const middlewares = routes.flatMap((route) => chainOf(route));
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
