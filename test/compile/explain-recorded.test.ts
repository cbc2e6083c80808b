import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/index.ts';
import type { ExplainDocument, ExplainRequest } from '../../src/index.ts';
import { recordedOf } from '../support/case-judge.ts';
import { readCases } from '../support/cases.ts';
import type { Case, CaseRequest } from '../support/cases.ts';
import type { Recorded } from '../support/decisions.ts';
import { loadCase, overridesOf } from '../support/emitted.ts';
import { slice } from '../support/slice.ts';

/** What explain names is held against what real Traefik did with the same labels. Costs about four seconds: today's third of the cases, all with FULL. */
const tally = { routers: 0, endpoints: 0, misses: 0, answers: 0 };

describe('explain names what real Traefik took', () => {
  it.each(readCases().filter(({ name }) => slice(name)).map((one) => [one.name, one] as const))('%s', (_, one) => {
    const loaded = loadCase(one, overridesOf(one, one.index, {}));
    const gateway = loaded.gateways[0];
    if (gateway === undefined) throw new Error('nothing was loaded');
    const hasTcp = gateway.resolved[0]?.routing.listeners.some(({ tcp, udp }) => tcp.length > 0 || udp !== undefined) === true;
    const recorded = recordedOf(one);
    for (const [at, request] of one.requests.entries()) {
      const seen = recorded[at];
      const asked = hasTcp || seen === undefined ? undefined : asRequest(request);
      if (asked === undefined || seen === undefined) continue;
      const { document } = explain(loaded, gateway, asked);
      expect({ request: request.text, wrong: wrongIn(one, document, seen) }).toEqual({ request: request.text, wrong: [] });
    }
  });

  it('and was asked enough', () => {
    const [routers, misses] = process.env['FULL'] === '1' ? [1500, 250] : [300, 50];
    expect(tally.routers).toBeGreaterThan(routers);
    expect(tally.endpoints).toBeGreaterThanOrEqual(tally.routers);
    expect(tally.misses).toBeGreaterThan(misses);
    expect(tally.answers).toBeGreaterThan(misses / 2);
  });
});

const ANSWERS_FOR_OTHERS = /forwardauth|\.errors\.|failover/i;

function labelText({ services, dynamic }: Case): string {
  return [...services.flatMap(({ labels }) => Object.keys(labels)), ...dynamic.map((file) => readFileSync(file, 'utf8'))].join('\n');
}

/** A request that can be named by a URL; others (raw protocol, answers to challenges) are not for explain. */
function asRequest({ probe, text }: CaseRequest): ExplainRequest | undefined {
  if (probe.host === null || probe.body !== undefined || / \| (?:digest|proxied|http|alpn|tls|look|sni): /.test(text)) return undefined;
  return { method: probe.method, scheme: probe.tls === false || probe.tls === undefined ? 'http' : 'https', host: probe.host, port: undefined, target: probe.target, headers: probe.headers, clientIp: probe.clientIp ?? '127.0.0.1', entryPoint: probe.entryPoint };
}

function wrongIn(one: Case, document: ExplainDocument, seen: Recorded): readonly string[] {
  const { decision, candidates } = document;
  const winner = candidates.findIndex(({ reason }) => reason === 'wins');
  const order = winner === -1 || candidates.slice(0, winner).every(({ matched, reason }) => !matched && reason !== '') ? [] : ['a router before the winner matches'];
  // An auth server or an error page may have answered, which a decision on fresh state cannot know.
  if (decision.kind === 'tie' || seen.others !== undefined || ANSWERS_FOR_OTHERS.test(labelText(one))) return order;
  // Logins of a file are not read: the step says so.
  if (decision.status === 401 && document.steps.some(({ note }) => note?.includes('usersFile') === true)) return order;
  if (seen.backend === undefined) return [...order, ...wrongAnswer(document, seen)];
  if (decision.kind !== 'forward') return [...order, `${String(decision.status)} instead of ${seen.backend.name}`];
  // A service is named, or by the address that a label gives it.
  if (one.dynamic.length === 0 && !(decision.endpoint ?? '').includes(`//${seen.backend.name}:`) && !/\/\/\d/.test(decision.endpoint ?? '')) return [...order, `${decision.endpoint ?? ''} instead of ${seen.backend.name}`];
  tally.endpoints += 1;
  const router = routerOf(one, seen.backend.name);
  if (router !== undefined) tally.routers += 1;
  return [
    ...order,
    ...(decision.target === seen.backend.target ? [] : [`target ${decision.target ?? ''} instead of ${seen.backend.target}`]),
    ...(router === undefined || decision.router?.split('@')[0] === router ? [] : [`router ${decision.router ?? 'none'} instead of ${router}`]),
    ...(router === undefined || candidates[winner]?.router === decision.router ? [] : ['no candidate wins']),
    ...(lastTarget(document) === decision.target ? [] : ['the last step does not lead to the endpoint']),
  ];
}

function wrongAnswer({ decision, nearest }: ExplainDocument, seen: Recorded): readonly string[] {
  const none = seen.status === 404 && seen.body === '404 page not found\n';
  if (none) tally.misses += 1;
  else tally.answers += 1;
  // Where the service does not answer, the proxy says so: what it would be sent is the decision.
  if (decision.kind === 'forward') return [502, 503, 504, 499, 408, 413, 429, 500].includes(seen.status) || seen.status === 200 ? [] : [`forwards instead of ${String(seen.status)}`];
  // A connection that is closed in its handshake is recorded as status 0.
  const status = decision.kind === 'refused' ? 0 : decision.status;
  return [...(status === seen.status ? [] : [`${String(status)} instead of ${String(seen.status)}`]), ...(none && decision.router === null && nearest.some(({ failed }) => failed.length === 0) ? ['a near miss misses nothing'] : [])];
}

function lastTarget({ steps, decision }: ExplainDocument): string | null {
  return steps.at(-1)?.after ?? decision.target;
}

/** The only router of the labels of the service that answered, where no label leads elsewhere. */
function routerOf({ services, dynamic }: Case, backend: string): string | undefined {
  if (dynamic.length > 0) return undefined;
  const labels = services.flatMap((service) => Object.keys(service.labels).map((key) => ({ key, service: service.name })));
  if (labels.some(({ key }) => /\.service$|\.services?\.[^.]+\.(?:weighted|mirroring|failover)/i.test(key))) return undefined;
  const routers = new Set(labels.filter(({ service }) => service === backend).flatMap(({ key }) => /^traefik\.http\.routers\.([^.]+)\./i.exec(key)?.[1] ?? []));
  const [only, ...more] = routers;
  return more.length === 0 ? only : undefined;
}
