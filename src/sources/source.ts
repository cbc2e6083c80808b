import type { Diagnostic } from '../diagnostics/index.ts';
import type { ConfigFile, Stack } from '../ir/index.ts';
import type { Origins, SourceFile } from '../text/index.ts';

/** Everything a source may know of the outside: text by path (forward slashes, relative to the working directory), or undefined when there is none. */
export interface SourceHost {
  readFile(path: string): string | undefined;
  /** Names in a folder, sorted; undefined when there is none. */
  listFolder(path: string): readonly string[] | undefined;
}

/** What one stack is: `-f a.yml -f b.yml [-p NAME]`, or a path (file or folder). */
export interface StackInput {
  /** Override order; empty with `directory` set = Compose's default names there. */
  readonly files: readonly string[];
  readonly directory?: string;
  /** The absolute working directory: a project in `.` is named for it. Never read. */
  readonly workingDirectory?: string;
  readonly projectName?: string;
  readonly envFiles?: readonly string[];
  /** `--var NAME=VALUE`, and the process environment only with `--env-from process`. They win over files. */
  readonly variables: ReadonlyMap<string, string>;
  readonly profiles?: readonly string[];
}

export interface StackRead {
  /** Undefined when no file was there at all. */
  readonly stack?: Stack;
  readonly files: readonly SourceFile[];
  /** Syntax and schema findings: `yaml-syntax`, `compose-schema`, ... */
  readonly diagnostics: readonly Diagnostic[];
}
/** `readCompose(input, host, origins)` in sources/compose. */
export type ReadStack = (input: StackInput, host: SourceHost, origins: Origins) => StackRead;

/** Static and dynamic files of Traefik found for a stack's proxy. */
export interface FoundFiles {
  readonly configFiles: readonly ConfigFile[];
}
