import type { HeaderList, Probe } from '../../../ir/index.ts';
import { endpointAddress, type Effect, type EffectResult, type Runtime } from '../../../runtime/index.ts';
import { runSync } from '../../../runtime/driver.ts';
import type { Mismatch } from '../verdict.ts';

/** A request that somebody got. */
export interface Asked {
  /** Any of them. */
  readonly addresses: readonly string[];
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
  /** With the body of the client. */
  readonly body: boolean;
  /** Of 100 requests. */
  readonly share: number;
}

/** Who was asked in turn, who got a copy beside that, and what the client saw in the end. */
export interface Exchange {
  readonly status: number;
  /** The fields about packing alone. */
  readonly packing: HeaderList;
  readonly hops: readonly Asked[];
  readonly copies: readonly Asked[];
}

/** What endpoints answer. */
export interface Replied {
  /** In the order of the requests, and 200 from then on; 0 = nobody can be reached. */
  readonly statuses: readonly number[];
  readonly headers?: HeaderList;
  readonly length?: number;
}

/** What files do when endpoints answer so; undefined where that is not known, or differs as a row says. */
export type After = (probe: Probe, replied: Replied) => Exchange | undefined;

/** Something to ask, and what must be the same of it. */
export interface Question {
  readonly probe: Probe;
  readonly replied: Replied;
  readonly difference: (expected: Exchange, seen: Exchange) => Mismatch | undefined;
}

const PACKING = /^(?:content-encoding|vary)$/i;

/** The same exchange with the runtime. */
export function exchangeOn(runtime: Runtime, probe: Probe, replied: Replied): Exchange {
  const hops: Asked[] = [];
  const copies: Asked[] = [];
  const into = (list: Asked[]) => (effect: Effect): EffectResult => {
    if (effect.kind === 'detach') runSync(effect.run(), into(copies));
    if (effect.kind === 'read') return { kind: 'read', read: { bytes: new Uint8Array(), complete: true, rest: { kind: 'none' } } };
    if (effect.kind !== 'send') return { kind: 'done' };
    const { to, request: { method, target, host, headers, body } } = effect;
    if (to.kind === 'url') return reply(200, {});
    list.push({ addresses: [plain(endpointAddress(to.endpoint))], method, target, headers: [['Host', host], ...headers], body: body.kind === 'bytes' ? body.bytes.length > 0 : body.kind !== 'none', share: 100 });
    return list === hops ? reply(replied.statuses[hops.length - 1] ?? 200, replied) : reply(200, {});
  };
  const tls = probe.tls === false ? false : { sni: probe.tls.sni, peerCertificates: [] };
  const body = probe.body === undefined ? { kind: 'none' as const } : { kind: 'bytes' as const, bytes: probe.body };
  const answer = runSync(runtime.handle({ ...probe, tls, body }), into(hops));
  for (const done of answer.finalizers) done();
  return { status: answer.status, packing: answer.headers.filter(([name]) => PACKING.test(name)), hops, copies };
}

function reply(status: number, { headers = [], length = 0 }: Pick<Replied, 'headers' | 'length'>): EffectResult {
  if (status === 0) return { kind: 'sent', outcome: { kind: 'failure', failure: 'refused' } };
  const body = length === 0 ? { kind: 'none' as const } : { kind: 'bytes' as const, bytes: new Uint8Array(length) };
  return { kind: 'sent', outcome: { kind: 'response', response: { status, headers, body } } };
}

export function plain(address: string): string {
  return address.replace(/^h2c:/, 'http:').toLowerCase();
}

/** The same requests to endpoints of the same list. */
export function sameRequests(expected: readonly Asked[], seen: readonly Asked[]): boolean {
  return expected.length === seen.length && expected.every((one, at) => {
    const other = seen[at];
    return other !== undefined && one.method === other.method && one.target === other.target && one.body === other.body && other.addresses.some((address) => one.addresses.includes(plain(address)));
  });
}

export function printed(requests: readonly Asked[]): string {
  return requests.length === 0 ? 'none' : requests.map(({ addresses, method, target, body }) => `${method} ${addresses.join(' or ')}${target}${body ? ' with its body' : ''}`).join(', then ');
}
