import type { Probe, Route } from '../ir/index.ts';
import { compileRule } from '../runtime/match/index.ts';
import { once } from '../text/index.ts';
import { casesOf, expand, type Case } from './cases.ts';
import { toProbe, type Draft } from './draft.ts';
import { winner, type Lane } from './lane.ts';
import { accepts } from './overlap.ts';
import { covers } from './relate.ts';
import { solve } from './solve.ts';

/** A route that no request was found for. */
export interface Unreached {
  readonly route: Route;
  readonly entryPoint: string;
  readonly tls: boolean;
  /** Who takes its requests; undefined where no request that its rule accepts was found at all. */
  readonly by: Route | undefined;
  /** True when every request of the route is proven to go to `by`. */
  readonly proven: boolean;
  /** A request that the rule accepts. */
  readonly probe: Probe | undefined;
}

/** Alternatives of one rule that get requests of their own. */
const MAX_ALTERNATIVES = 24;

/** A way to satisfy a rule, and a request that takes it. */
export interface Alternative {
  readonly atoms: Case;
  readonly draft: Draft;
}
export type Reached = { readonly kind: 'reached'; readonly drafts: readonly Alternative[] } | { readonly kind: 'unreached'; readonly unreached: Unreached; readonly drafts: readonly Alternative[] };

/** For each alternative of the rule a request that the route wins; where there is none, one that it loses. */
export function reach(lane: Lane, route: Route): Reached {
  const test = once(() => compileRule(route.rule));
  const edge = lane.listener.entryPoint;
  const won: Alternative[] = [];
  const lost: (Alternative & { readonly by: Route | undefined })[] = [];
  for (const atoms of expand(route.rule, MAX_ALTERNATIVES).list) {
    let first: (Alternative & { readonly by: Route | undefined }) | undefined;
    const draft = solve(atoms, (candidate) => {
      const probe = toProbe(candidate, lane);
      const by = winner(lane, probe);
      if (by === route) return true;
      if (first === undefined && accepts(test(), probe, edge)) first = { atoms, draft: candidate, by };
      return false;
    });
    if (draft !== undefined) won.push({ atoms, draft });
    else if (first !== undefined) lost.push(first);
  }
  if (won.length > 0) return { kind: 'reached', drafts: [...won, ...lost] };
  const [sample] = lost;
  const by = sample?.by;
  const unreached = { route, entryPoint: lane.entryPoint, tls: lane.tls, by, proven: by !== undefined && isCovered(by, route), probe: sample === undefined ? undefined : toProbe(sample.draft, lane) };
  return { kind: 'unreached', unreached, drafts: lost };
}

function isCovered(wide: Route, narrow: Route): boolean {
  const [above, below] = [casesOf(wide.rule), casesOf(narrow.rule)];
  return above !== undefined && below !== undefined && below.length > 0 && covers(above, below);
}

/** A request that the route wins; undefined where none was found. */
export function wonBy(lane: Lane, route: Route): Probe | undefined {
  const found = reach(lane, route);
  const [first] = found.drafts;
  return found.kind === 'unreached' || first === undefined ? undefined : toProbe(first.draft, lane);
}
