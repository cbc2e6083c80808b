import { sendRaw, type RawResponse } from '../../engines/raw-client.ts';
import type { Decision, Probe } from '../../ir/index.ts';
import { compareDecision } from '../../runtime/index.ts';
import { expectedOf, repeatsField } from '../validation/ambient.ts';
import type { DeclinesEscaped } from '../validation/escaped.ts';
import { mayDecline } from '../validation/regular.ts';
import { withoutSticky } from '../validation/sticky-cookies.ts';
import { differs, SAME, type Answer } from '../validation/verdict.ts';
import { ANSWER, type Arrival, type Backends } from './backends.ts';

/** A running engine with servers of ours behind it. */
export interface Asked {
  readonly target: string;
  readonly ports: ReadonlyMap<string, number>;
  readonly backends: Backends;
  /** Cookies that say which member a client got, which is left to chance. */
  readonly cookies: ReadonlySet<string>;
  readonly declinesEscaped: DeclinesEscaped;
}

/** Sends one request and holds what happens against the decision. */
export async function askEngine({ target, ports, backends, cookies, declinesEscaped }: Asked, probe: Probe, decision: Decision): Promise<Answer> {
  const { answer, arrivals } = await send({ ports, backends }, probe);
  const backend = answering(arrivals, ({ address }) => decision.kind === 'forward' && decision.endpoints.some((one) => one.address.endsWith(`//${address}`))) ?? null;
  const engine = target === 'nginx' ? 'nginx' : 'traefik';
  if (engine === 'nginx' && backend === null && !(decision.kind === 'respond' && decision.status === answer.status) && mayDecline('nginx', probe, answer.status)) return { kind: 'declined' };
  if (engine === 'nginx' && backend === null && declinesEscaped(answer.status, probe, decision)) return { kind: 'declined' };
  const expected = engine === 'nginx' ? expectedOf('nginx', decision) : asFiles(decision);
  const found = compareDecision(expected, { status: answer.status, responseHeaders: withoutSticky(answer.headers, cookies), backend }, { engine, probe, answer: { status: 200, headers: ANSWER } });
  if (found === undefined) return SAME;
  return engine === 'nginx' && repeatsField(probe) ? { kind: 'declined' } : differs(found.what, found.expected, found.seen);
}

interface Sent {
  readonly answer: RawResponse;
  /** Who received it, in the order in which they did. */
  readonly arrivals: readonly Arrival[];
}

/** Sends one request, and sees what came of it on both ends. */
export async function send({ ports, backends }: Pick<Asked, 'ports' | 'backends'>, probe: Probe, timeoutMs?: number): Promise<Sent> {
  const mark = backends.mark();
  const { entryPoint, clientIp, headers, body, ...request } = probe;
  const answer = await sendRaw({ ...request, port: ports.get(entryPoint) ?? 0, localAddress: clientIp, headers: [...headers, mark], ...(timeoutMs === undefined ? {} : { timeoutMs }), ...(body === undefined ? {} : { body: Buffer.from(body).toString('latin1') }) });
  return { answer, arrivals: backends.take(mark) };
}

/** Mirrors get the request too, and nobody hears them: the server that is meant counts, where it was asked. */
export function answering(arrivals: readonly Arrival[], isMeant: (arrival: Arrival) => boolean): Arrival | undefined {
  return arrivals.find(isMeant) ?? arrivals.at(-1);
}

/** The mark of the default rule can only be set by the Docker provider. */
function asFiles(decision: Decision): Decision {
  if (decision.kind !== 'forward') return decision;
  const { set, remove } = decision.requestHeaders;
  return { ...decision, requestHeaders: { set: set.filter(([name]) => name.toLowerCase() !== 'x-traefik-router'), remove } };
}
