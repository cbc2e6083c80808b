import type { HttpMatcher } from '../../ir/index.ts';
import { fold, matchersOf } from '../../rule-lang/partial.ts';
import { indexBy } from '../../text/index.ts';
import type { Candidate } from './hosts.ts';
import { requiredKeys } from './required.ts';

/** Where a decision holds: below a prefix (and below no longer one), or at one path. */
export interface PathRegion {
  readonly kind: 'prefix' | 'exact';
  readonly path: string;
  readonly decision: Decision;
}

/** Routes in order; only the last may be certain. None certain: what is left is 404. */
export type Decision = readonly Candidate[];

/**
 * A decision table: with the longest literal prefix of a path known, every PathPrefix is constant and every Path false; at a
 * path literal both are known. A region that decides as its parent does is left out. Exact for any priorities.
 */
export function pathRegions(candidates: readonly Candidate[]): readonly PathRegion[] {
  const matchers = candidates.flatMap(({ rule }) => matchersOf(rule));
  const prefixes = matchers.flatMap((matcher) => (matcher.kind === 'pathPrefix' ? [matcher.prefix.value] : []));
  const points = matchers.flatMap((matcher) => (matcher.kind === 'path' ? [matcher.path.value] : []));
  const decide = decider(candidates);
  const regions = new Map<string, PathRegion>();
  for (const path of [...new Set(['/', ...prefixes])].sort(byLength)) {
    const region: PathRegion = { kind: 'prefix', path, decision: decide(path, 'prefix') };
    const parent = parentOf(path, regions);
    if (parent === undefined || !sameDecision(parent.decision, region.decision)) regions.set(path, region);
  }
  const exact = [...new Set(points)].sort(byLength).flatMap((path): readonly PathRegion[] => {
    const decision = decide(path, 'exact');
    const parent = parentOf(path, regions);
    return parent !== undefined && sameDecision(parent.decision, decision) ? [] : [{ kind: 'exact', path, decision }];
  });
  return withSlashGuards([...regions.values(), ...exact], decide);
}

/**
 * A location whose name ends in `/` and that proxies answers the name without the slash with 301 of its own, also when it is
 * an exact one (ran), unless that name has a location too.
 */
function withSlashGuards(regions: readonly PathRegion[], decide: Decide): readonly PathRegion[] {
  const bare = regions.filter(({ path }) => path.length > 1 && path.endsWith('/')).map(({ path }) => path.slice(0, -1));
  const exact = new Set(regions.filter(({ kind }) => kind === 'exact').map(({ path }) => path));
  const missing = [...new Set(bare)].filter((path) => !exact.has(path));
  const guards = missing.map((path): PathRegion => ({ kind: 'exact', path, decision: decide(path, 'exact') }));
  return [...regions, ...guards];
}

type Decide = (at: string, kind: PathRegion['kind']) => Decision;

function decider(candidates: readonly Candidate[]): Decide {
  const index = indexBy(candidates, ({ rule }) => requiredKeys(rule, pathKey));
  return (at, kind) => {
    const out: Candidate[] = [];
    for (const { route, rule } of index.lookup(beginnings(at))) {
      const rest = fold(rule, (matcher) => knownAt(matcher, at, kind));
      if (rest.kind === 'constant' && !rest.value) continue;
      out.push({ route, rule: rest });
      if (rest.kind === 'constant') break;
    }
    return out;
  };
}

function knownAt(matcher: HttpMatcher, at: string, kind: PathRegion['kind']): boolean | undefined {
  if (matcher.kind === 'pathPrefix') return at.startsWith(matcher.prefix.value);
  if (matcher.kind === 'path') return kind === 'exact' && matcher.path.value === at;
  return undefined;
}

function pathKey(matcher: HttpMatcher): string | undefined {
  if (matcher.kind === 'pathPrefix') return matcher.prefix.value;
  return matcher.kind === 'path' ? matcher.path.value : undefined;
}

function beginnings(path: string): readonly string[] {
  return Array.from({ length: path.length }, (_, index) => path.slice(0, index + 1));
}

export function sameDecision(a: Decision, b: Decision): boolean {
  return decisionKey(a) === decisionKey(b);
}

/** Rules compare by what they say, not by where they were written. */
export function decisionKey(decision: Decision): string {
  return JSON.stringify(decision.map(({ route, rule }) => [route.router.name, route.router.namespace, route.rank, ruleKey(rule)]));
}

function ruleKey(rule: Candidate['rule']): unknown {
  return JSON.parse(JSON.stringify(rule, (key, value: unknown) => (key === 'origin' ? undefined : value)));
}

/** The longest region that a path is below. */
function parentOf(path: string, regions: ReadonlyMap<string, PathRegion>): PathRegion | undefined {
  return beginnings(path).reduce<PathRegion | undefined>((found, start) => regions.get(start) ?? found, undefined);
}

function byLength(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
