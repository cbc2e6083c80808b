import { loadWith } from './load-with.ts';
import type { FileReaders } from './load-with.ts';
import type { CompileInput, Loaded } from './types.ts';

const NO_READERS: FileReaders = { stacks: () => [], spec: () => undefined, mounted: () => [] };

/** Resolves running containers, and what an engine said of itself. Files that people write are for `load`, which takes their readers along. */
export function loadRunning(input: CompileInput): Loaded {
  return loadWith(NO_READERS, input);
}
