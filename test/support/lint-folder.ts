import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lintFiles, unmark } from './lint.ts';
import type { Linted, LintInput, Mark } from './lint.ts';

/** A stack as people keep it, in a folder of its own; `lint.json` says how it is linted when that is more than its `compose.yml`. */
export interface LintFolder {
  readonly name: string;
  readonly input: LintInput;
  readonly marks: readonly Mark[];
}

/** All stacks of a folder, by name. */
export function lintFolders(root: string): readonly LintFolder[] {
  return readdirSync(root).toSorted().map((name) => readFolder(root, name));
}

function readFolder(root: string, name: string): LintFolder {
  const { files, marks } = unmark({ title: name, files: filesBelow(join(root, name)) });
  const settings = existsSync(join(root, name, 'lint.json')) ? (JSON.parse(readFileSync(join(root, name, 'lint.json'), 'utf8')) as Partial<LintInput>) : {};
  return { name, input: { declared: false, ...settings, files }, marks };
}

function filesBelow(folder: string, prefix = ''): Readonly<Record<string, string>> {
  const entries = readdirSync(folder).toSorted().flatMap((name): readonly (readonly [string, string])[] => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return Object.entries(filesBelow(path, `${prefix}${name}/`));
    return name === 'lint.json' ? [] : [[`${prefix}${name}`, readFileSync(path, 'utf8')]];
  });
  return Object.fromEntries(entries);
}

export function lintFolder({ input }: LintFolder): Linted {
  return lintFiles(input);
}

/** The same stack with the facts of its folder `elsewhere`, which nobody told lint: what the engine is started with. */
export function withElsewhere({ input }: LintFolder): Linted {
  if (input.files['elsewhere/traefik.yml'] === undefined) return lintFiles(input);
  return lintFiles({ ...input, static: 'elsewhere/traefik.yml', dynamic: ['elsewhere/dynamic'] });
}
