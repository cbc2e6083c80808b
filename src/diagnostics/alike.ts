import type { Finding } from './finding.ts';
import { findingName } from './fold.ts';

/** The first of the findings that say the same, and the others by it. */
export interface Alike {
  readonly first: readonly Finding[];
  readonly others: ReadonlyMap<Finding, readonly Finding[]>;
}

/**
 * Findings that differ in nothing but their place, and that one way out covers, are told once for people. Not where a fix is offered,
 * since each has its own, and not where one stands for a cause or for what follows from it.
 */
export function alike(findings: readonly Finding[]): Alike {
  const causes = new Set(findings.flatMap(({ follows }) => follows ?? []));
  const heads = new Map<string, Finding>();
  const others = new Map<Finding, Finding[]>();
  const first = findings.filter((finding) => {
    if (finding.help === null || finding.fixes.length > 0 || finding.related.length > 0 || finding.follows !== null || causes.has(findingName(finding))) return true;
    const key = JSON.stringify([finding.rule, finding.severity, finding.message, finding.label, finding.why, finding.help]);
    const head = heads.get(key);
    if (head === undefined) heads.set(key, finding);
    else others.set(head, [...(others.get(head) ?? []), finding]);
    return head === undefined;
  });
  return { first, others };
}
