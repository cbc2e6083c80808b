import type { OriginId } from '../text/index.ts';

export type Severity = 'error' | 'warning' | 'info' | 'note';

/** A place and what to write under it. */
export interface Marker {
  readonly origin: OriginId;
  /** Text at the end of the underline, e.g. `did you mean "entrypoints"?`. */
  readonly label?: string;
}

/** Offsets into the text of `file`, end exclusive. */
export interface TextEdit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

export interface Fix {
  readonly title: string;
  readonly safety: 'safe' | 'unsafe';
  readonly edits: readonly TextEdit[];
}

/** One finding. Ids are stable, texts are not. */
export interface Diagnostic {
  /** One id space: kebab-case = file name = docs page. */
  readonly rule: string;
  readonly severity: Severity;
  readonly blocking: boolean;
  /** The fact: lower case, no full stop, values in double quotes as the user wrote them; never a secret. */
  readonly message: string;
  /** The consequence in the engine, with its version. */
  readonly why?: string;
  /** The way out. */
  readonly help?: string;
  readonly at: Marker;
  readonly related?: readonly Marker[];
  /** Stack/service/label path: the fingerprint, survives moved lines. */
  readonly symbol: string;
  /** Set where this finding is only a consequence of another: that one's rule and symbol joined by a blank. Folded under its cause. */
  readonly follows?: string;
  readonly fixes?: readonly Fix[];
}

/** A check that was not made because a fact is missing; counted, never guessed. */
export interface Skipped {
  readonly rule: string;
  readonly needs: 'static' | 'version' | 'variables' | 'dynamic' | 'image' | 'files' | 'engine';
  /** What could not be judged, e.g. the entry point or variable name. */
  readonly subject: string;
  readonly origin: OriginId;
}
