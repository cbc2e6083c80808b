import { refKey, type Listener, type Route, type RuleExpr, type Routing } from '../ir/index.ts';
import { bareHost } from './match/conditions.ts';
import { pushTo } from '../text/index.ts';

/** Keys of TLS options; empty = the default ones. */
type OptionsKey = string;
/** Of options that cannot be had. */
const CLOSED: OptionsKey = 'closed';

/** Which TLS options belong to a name and to a route of one entry point. */
export interface TlsNames {
  /** Of the name that a client asks for in its hello. */
  readonly ofServerName: (serverName: string) => OptionsKey;
  /** Of a route: a rule that names no host cannot choose any (ran). */
  readonly ofRoute: (route: Route) => OptionsKey;
}

/** Options are chosen by server name before any router is asked; a name of its own beats a wildcard (3.7, ran). */
export function tlsNames({ tls, closed }: Listener): TlsNames {
  if (closed === undefined && tls.every((route) => written(route) === '')) return { ofServerName: () => '', ofRoute: () => '' };
  const clashing = clashes(tls);
  const ofRoute = (route: Route): OptionsKey => (clashing.has(route) ? '' : written(route));
  const byName = new Map<string, OptionsKey>(closed?.names.map((name) => [name, CLOSED]));
  for (const route of tls) for (const name of hostNames(route.rule)) byName.set(name, ofRoute(route));
  const ofServerName = (serverName: string): OptionsKey => {
    const name = bareHost(serverName.toLowerCase());
    const dot = name.indexOf('.');
    return byName.get(name) ?? (dot < 0 ? undefined : byName.get(`*${name.slice(dot)}`)) ?? '';
  };
  return { ofServerName, ofRoute };
}

function written({ tls, rule }: Route): OptionsKey {
  const options = tls?.options?.value;
  return options === undefined || options.name === 'default' || hostNames(rule).length === 0 ? '' : refKey(options);
}

/** Routes that share a host and not its options: all of them get the default ones (ran). */
function clashes(routes: readonly Route[]): ReadonlySet<Route> {
  const byHost = new Map<string, Route[]>();
  for (const route of routes) for (const name of hostNames(route.rule)) pushTo(byHost, name, route);
  const out = new Set<Route>();
  for (const group of byHost.values()) if (new Set(group.map(written)).size > 1) for (const route of group) out.add(route);
  return out;
}

/** Hosts that a rule names without `!` before them, in lower case; `*` where it takes any. */
export function hostNames(rule: RuleExpr, negated = false): readonly string[] {
  switch (rule.kind) {
    case 'match': {
      const { matcher } = rule;
      if (negated || matcher.kind !== 'host') return [];
      return [bareHost(matcher.host.value.toLowerCase())];
    }
    case 'not':
      return hostNames(rule.operand, !negated);
    case 'constant':
      return [];
    default:
      return rule.operands.flatMap((operand) => hostNames(operand, negated));
  }
}

/**
 * Whether a connection is closed in its handshake: no TLS can be made for the name, or the options ask for a certificate of
 * the very name. Without any certificate there is none; which names the files are for is not known here, so they are taken to cover all.
 */
export function closedNames(listener: Listener, strict: ReadonlySet<OptionsKey>): (serverName: string) => boolean {
  const { ofServerName } = tlsNames(listener);
  const closing = new Set([...strict, CLOSED, ...(listener.closed?.others === true ? [''] : [])]);
  // Go takes no hello for a name with a final dot.
  return (serverName) => serverName.endsWith('.') || closing.has(ofServerName(serverName));
}

/** Options that close connections: see {@link closedNames}. */
export function strictOptions({ tlsOptions, certificates, listeners }: Routing): ReadonlySet<OptionsKey> {
  const covered = certificates.length > 0 || listeners.some(({ tls }) => tls.some((route) => route.tls?.resolver !== undefined));
  return new Set(covered ? [] : tlsOptions.filter(({ raw }) => isStrict(raw)).map(({ ref }) => (ref.name === 'default' ? '' : refKey(ref))));
}

/** Names of options are read without case, and files may write numbers and texts for booleans. */
function isStrict(raw: unknown): boolean {
  if (typeof raw !== 'object' || raw === null) return false;
  return Object.entries(raw).some(([name, value]) => name.toLowerCase() === 'snistrict' && /^(?:1|t|true)$/i.test(String(value)));
}
