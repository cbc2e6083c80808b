import { sendRaw } from '../../engines/raw-client.ts';
import type { Decision, Probe } from '../../ir/index.ts';
import { compareDecision } from '../../runtime/index.ts';
import { expectedOf, repeatsField } from '../validation/ambient.ts';
import { mayDecline } from '../validation/regular.ts';
import { differs, SAME, type Answer } from '../validation/verdict.ts';
import { ANSWER, type Backends } from './backends.ts';

/** A running engine with servers of ours behind it. */
export interface Asked {
  readonly target: string;
  readonly ports: ReadonlyMap<string, number>;
  readonly backends: Backends;
}

/** Sends one request and holds what happens against the decision. */
export async function askEngine({ target, ports, backends }: Asked, probe: Probe, decision: Decision): Promise<Answer> {
  const mark = backends.mark();
  const { entryPoint, clientIp, headers, body, ...request } = probe;
  const answer = await sendRaw({ ...request, port: ports.get(entryPoint) ?? 0, localAddress: clientIp, headers: [...headers, mark], ...(body === undefined ? {} : { body: Buffer.from(body).toString('latin1') }) });
  const backend = backends.take(mark);
  const engine = target === 'nginx' ? 'nginx' : 'traefik';
  if (engine === 'nginx' && backend === null && !(decision.kind === 'respond' && decision.status === answer.status) && mayDecline('nginx', probe, answer.status)) return { kind: 'declined' };
  const expected = engine === 'nginx' ? expectedOf('nginx', decision) : asFiles(decision);
  const found = compareDecision(expected, { status: answer.status, responseHeaders: answer.headers, backend }, { engine, probe, answer: { status: 200, headers: ANSWER } });
  if (found === undefined) return SAME;
  return engine === 'nginx' && repeatsField(probe) ? { kind: 'declined' } : differs(found.what, found.expected, found.seen);
}

/** The mark of the default rule can only be set by the Docker provider. */
function asFiles(decision: Decision): Decision {
  if (decision.kind !== 'forward') return decision;
  const { set, remove } = decision.requestHeaders;
  return { ...decision, requestHeaders: { set: set.filter(([name]) => name.toLowerCase() !== 'x-traefik-router'), remove } };
}
