import type { Text } from '../../text/index.ts';

/** A piece of a text that stands for a variable: still open (`hole`), or filled in (`fill`). */
export interface Mark {
  readonly kind: 'hole' | 'fill';
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** `${NAME:?message}`: Compose refuses to go on without a value. */
  readonly required?: boolean;
}

export interface Marked {
  readonly text: string;
  /** Absent = no variable stands in it. */
  readonly marks?: readonly Mark[];
}

const NO_HOLES: readonly string[] = [];

/** Characters `from..to` of a marked text as a Text with the variables that stand in them. */
export function textOf({ text: whole, marks }: Marked, from = 0, to = whole.length): Text {
  const text = whole.slice(from, to);
  if (marks === undefined || marks.length === 0) return { text, holes: NO_HOLES };
  const inside = marks.filter((mark) => mark.start >= from && mark.end <= to);
  const holes = inside.filter((mark) => mark.kind === 'hole').map((mark) => mark.name);
  const fills = inside.filter((mark) => mark.kind === 'fill').map((mark) => mark.name);
  return fills.length === 0 ? { text, holes } : { text, holes, from: fills };
}
