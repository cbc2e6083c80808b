import type { Finding } from '../../src/diagnostics/index.ts';
import type { FakeContainer } from './docker-container.ts';
import type { Verdict } from './recorded-labels.ts';

/** What the engine made of a container: lost or with a router that does not work, all routers served, or left out on purpose. */
export type Fate = 'bad' | 'good' | 'filtered';

/** Findings about routers that Traefik serves, but otherwise than written. */
export const SERVED_OTHERWISE: readonly string[] = ['label-unknown', 'label-v1', 'enable-typo', 'resolver-unknown', 'rule-never-matches', 'hash-invalid', 'name-collision', 'route-tie', 'tls-missing', 'headers-ssl', 'dollar-interpolated'];

const ROUTER = /^traefik\.(http|tcp|udp)\.routers\.([^.]+)(?:\.|$)/i;

export interface Seen {
  readonly containers: readonly FakeContainer[];
  readonly verdict: Verdict;
  /** Names of containers that the log calls lost. */
  readonly lost: ReadonlySet<string>;
  readonly exposedByDefault: boolean;
}

/** The fate of each container, by name. */
export function fatesOf(seen: Seen): ReadonlyMap<string, Fate> {
  const { routers } = seen.verdict;
  const declared = new Set<string>();
  const fate = new Map<string, Fate>();
  for (const container of seen.containers) {
    const states = routerStates(container, seen.verdict, declared);
    if (seen.lost.has(container.name)) fate.set(container.name, 'bad');
    else if (isFiltered(container, seen.exposedByDefault)) fate.set(container.name, 'filtered');
    else fate.set(container.name, states.every((state) => state === 'enabled') ? 'good' : 'bad');
  }
  // A default router has its container's name, which a Compose file makes otherwise.
  const broken = Object.entries(routers).some(([name, router]) => !declared.has(name) && router['status'] === 'disabled');
  const [only] = seen.containers;
  if (broken && only !== undefined && seen.containers.length === 1) fate.set(only.name, 'bad');
  return fate;
}

function routerStates(container: FakeContainer, verdict: Verdict, declared: Set<string>): readonly unknown[] {
  return Object.keys(container.labels).flatMap((label) => {
    const found = ROUTER.exec(label);
    if (found === null) return [];
    const protocol = (found[1] ?? '').toLowerCase();
    const table = protocol === 'http' ? verdict.routers : protocol === 'tcp' ? verdict.tcpRouters : verdict.udpRouters;
    const router = Object.entries(table).find(([full]) => full.toLowerCase() === `${found[2] ?? ''}@docker`.toLowerCase());
    if (router !== undefined) declared.add(router[0]);
    return [router?.[1]['status']];
  });
}

function isFiltered(container: FakeContainer, exposedByDefault: boolean): boolean {
  const enable = Object.entries(container.labels).find(([label]) => label.toLowerCase() === 'traefik.enable')?.[1];
  return (!exposedByDefault && enable === undefined) || /^(?:0|f|false)$/i.test(enable ?? '') || container.health !== undefined || container.state !== undefined;
}

/** Lines of a file, 1-based, end exclusive. */
export interface Lines {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/** The errors that stand, or have another place, in these lines. */
export function errorsIn(findings: readonly Finding[], lines: readonly Lines[]): readonly Finding[] {
  const inside = (place: { readonly file: string; readonly line: number }): boolean => lines.some(({ file, from, to }) => place.file === file && place.line >= from && place.line < to);
  return findings.filter((finding) => finding.severity === 'error' && (inside(finding) || finding.related.some(inside)));
}
