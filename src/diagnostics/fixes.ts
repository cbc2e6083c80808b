import type { Fix, TextEdit } from './diagnostic.ts';
import type { Finding } from './finding.ts';

/** What became of a set of edits on one text. */
export interface AppliedEdits {
  readonly text: string;
  readonly applied: readonly TextEdit[];
  /** Edits that touch a place which another edit has changed already; linting again offers them anew. */
  readonly skipped: readonly TextEdit[];
}

/**
 * Applies edits to one text. Bytes outside of the edited spans stay as they are. An edit that was asked for twice is made
 * once; of two that overlap the first wins.
 */
export function applyFixes(text: string, edits: readonly TextEdit[]): AppliedEdits {
  const applied: TextEdit[] = [];
  const skipped: TextEdit[] = [];
  for (const edit of [...edits].sort(byPlace)) {
    if (!fits(edit, text.length) || applied.some((other) => overlap(other, edit) && !same(other, edit))) skipped.push(edit);
    else if (!applied.some((other) => same(other, edit))) applied.push(edit);
  }
  return { text: rewrite(text, applied), applied, skipped };
}

function byPlace(a: TextEdit, b: TextEdit): number {
  return a.start - b.start || a.end - b.end;
}

function fits(edit: TextEdit, length: number): boolean {
  return edit.start >= 0 && edit.start <= edit.end && edit.end <= length;
}

function same(a: TextEdit, b: TextEdit): boolean {
  return a.start === b.start && a.end === b.end && a.newText === b.newText;
}

/** Two insertions at one place overlap too: their order is nobody's choice. */
function overlap(a: TextEdit, b: TextEdit): boolean {
  if (a.start === a.end && b.start === b.end) return a.start === b.start;
  return a.start < b.end && b.start < a.end;
}

function rewrite(text: string, edits: readonly TextEdit[]): string {
  let out = '';
  let at = 0;
  for (const edit of edits) {
    out += text.slice(at, edit.start) + edit.newText;
    at = edit.end;
  }
  return out + text.slice(at);
}

export interface FixedFiles {
  /** New text by path; only files that changed. */
  readonly texts: ReadonlyMap<string, string>;
  readonly applied: readonly Fix[];
  /** Fixes that were left out: they touch a place that another fix changed. */
  readonly skipped: readonly Fix[];
}

/** Applies the first fix of each finding, whole or not at all. `unsafe` takes fixes that need a look too. */
export function fixFiles(texts: ReadonlyMap<string, string>, findings: readonly Finding[], options: { readonly unsafe: boolean }): FixedFiles {
  const applied: Fix[] = [];
  const skipped: Fix[] = [];
  const taken = new Map<string, readonly TextEdit[]>();
  for (const finding of findings) {
    const fix = finding.fixes.find((one) => options.unsafe || one.safety === 'safe');
    if (fix === undefined) continue;
    const next = withFix(texts, taken, fix);
    if (next === undefined) skipped.push(fix);
    else {
      applied.push(fix);
      for (const [file, edits] of next) taken.set(file, edits);
    }
  }
  const changed = [...taken].map(([file, edits]): readonly [string, string] => [file, applyFixes(texts.get(file) ?? '', edits).text]);
  return { texts: new Map(changed.filter(([file, text]) => text !== texts.get(file))), applied, skipped };
}

function withFix(texts: ReadonlyMap<string, string>, taken: ReadonlyMap<string, readonly TextEdit[]>, fix: Fix): ReadonlyMap<string, readonly TextEdit[]> | undefined {
  const next = new Map<string, readonly TextEdit[]>();
  for (const file of new Set(fix.edits.map((edit) => edit.file))) {
    const text = texts.get(file);
    const edits = [...(taken.get(file) ?? []), ...fix.edits.filter((edit) => edit.file === file)];
    if (text === undefined || applyFixes(text, edits).skipped.length > 0) return undefined;
    next.set(file, edits);
  }
  return next;
}
