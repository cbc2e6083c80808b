import { requestClass } from '../../../src/ir/request-class.ts';
import type { Verdict } from './judge.ts';
import { COLUMNS } from './judge.ts';
import { MIDDLEWARE_KINDS } from './middlewares.ts';
import { nodesOf, V3_MATCHERS } from './rules.ts';
import { V2_MATCHERS } from './rules-v2.ts';
import type { GatewaySpec } from './spec.ts';

/** What a run has used and seen, by name. */
export class Counts {
  readonly #uses = new Map<string, number>();
  readonly #targets = new Map<string, number>();
  readonly #refusedBy = new Map<string, number>();
  readonly #outcomes = new Map<string, number>();
  #requests = 0;
  #answers = 0;
  /** Asked or refused requests of the plainest class, on all targets. */
  #plain = { asked: 0, declined: 0 };

  add(spec: GatewaySpec, targets: readonly string[], verdict: Verdict): void {
    for (const use of usesOf(spec)) bump(this.#uses, use);
    this.#requests += targets.length;
    for (const { status, backend } of verdict.reference) bump(this.#outcomes, backend === undefined ? `answered ${String(status)}` : `forwarded ${String(status)}`);
    for (const column of COLUMNS) {
      const result = verdict.results[column];
      if (result === undefined) continue;
      bump(this.#targets, `${column} ${result.kind === 'asked' ? 'built' : result.kind}`);
      if (result.kind === 'refused') for (const feature of result.by) bump(this.#refusedBy, `${column} ${feature}`);
      if (result.kind !== 'asked') continue;
      this.#answers += targets.length;
      bump(this.#targets, `${column} known differences`, result.known);
      for (const target of result.declined) bump(this.#targets, `${column} declined class ${requestClass(target)}`);
      this.#plain.asked += targets.filter((target) => requestClass(target) === 'P').length;
      this.#plain.declined += result.declined.filter((target) => requestClass(target) === 'P').length;
    }
  }

  get requests(): number {
    return this.#requests;
  }
  get answers(): number {
    return this.#answers;
  }
  /** Share of requests that no router takes. */
  get missed(): number {
    return (this.#outcomes.get('answered 404') ?? 0) / Math.max(1, this.#requests);
  }
  get declinedPlain(): number {
    return this.#plain.declined / Math.max(1, this.#plain.asked);
  }
  /** Matchers, operators and middlewares that were used less often than that. */
  rarer(than: number): readonly string[] {
    const wanted = [...V3_MATCHERS.map((name) => `matcher ${name}`), ...V2_MATCHERS.map((name) => `v2 matcher ${name}`), ...['&&', '||', '!'].map((name) => `operator ${name}`), ...MIDDLEWARE_KINDS.map((name) => `middleware ${name}`)];
    return wanted.filter((name) => (this.#uses.get(name) ?? 0) < than);
  }

  print(): string {
    return [
      section('uses', this.#uses), section('gateways', this.#targets), section('refused by', this.#refusedBy), section('real Traefik', this.#outcomes),
      `${String(this.#requests)} requests, ${String(this.#answers)} answers compared; no router: ${percent(this.missed)}; refused of class P: ${percent(this.declinedPlain)}`,
    ].join('\n');
  }
}

function bump(counts: Map<string, number>, name: string, by = 1): void {
  if (by > 0) counts.set(name, (counts.get(name) ?? 0) + by);
}

function section(title: string, counts: ReadonlyMap<string, number>): string {
  return `${title}: ${[...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${name} ${String(count)}`).join(', ')}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function* usesOf({ profile, routers, middlewares, services }: GatewaySpec): Generator<string> {
  yield `static ${profile}`;
  for (const { rule, syntax, priority, entryPoints, tls, service, middlewares: chain } of routers) {
    const names = { and: 'operator &&', or: 'operator ||', not: 'operator !' } as const;
    for (const node of nodesOf(rule)) yield node.kind === 'match' ? `${syntax === 'v2' ? 'v2 ' : ''}matcher ${node.matcher}` : names[node.kind];
    if (priority !== undefined) yield 'router priority';
    if (entryPoints.length > 0) yield 'router entrypoints';
    if (tls) yield 'router tls';
    if (service !== undefined) yield 'router service';
    yield `chain of ${String(chain.length)}`;
  }
  for (const { kind, options } of middlewares) {
    yield `middleware ${kind}`;
    for (const name of Object.keys(options)) yield `${kind}.${name.split('.').slice(0, name.startsWith('custom') ? 1 : undefined).join('.')}`;
  }
  for (const { replicas, alive, options } of services) {
    if (replicas > 1) yield 'service replicas';
    if (!alive) yield 'service dead';
    for (const name of Object.keys(options)) yield `service ${name}`;
  }
}
