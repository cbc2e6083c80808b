import type { LintRule } from './rule.ts';

/** All rules that are here came with this version unless they say otherwise. */
const FIRST = '0.1.0';

/**
 * Whether a rule is too new for a rule set and speaks as `info` only: a rule that a patch release brings rises to its own
 * severity at the next minor release, and `rules.as-of` holds a project at the set of an older one.
 * @param set `0.2`: the minor release whose rules count
 */
export function arrivesAsInfo(rule: Pick<LintRule['meta'], 'since'>, set: string): boolean {
  const [major, minor, patch] = numbers(rule.since ?? FIRST);
  const [setMajor, setMinor] = numbers(set);
  if (major !== setMajor) return major > setMajor;
  return minor === setMinor ? patch > 0 : minor > setMinor;
}

/** Whether the first of two releases is the newer one, patches aside. */
export function isNewerSet(a: string, b: string): boolean {
  const [major, minor] = numbers(a);
  const [otherMajor, otherMinor] = numbers(b);
  return major === otherMajor ? minor > otherMinor : major > otherMajor;
}

function numbers(version: string): readonly [number, number, number] {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return [major, minor, patch];
}
