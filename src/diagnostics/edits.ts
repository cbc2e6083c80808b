import type { TextEdit } from './diagnostic.ts';

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
export function applyEdits(text: string, edits: readonly TextEdit[]): AppliedEdits {
  const taken = new TakenEdits();
  const skipped: TextEdit[] = [];
  for (const edit of [...edits].sort(byPlace)) if (!taken.fits(edit, text.length) || !taken.add([edit])) skipped.push(edit);
  return { text: taken.apply(text), applied: taken.all(), skipped };
}

/** Edits of one file that do not touch each other, in order. */
export class TakenEdits {
  readonly #edits: TextEdit[];

  constructor(edits: readonly TextEdit[] = []) {
    this.#edits = [...edits];
  }

  fits(edit: TextEdit, length: number): boolean {
    return edit.start >= 0 && edit.start <= edit.end && edit.end <= length;
  }

  /** Takes all of the edits, or none where one touches a place that is taken. */
  add(edits: readonly TextEdit[]): boolean {
    const fresh = edits.filter((edit, index) => !this.#has(edit) && edits.findIndex((other) => same(other, edit)) === index);
    const clash = fresh.some((edit, index) => this.#touches(edit) || fresh.some((other, at) => at !== index && overlap(other, edit)));
    if (clash) return false;
    for (const edit of fresh) this.#edits.splice(this.#slot(edit), 0, edit);
    return true;
  }

  all(): readonly TextEdit[] {
    return this.#edits;
  }

  apply(text: string): string {
    const parts: string[] = [];
    let at = 0;
    for (const edit of this.#edits) {
      parts.push(text.slice(at, edit.start), edit.newText);
      at = edit.end;
    }
    return `${parts.join('')}${text.slice(at)}`;
  }

  /** The first taken edit that does not stand before this one. */
  #slot(edit: TextEdit): number {
    let low = 0;
    let high = this.#edits.length;
    while (low < high) {
      const half = (low + high) >> 1;
      const other = this.#edits[half];
      if (other !== undefined && byPlace(other, edit) < 0) low = half + 1;
      else high = half;
    }
    return low;
  }

  #has(edit: TextEdit): boolean {
    const slot = this.#slot(edit);
    const other = this.#edits[slot];
    return other !== undefined && same(other, edit);
  }

  /** Taken edits are apart, so only the neighbours can touch a new one. */
  #touches(edit: TextEdit): boolean {
    const slot = this.#slot(edit);
    return [slot - 2, slot - 1, slot, slot + 1].some((index) => {
      const other = this.#edits[index];
      return other !== undefined && overlap(other, edit);
    });
  }
}

function byPlace(a: TextEdit, b: TextEdit): number {
  return a.start - b.start || a.end - b.end;
}

function same(a: TextEdit, b: TextEdit): boolean {
  return a.start === b.start && a.end === b.end && a.newText === b.newText;
}

/** Two insertions at one place overlap too: their order is nobody's choice. */
function overlap(a: TextEdit, b: TextEdit): boolean {
  if (a.start === a.end && b.start === b.end) return a.start === b.start;
  return a.start < b.end && b.start < a.end;
}
