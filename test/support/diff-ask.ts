import { setTimeout as sleep } from 'node:timers/promises';
import type { Loaded } from '../../src/index.ts';
import { comparable, decisionOf } from './decisions.ts';
import { containersOfSide, memoryOfSide } from './diff-live.ts';
import type { Observation, ProbeInput } from './engine-ask.ts';
import type { LabelledTraefik } from './engine-pool.ts';

/** One request on real Traefik, and what the runtime says to it. */
export interface Answered {
  readonly real: unknown;
  readonly expected: unknown;
}

/** What Traefik's own API answers is not modelled. */
const UNKNOWN = 'not modelled';

/** Puts a side into the running Traefik and asks. */
export async function askSide(traefik: LabelledTraefik, loaded: Loaded, sent: readonly ProbeInput[]): Promise<readonly Answered[]> {
  await putIn(traefik, loaded);
  const memory = memoryOfSide(loaded);
  const shared = hasShares(loaded);
  const out: Answered[] = [];
  for (const probe of sent) {
    const [seen, said] = [await traefik.ask(probe), memory.ask(probe)];
    out.push({ real: plainly(probe, seen, shared), expected: said.body.includes('@internal)') ? UNKNOWN : plainly(probe, said, shared) });
  }
  return out;
}

/** Both columns of a side, without what is not modelled. */
export function columns(side: readonly Answered[]): { readonly real: readonly unknown[]; readonly expected: readonly unknown[] } {
  const known = side.filter(({ expected }) => expected !== UNKNOWN);
  return { real: known.map(({ real }) => real), expected: known.map(({ expected }) => expected) };
}

async function putIn(traefik: LabelledTraefik, loaded: Loaded): Promise<void> {
  const outcome = await traefik.swap(containersOfSide(loaded), { timeoutMs: 30_000 });
  if (outcome.kind === 'silent') throw new Error(`Traefik does not take the labels: ${outcome.log.join('\n')}`);
}

/** Whether one of several servers answers, which is chance. */
function hasShares(loaded: Loaded): boolean {
  return loaded.gateways.some(({ resolved }) => resolved.some(({ gateway }) => gateway.services.some(({ spec }) => spec.kind === 'loadBalancer' && spec.endpoints.length > 1)));
}

/** What chance and clocks decide is masked; the greeting of another protocol is no request. */
function plainly(probe: ProbeInput, seen: Observation, shared: boolean): unknown {
  const hops = seen.hops.filter(({ method }) => method !== 'PRI' && method !== 'SM');
  const text = JSON.stringify(comparable('traefik', decisionOf(`${probe.method} ${probe.target}`, { ...seen, hops, backend: hops.at(-1) ?? null })));
  // To a claim the replicas of a service are one server.
  const masked = text.replace(/\b(web|api)#\d:/g, '$1:').replace(/(nonce|opaque)=\\"[^"]*\\"/g, '$1=CHANCE').replace(/X-Retry-In: [^"]*/g, 'X-Retry-In: SOON');
  return JSON.parse(shared ? masked.replace(/\b(?:web|api):8000\b/g, 'SERVER:8000') : masked) as unknown;
}

const ONE_BY_ONE = 12;
const AT_ONCE = 30;

/** Every status and server that many requests meet, one after the other and all at once: what a limit or a share shows in. */
export async function crowd(traefik: LabelledTraefik, loaded: Loaded, probe: ProbeInput): Promise<readonly string[]> {
  await putIn(traefik, loaded);
  const turns: Observation[] = [];
  for (let count = 0; count < ONE_BY_ONE; count += 1) {
    turns.push(await traefik.ask(probe));
    await sleep(25);
  }
  const slow = { ...probe, target: `${probe.target}${probe.target.includes('?') ? '&' : '?'}delay=300` };
  const together = await Promise.all(Array.from({ length: AT_ONCE }, () => traefik.ask(slow)));
  const told = (how: string, seen: readonly Observation[]): readonly string[] => seen.map(({ status, backend }) => `${how} ${String(status)} ${backend?.name ?? ''}`);
  return [...new Set([...told('in turn', turns), ...told('together', together)])].toSorted();
}
