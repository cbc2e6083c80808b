import type { Problem } from '../ir/index.ts';
import type { LintContext } from './rule.ts';

/** A problem of one gateway, with the versions that have it. */
export interface VersionedProblem {
  readonly problem: Problem;
  readonly gateway: string;
  /** `3.7`, `2.11`. */
  readonly versions: readonly string[];
  /** True when every version that the gateway may run has it. */
  readonly certain: boolean;
  /** Problems of the same resolution, for `causedBy`. */
  readonly all: readonly Problem[];
}

/** The problems that `wanted` picks, those of several versions joined. */
export function problemsOf(context: LintContext, wanted: (problem: Problem) => boolean): readonly VersionedProblem[] {
  return context.gateways.flatMap((gateway) => {
    const found = new Map<string, { problem: Problem; versions: string[]; all: readonly Problem[] }>();
    for (const resolved of gateway.resolved) {
      for (const problem of resolved.problems) {
        if (!wanted(problem)) continue;
        const key = keyOf(context, problem);
        const known = found.get(key);
        if (known === undefined) found.set(key, { problem, versions: [resolved.version], all: resolved.problems });
        else if (!known.versions.includes(resolved.version)) known.versions.push(resolved.version);
      }
    }
    return [...found.values()].map((one) => ({ ...one, gateway: gateway.name, certain: one.versions.length === gateway.resolved.length }));
  });
}

/** Two versions slice their own origins: the span is the place. */
function keyOf(context: LintContext, problem: Problem): string {
  const span = context.origins.firstSpan(problem.origin);
  return `${problem.kind}\0${problem.symbol}\0${problem.subject}\0${span === undefined ? '' : `${span.file}:${String(span.start)}-${String(span.end)}`}`;
}

/** `Traefik 3.7 drops`, `Traefik 2.11 and 3.7 drop`: the verb is given as for one. */
export function engineDoes(versions: readonly string[], verb: string): string {
  return `${versionsText(versions)} ${agreeing(versions, verb)}`;
}

/** The verb as it stands after the versions. */
export function agreeing(versions: readonly string[], verb: string): string {
  if (versions.length < 2) return verb;
  return verb === 'does' ? 'do' : verb.replace(/ies$/, 'ys').replace(/s$/, '');
}

/** `Traefik 3.7`, `Traefik 2.11 and 3.7`. */
export function versionsText(versions: readonly string[]): string {
  return `Traefik ${[...versions].sort().join(' and ')}`;
}
