import type { Listener, Routing, TcpRoute, TcpService, UdpRoute } from '../../ir/index.ts';
import type { Capabilities, Row, Verdict } from '../target.ts';
import { matchesEmpty } from '../../rule-lang/index.ts';
import { addressLiteral } from './address.ts';
import { rustPattern } from './pattern.ts';
import { holdsWithoutName } from './stream-rule.ts';

type StreamFeature = Extract<keyof Capabilities, `tcp.${string}` | `udp.${string}`>;

const SOURCE = [{ version: '3.9.3', by: 'read' }] as const;
/** By port, and by server name where TLS ends in Kong. */
const RAN = [{ version: '3.9.3', by: 'ran' }] as const;

const no = (because: string, help?: string): Verdict => (help === undefined ? { kind: 'unsupported', because } : { kind: 'unsupported', because, help });
const equivalent = (how: string): { readonly verdict: Verdict } => ({ verdict: { kind: 'equivalent', how } });
const CLOSED = 'a connection that no router takes is closed; Traefik answers one that speaks HTTP with 404';
const BAD_SERVERS: Verdict = no('a stream node connects to its servers in plain text and writes no PROXY protocol to them', 'keep this entry point on Traefik or nginx');

/** TCP and UDP routers in the expressions flavour: a node of its own, routes by the port of the listener. */
export const streams: { readonly [F in StreamFeature]: Capabilities[F] } = {
  'tcp.router': {
    ...equivalent(CLOSED), seen: RAN,
    except: [
      { title: 'with and without TLS', when: (use, { routing }) => mixed(listenerOf(routing, use)), verdict: no('a Kong listener reads TLS on every connection or on none', 'give the TLS routers an entry point of their own') },
      { title: 'TLS or the PROXY protocol to the servers', when: (use) => poolsOf(use).some(({ spec }) => spec.kind === 'loadBalancer' && (spec.proxyProtocol !== undefined || spec.endpoints.some(({ tls }) => tls))), verdict: BAD_SERVERS },
      { title: 'health checks', when: (use) => poolsOf(use).some(({ spec }) => spec.kind === 'loadBalancer' && spec.healthCheck !== undefined), verdict: no('checks of TCP servers are not translated') },
    ],
  },
  'tcp.hostSni': { verdict: { kind: 'exact' }, seen: RAN },
  'tcp.hostSniRegexp': {
    ...equivalent('the pattern is translated from RE2 to the Rust engine'), seen: SOURCE,
    except: [
      { title: 'no pattern for Rust', when: (use) => !rustPattern(use.pattern.value).ok, verdict: no('the pattern has no form in the Rust engine') },
      { title: 'holds for an empty name', when: (use) => matchesEmpty(use.pattern.value), verdict: no('Kong holds no test for a name that was not sent', 'use HostSNI(`*`)') },
    ],
  },
  'tcp.clientIp': { verdict: { kind: 'exact' }, seen: SOURCE, except: [{ title: 'no address', when: (use) => addressLiteral(use.range.value) === undefined, verdict: no('it is neither an address nor a network') }] },
  'tcp.alpn': { verdict: no('Kong does not see ALPN'), seen: SOURCE },
  'tcp.tls': { ...equivalent('the node ends TLS with its certificates'), seen: RAN },
  'tcp.passthrough': {
    verdict: { kind: 'exact' }, seen: SOURCE,
    except: [{ title: 'without a name', when: holdsWithoutName, verdict: no('Kong cannot tell TLS without a server name from plain text, which would be passed on too', 'name the hosts: HostSNI(`db.example.com`)') }],
  },
  'tcp.shared': { verdict: no('a Kong listener is for HTTP or for streams', 'give the TCP routers an entry point of their own'), seen: SOURCE },
  'tcp.middleware.ipAllowList': {
    ...equivalent('two routes: the second one leads nowhere and closes the connection'), seen: SOURCE,
    except: [{ title: 'no address', when: ({ chain }) => chain.some(({ spec }) => spec.kind === 'ipAllowList' && spec.sourceRange.some((range) => addressLiteral(range) === undefined)), verdict: no('one of the ranges is neither an address nor a network') }],
  },
  'tcp.middleware.inFlightConn': { verdict: no('Kong OSS does not count connections'), seen: SOURCE },
  'tcp.weighted': { ...equivalent('one upstream with the weights multiplied: the same ratio, another sequence'), seen: SOURCE },
  'tcp.proxyProtocol': { verdict: BAD_SERVERS, seen: SOURCE },
  'udp.router': { ...equivalent('by the port of the listener, in a node for UDP'), seen: SOURCE },
};

function listenerOf({ listeners }: Routing, route: TcpRoute): Listener | undefined {
  return listeners.find(({ tcp }) => tcp.includes(route));
}

function mixed(listener: Listener | undefined): boolean {
  return listener !== undefined && new Set(listener.tcp.map(({ tls }) => tls !== undefined)).size > 1;
}

function poolsOf({ service, members }: TcpRoute | UdpRoute): readonly TcpService[] {
  return [service, ...members];
}

/** Streams need expressions: their routes are told apart by port and name at once, in the order of the routing. */
export function refusedStreams(verdict: Verdict): { readonly [F in StreamFeature]: Row<unknown> } {
  const row: Row<unknown> = { verdict, seen: SOURCE };
  return {
    'tcp.router': row, 'tcp.hostSni': row, 'tcp.hostSniRegexp': row, 'tcp.clientIp': row, 'tcp.alpn': row, 'tcp.tls': row, 'tcp.passthrough': row, 'tcp.shared': row,
    'tcp.middleware.ipAllowList': row, 'tcp.middleware.inFlightConn': row, 'tcp.weighted': row, 'tcp.proxyProtocol': row, 'udp.router': row,
  };
}
