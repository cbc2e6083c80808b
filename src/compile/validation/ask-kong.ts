import type { Decision, HeaderList, HeaderOps, Probe, Routing } from '../../ir/index.ts';
import { requestClass } from '../../ir/request-class.ts';
import { answer, type KongAnswer } from '../../models/kong/index.ts';
import { compareDecision, type Observation } from '../../runtime/index.ts';
import { expectedOf, lowerLocation, withoutUnsent } from './ambient.ts';
import { kongEscapedRefusals, type DeclinesEscaped } from './escaped.ts';
import { kongListeningAt, readKongNodes, type KongListening } from './kong-nodes.ts';
import { astray, placesOf, type Ipv6 } from './places.ts';
import { mayDecline } from './regular.ts';
import { differs, endpointsDiffer, SAME, type Answer, type Asker } from './verdict.ts';

/** The rendered nodes in the model of Kong: the one that listens on the port of the entry point. */
export function kongAsker(files: ReadonlyMap<string, string>, routing: Routing, ipv6?: Ipv6): { readonly ask: Asker; readonly faults: readonly string[] } {
  const idle = new Set(routing.listeners.filter(({ plain, tls }) => plain.length + tls.length === 0).map(({ entryPoint }) => entryPoint.name));
  const read = readKongNodes(files);
  const nodes = read.flatMap(({ node }) => (node === undefined ? [] : [node]));
  const find = kongListeningAt(nodes);
  const places = placesOf(routing);
  const declinesEscaped = kongEscapedRefusals(routing);
  const misheard = astray(routing, ipv6, (first, other) => heardAlike(find(first), find(other)));
  const unreadable = read.flatMap(({ fault }) => (fault === undefined ? [] : [fault]));
  const faults = [...unreadable, ...nodes.flatMap(({ router, rules }) => [...router.faults.map(({ route, message }) => `route ${route}: ${message}`), ...rules.unknown])];
  const [broken] = unreadable;
  if (broken !== undefined) return { faults, ask: () => ({ kind: 'unmodelled', what: broken }) };
  return { faults, ask: (probe, decision) => {
    const place = places.get(probe.entryPoint);
    const at = place === undefined ? undefined : find(place);
    // Where nothing is routed no node listens, as docs/conformance.md says; Traefik answers that nothing is there.
    if (at === undefined && idle.has(probe.entryPoint)) return { kind: 'declined' };
    return misheard.get(probe.entryPoint) ?? judge(at, probe, expectedOf('kong', decision), declinesEscaped);
  } };
}

function heardAlike(one: KongListening | undefined, other: KongListening | undefined): boolean | undefined {
  return other === undefined ? undefined : one?.node === other.node && one.ssl === other.ssl;
}

function judge(at: KongListening | undefined, probe: Probe, decision: Decision, declinesEscaped: DeclinesEscaped): Answer {
  if (decision.kind === 'tie' || decision.kind === 'refused') return SAME;
  if (at === undefined) return differs('answered by', decision.kind, 'nothing: no node listens there');
  // A Kong listener speaks TLS or does not; the other kind gets no further than the socket, Traefik answers it with 404.
  if (at.ssl !== (probe.tls !== false)) return decision.kind === 'respond' && decision.status === 404 ? { kind: 'declined' } : differs('answered by', decision.kind, 'nothing: a listener for the other scheme');
  const seen = answer(at.node, probe);
  const [unknown] = seen.unmodelled;
  if (unknown !== undefined) return { kind: 'unmodelled', what: unknown };
  if (seen.forward === undefined && declinesEscaped(seen.status ?? 0, probe, decision)) return { kind: 'declined' };
  return compare(seen, probe, decision);
}

function compare(seen: KongAnswer, probe: Probe, decision: Extract<Decision, { kind: 'forward' | 'respond' }>): Answer {
  const { forward, status = 0, headers, match } = seen;
  if (forward === undefined) {
    if (!(decision.kind === 'respond' && decision.status === status) && mayDecline('kong', probe, status)) return { kind: 'declined' };
    const found = toAnswer(decision, { status, responseHeaders: lowerLocation(headers), backend: null }, probe);
    // What nginx refuses in front of Kong's routes has no headers of a route.
    const isFromFront = match === undefined && found.kind === 'differs' && mayDecline('kong', probe, status);
    return isFromFront || keepsPath(found, probe) ? { kind: 'declined' } : found;
  }
  if (decision.kind !== 'forward') return differs('answered by', `the proxy, ${String(decision.status)}`, forward.endpoints[0]?.address ?? '');
  const wrong = endpointsDiffer(decision.endpoints, forward.endpoints, 0.006);
  if (wrong !== undefined) return wrong;
  const address = forward.endpoints[0]?.address ?? '';
  const sent: HeaderList = [['Host', forward.host ?? address.replace(/^\w+:\/\//, '')], ...withoutUnsent('kong', changed(probe.headers, forward.requestHeaders))];
  const backend: HeaderList = [['X-From-Backend', 'yes']];
  const answered = [...backend, ...decision.responseHeaders.remove.map((name): readonly [string, string] => [name, 'from the backend'])];
  return toAnswer(decision, { status: 200, responseHeaders: changed(answered, forward.responseHeaders), backend: { address, method: probe.method, target: forward.target, headers: sent } }, { ...probe, headers: withoutUnsent('kong', probe.headers) }, backend);
}

/** The Location of a redirection has the path as it was sent, as the rows of redirections say: nothing else in it is another one. */
function keepsPath(found: Answer, { target }: Probe): boolean {
  if (found.kind !== 'differs' || found.mismatch.what !== 'response header location' || ['P', 'R'].includes(requestClass(target))) return false;
  const { expected, seen } = found.mismatch;
  return seen === `${/^https?:\/\/[^/?#]*/.exec(expected)?.[0] ?? ''}${target}`;
}

function changed(headers: HeaderList, { set, remove }: HeaderOps): HeaderList {
  const gone = new Set([...set.map(([name]) => name), ...remove].map((name) => name.toLowerCase()));
  return [...headers.filter(([name]) => !gone.has(name.toLowerCase())), ...set];
}

function toAnswer(decision: Decision, seen: Observation, probe: Probe, backend?: HeaderList): Answer {
  const found = compareDecision(decision, seen, { engine: 'kong', probe, ...(backend === undefined ? {} : { answer: { status: 200, headers: backend } }) });
  return found === undefined ? SAME : differs(found.what, found.expected, found.seen);
}
