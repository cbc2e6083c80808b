import type { Fix, TextEdit } from './diagnostic.ts';
import { TakenEdits } from './edits.ts';
import type { Finding } from './finding.ts';

export interface FixOptions {
  /** Takes fixes that need a look, too. */
  readonly unsafe: boolean;
}

/** A fix together with the finding that offers it. */
export interface OfferedFix {
  readonly finding: Finding;
  readonly fix: Fix;
}

export interface FixedFiles {
  /** New text by path; only files that changed. */
  readonly texts: ReadonlyMap<string, string>;
  readonly applied: readonly OfferedFix[];
  /** Fixes that were left out: they touch a place that another fix changed. Linting the result offers them anew. */
  readonly skipped: readonly OfferedFix[];
}

/** The fix of each finding that may be applied: the first one that is safe enough. */
export function offeredFixes(findings: readonly Finding[], { unsafe }: FixOptions): readonly OfferedFix[] {
  return findings.flatMap((finding) => {
    const fix = finding.fixes.find((one) => unsafe || one.safety === 'safe');
    return fix === undefined ? [] : [{ finding, fix }];
  });
}

/** Applies the fixes of findings, each whole or not at all. */
export function fixFiles(texts: ReadonlyMap<string, string>, findings: readonly Finding[], options: FixOptions): FixedFiles {
  return applyOffered(texts, offeredFixes(findings, options));
}

/** Applies fixes in their order, each whole or not at all; of two that overlap the first wins. */
export function applyOffered(texts: ReadonlyMap<string, string>, offered: readonly OfferedFix[]): FixedFiles {
  const taken = new Map<string, TakenEdits>();
  const applied: OfferedFix[] = [];
  const skipped: OfferedFix[] = [];
  for (const one of offered) (take(texts, taken, one.fix) ? applied : skipped).push(one);
  const changed = [...taken].flatMap(([file, edits]): readonly (readonly [string, string])[] => {
    const before = texts.get(file) ?? '';
    const after = edits.apply(before);
    return after === before ? [] : [[file, after]];
  });
  return { texts: new Map(changed), applied, skipped };
}

function take(texts: ReadonlyMap<string, string>, taken: Map<string, TakenEdits>, fix: Fix): boolean {
  const byFile = new Map<string, TextEdit[]>();
  for (const edit of fix.edits) byFile.set(edit.file, [...(byFile.get(edit.file) ?? []), edit]);
  const [first] = byFile;
  if (first === undefined) return false;
  for (const [file, edits] of byFile) {
    const length = texts.get(file)?.length;
    if (length === undefined || edits.some((edit) => !editsOf(taken, file).fits(edit, length))) return false;
  }
  if (byFile.size === 1) return editsOf(taken, first[0]).add(first[1]);
  return takeAcross(taken, byFile);
}

/** A fix over several files is tried on copies: either all files take it or none. */
function takeAcross(taken: Map<string, TakenEdits>, byFile: ReadonlyMap<string, readonly TextEdit[]>): boolean {
  const copies = new Map<string, TakenEdits>();
  for (const [file, edits] of byFile) {
    const copy = new TakenEdits(editsOf(taken, file).all());
    if (!copy.add(edits)) return false;
    copies.set(file, copy);
  }
  for (const [file, copy] of copies) taken.set(file, copy);
  return true;
}

function editsOf(taken: Map<string, TakenEdits>, file: string): TakenEdits {
  const known = taken.get(file) ?? new TakenEdits();
  taken.set(file, known);
  return known;
}
