/** A value with unset variables keeps them as `${NAME}` in `text`: it equals only itself and wakes no rule about its content. */
export interface Text {
  readonly text: string;
  /** Names of the variables without a value, in order of appearance; empty = the text is known. */
  readonly holes: readonly string[];
  /** Names of the variables that were filled in: a secret field that came from one is deferred, not written. */
  readonly from?: readonly string[];
}

const NO_HOLES: readonly string[] = [];

/** A text that is known as it stands. */
export function known(text: string): Text {
  return { text, holes: NO_HOLES };
}
