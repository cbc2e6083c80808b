import type { Finding } from './finding.ts';

/** A finding with what only follows from it. */
export interface Folded {
  readonly finding: Finding;
  readonly consequences: readonly Finding[];
}

/**
 * Puts follow-ups under their cause, which a cause's cause may be. One whose cause is not among the findings (ignored,
 * known, not asked for) stands for itself, and so does one that follows from itself in a circle.
 */
export function foldFindings(findings: readonly Finding[]): readonly Folded[] {
  const byName = new Map<string, Finding>();
  for (const finding of findings) if (!byName.has(findingName(finding))) byName.set(findingName(finding), finding);
  const roots = new Map<Finding, Finding[]>();
  for (const finding of findings) {
    const root = rootOf(finding, byName);
    const list = roots.get(root) ?? [];
    roots.set(root, list);
    if (root !== finding) list.push(finding);
  }
  return findings.flatMap((finding) => {
    const consequences = roots.get(finding);
    return consequences === undefined ? [] : [{ finding, consequences }];
  });
}

/** What `follows` names a cause by. */
export function findingName({ rule, symbol }: Pick<Finding, 'rule' | 'symbol'>): string {
  return `${rule} ${symbol}`;
}

function rootOf(finding: Finding, byName: ReadonlyMap<string, Finding>): Finding {
  const seen = new Set<Finding>([finding]);
  let root = finding;
  while (root.follows !== null) {
    const next = byName.get(root.follows);
    if (next === undefined) return root;
    if (seen.has(next)) return finding;
    seen.add(next);
    root = next;
  }
  return root;
}
