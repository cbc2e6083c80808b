import type { Listener, RuleExpr, TcpRoute, TcpRuleExpr } from '../ir/index.ts';
import { hostNames } from '../runtime/index.ts';
import { compileTcpRule, type TcpConnection } from '../runtime/match/index.ts';

/** Where a connection goes before anybody speaks HTTP on it. */
export type TcpChoice = { readonly kind: 'http' } | { readonly kind: 'route'; readonly route: TcpRoute } | { readonly kind: 'none' };

/** The TCP side of an entry point. */
export interface TcpDoor {
  /** Only plain TCP routers: the server may speak first, so nobody waits for the client's first bytes. */
  readonly blind: boolean;
  readonly plain: (connection: TcpConnection) => TcpChoice;
  readonly tls: (connection: TcpConnection) => TcpChoice;
}

interface Compiled {
  readonly route: TcpRoute;
  readonly matches: (connection: TcpConnection) => boolean;
  readonly catchAll: boolean;
}

/**
 * Traefik's order on a shared port. Plain: TCP routers, then HTTP. TLS: HTTPS routers that name the host, TCP routers
 * that do, HTTPS routers for any host, TCP routers for any, and what is left is HTTPS's to answer.
 */
export function tcpDoor(listener: Listener): TcpDoor {
  const routes = listener.tcp.map((route): Compiled => ({ route, matches: compileTcpRule(route.rule), catchAll: isCatchAll(route.rule) }));
  const plain = routes.filter(({ route }) => route.tls === undefined);
  const secure = routes.filter(({ route }) => route.tls !== undefined);
  const names = listener.tls.map(({ rule }) => hostsOf(rule));
  const named = (name: string): boolean => names.some((hosts) => hosts.some((matches) => matches(name)));
  const anyHost = names.some((hosts) => hosts.length === 0);
  return {
    blind: plain.length > 0 && secure.length === 0 && listener.tls.length === 0,
    plain: (connection) => choice(plain.find(({ matches }) => matches(connection)), listener.plain.length > 0 || listener.tls.length > 0 || plain.length === 0),
    tls: (connection) => {
      if (secure.length === 0 || named(connection.serverName)) return { kind: 'http' };
      const found = secure.find(({ matches }) => matches(connection));
      if (found !== undefined && (!found.catchAll || !anyHost)) return { kind: 'route', route: found.route };
      return { kind: 'http' };
    },
  };
}

function choice(found: Compiled | undefined, http: boolean): TcpChoice {
  if (found !== undefined) return { kind: 'route', route: found.route };
  return http ? { kind: 'http' } : { kind: 'none' };
}

function isCatchAll(rule: TcpRuleExpr): boolean {
  return rule.kind === 'match' && rule.matcher.kind === 'hostSni' && rule.matcher.host.value === '*';
}

/** Tests for the hosts that an HTTP rule names, wherever in it. */
function hostsOf(rule: RuleExpr): readonly ((name: string) => boolean)[] {
  return hostNames(rule).filter((host) => host !== '*').map((host) => (host.startsWith('*.') ? (name) => name.includes('.') && name.slice(name.indexOf('.')) === host.slice(1) : (name) => name === host));
}
