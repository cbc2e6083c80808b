/** What an option of the engine does, and how it is written: by its path, or by the end of one. */
export interface About {
  readonly description: string;
  readonly example?: unknown;
}

export function about(description: string, example?: unknown): About {
  return { description, ...(example === undefined ? {} : { example }) };
}
