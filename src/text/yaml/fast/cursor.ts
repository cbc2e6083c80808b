import { Spans } from '../../origin.ts';
import type { RawNode } from '../raw.ts';

/** A comment line that stands between two nodes. */
interface Comment {
  readonly indent: number;
  readonly end: number;
}

/** What may stand before a node: at most one anchor and one tag. */
export interface Props {
  readonly tag?: string;
  readonly anchor?: string;
}

export const NO_PROPS: Props = {};
const DASH = 0x2d;
const HASH = 0x23;
const NEWLINE = 0x0a;
const SPACE = 0x20;
const SPACES = / */y;
const ANCHOR = /&([A-Za-z0-9_.-]+)(?=[ \n]|$)/y;
/** Own tags (`!reset`) and `!!str`; what other core tags refuse is for the other reader to say. */
const TAG = /!(?:[A-Za-z]+|!str)(?=[ \n]|$)/y;

/** Where the fast reader stands in the text, and what it noted on the way. Line breaks are `\n` only. */
export class Cursor {
  readonly text: string;
  at = 0;
  /** Column of the content that the cursor stands on, after {@link nextContent}; -1 at the end of the text. */
  indent = -1;
  /** Where the last node ends, with the comments that count to it. */
  tail = 0;
  depth = 0;
  /** The places of all nodes so far. */
  readonly spans: Spans;
  /** How many of the nodes are keys. */
  keys = 0;
  readonly anchors = new Map<RawNode, string>();
  readonly aliases = new Map<RawNode, string>();
  /** Whether something is left to be done or said when the nodes are put together: merge keys, keys that stand there twice. */
  unfinished = false;
  #lineStart = 0;
  #comments: Comment[] = [];

  constructor(text: string, spans: Spans) {
    this.text = text;
    this.spans = spans;
  }

  get column(): number {
    return this.at - this.#lineStart;
  }

  char(offset = 0): string {
    return this.text.charAt(this.at + offset);
  }

  code(offset = 0): number {
    return this.text.charCodeAt(this.at + offset);
  }

  skipSpaces(): void {
    while (this.text.charCodeAt(this.at) === SPACE) this.at += 1;
  }

  /** Blank lines and comment lines; ends on the first character of content. To be called at the start of a line. */
  nextContent(): void {
    for (;;) {
      const lineStart = this.at;
      // Indentation is long: the regular expression's own loop needs no warming up.
      SPACES.lastIndex = lineStart;
      SPACES.test(this.text);
      const at = SPACES.lastIndex;
      const code = this.text.charCodeAt(at);
      this.#lineStart = lineStart;
      this.at = at;
      if (code === HASH) {
        const end = this.lineEnd();
        this.#comments.push({ indent: at - lineStart, end });
        this.at = Math.min(end + 1, this.text.length);
      } else if (code === NEWLINE) this.at = at + 1;
      else {
        this.indent = at < this.text.length ? at - lineStart : -1;
        return;
      }
    }
  }

  lineEnd(): number {
    const end = this.text.indexOf('\n', this.at);
    return end === -1 ? this.text.length : end;
  }

  newLine(at: number): void {
    this.#lineStart = at;
    this.at = at;
  }

  /** Whether nothing but a comment is left on this line; moves to the next content and keeps the comment with the others. */
  restIsEmpty(): boolean {
    const { text, at: from } = this;
    this.forgetComments();
    if (text.charCodeAt(from) === NEWLINE) this.at = from + 1;
    else if (!this.#restIsComment(from)) return false;
    this.nextContent();
    return true;
  }

  #restIsComment(from: number): boolean {
    this.skipSpaces();
    const comment = this.code() === HASH;
    if (comment && this.at === from && this.text[from - 1] !== ' ') return false;
    const end = comment ? this.lineEnd() : this.at;
    if (end < this.text.length && this.text[end] !== '\n') return false;
    if (comment) this.#comments.push({ indent: Number.MAX_SAFE_INTEGER, end });
    this.at = Math.min(end + 1, this.text.length);
    return true;
  }

  /**
   * Ends a node of one piece that a collection at column `holder` holds. Comments behind it that stand further right than
   * the collection count to it.
   */
  endLeaf(end: number, holder: number): boolean {
    if (!this.restIsEmpty()) return false;
    this.tail = end;
    if (this.#comments.length > 0) this.#countBehind(holder);
    return true;
  }

  #countBehind(holder: number): void {
    let count = 0;
    for (const comment of this.#comments) {
      if (comment.indent <= holder) break;
      this.tail = comment.end;
      count += 1;
    }
    this.#comments.splice(0, count);
  }

  /** A key without a value: all comments up to the next content are its own. */
  endEmpty(at: number): void {
    this.tail = this.#comments.at(-1)?.end ?? at;
    this.forgetComments();
  }

  /** Where a block collection at this column ends for the one around it: comments go outwards unless one stands as far right as its own items. */
  closeCollection(column: number): void {
    if (this.#comments.length === 0 || column === 0 || this.#comments.every((comment) => comment.indent < column)) return;
    this.tail = this.#comments.at(-1)?.end ?? this.tail;
    this.forgetComments();
  }

  forgetComments(): void {
    // Cutting a list costs more than looking whether it is empty, which it nearly always is.
    if (this.#comments.length > 0) this.#comments.length = 0;
  }

  /** Undefined = something that looks like one but is not understood. */
  props(): Props | undefined {
    let props = NO_PROPS;
    for (let char = this.char(); char === '&' || char === '!'; char = this.char()) {
      const pattern = char === '&' ? ANCHOR : TAG;
      pattern.lastIndex = this.at;
      const found = pattern.exec(this.text);
      if (found === null || (char === '&' ? props.anchor : props.tag) !== undefined) return undefined;
      props = char === '&' ? { ...props, anchor: found[1] ?? '' } : { ...props, tag: found[0] };
      this.at += found[0].length;
      this.skipSpaces();
    }
    return props;
  }

  /** `-` as the mark of a sequence's item. */
  atDash(): boolean {
    return this.text.charCodeAt(this.at) === DASH && isBlank(this.text.charCodeAt(this.at + 1));
  }
}

/** A space, a line break, the end of the text. */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || Number.isNaN(code);
}
