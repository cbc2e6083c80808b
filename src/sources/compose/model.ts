import type { OriginId } from '../../text/index.ts';
import { readEnvFile } from '../variables/index.ts';
import { applyExtends } from './extends.ts';
import { loadDocuments } from './load.ts';
import { merge } from './merge.ts';
import { folderOf, isAbsolute, isRemote, join } from './paths.ts';
import { mergingIn, leaveUnread, readText } from './reading.ts';
import type { Reading } from './reading.ts';
import type { Lookup } from '../variables/index.ts';
import type { MappingValue, Value } from './value.ts';
import { get, hasHoles, itemsOf, scalarOf } from './value.ts';

/** One set of files that override each other, with the variables and the folder they are read with. */
export interface ModelInput {
  readonly paths: readonly string[];
  readonly lookup: Lookup;
  /** Relative paths in the files are relative to it. */
  readonly folder: string;
  /** Files that are being included, against circles. */
  readonly including: readonly string[];
  /** The `include` entry that asks for the files; absent for the user's own. */
  readonly asked?: OriginId;
}

/** Reads, includes, extends and merges, in Compose's order: one file after the other, each of its documents in turn. */
export function loadModel(reading: Reading, input: ModelInput): MappingValue | undefined {
  let model: MappingValue | undefined;
  for (const path of input.paths) {
    const documents = loadDocuments(reading, path, input);
    if (documents === undefined) missingFile(reading, path, input.asked);
    for (const document of documents ?? []) {
      const whole = applyExtends(reading, withIncludes(reading, document, path, input), { path, ...input });
      model = merge(model ?? { kind: 'mapping', entries: new Map(), origin: whole.origin }, whole, [], mergingIn(reading));
    }
  }
  return model;
}

function missingFile(reading: Reading, path: string, asked: OriginId | undefined): void {
  const origin = asked ?? reading.origins.default(path);
  leaveUnread(reading, path, origin);
  const remote = isRemote(path);
  reading.reporter.report({
    rule: 'compose-file-missing',
    message: remote ? `the remote file "${path}" was not read` : `there is no file "${path}"`,
    origin,
    symbol: path,
    severity: remote ? 'note' : 'error',
    blocking: !remote,
    why: 'the services that it declares are not known',
  });
}

/** Included services are there before the file's own, which are laid on top (compose-go `importResource`). */
function withIncludes(reading: Reading, document: MappingValue, path: string, input: ModelInput): MappingValue {
  const include = get(document, 'include');
  if (include === undefined) return document;
  let result: MappingValue = { ...document, entries: new Map([...document.entries].filter(([key]) => key !== 'include')) };
  for (const item of itemsOf(include)) {
    const imported = loadInclude(reading, item, path, input);
    if (imported !== undefined) result = merge(resourcesOf(imported), result, [], mergingIn(reading));
  }
  return result;
}

const RESOURCES = new Set(['services', 'jobs', 'volumes', 'networks', 'secrets', 'configs', 'models']);

function resourcesOf(model: MappingValue): MappingValue {
  return { ...model, entries: new Map([...model.entries].filter(([key]) => RESOURCES.has(key))) };
}

function loadInclude(reading: Reading, item: Value, path: string, input: ModelInput): MappingValue | undefined {
  const short = scalarOf(item);
  const names = (short === undefined ? itemsOf(get(item, 'path')) : [short]).flatMap((value) => scalarOf(value) ?? []);
  const [main] = names;
  if (main === undefined) return undefined;
  // The note about the variable says it, and which file is meant is not guessed.
  if (names.some(hasHoles)) return leaveUnread(reading, main.text, main.origin);
  const paths = names.map((name) => locate(input.folder, name.text));
  const including = [...input.including, path];
  if (including.includes(paths[0] ?? '')) return circle(reading, main.origin, main.text);
  reading.included += 1;
  if (reading.included > MOST_INCLUDES) return tooMany(reading, main.origin);
  const directory = scalarOf(get(item, 'project_directory'));
  const folder = directory === undefined ? folderOf(paths[0] ?? '') : join(input.folder, directory.text);
  const lookup = withEnvFiles(reading, item, folder, input);
  return loadModel(reading, { paths, lookup, folder, including, asked: main.origin });
}

/** A file that is included twice is read twice, and so is what it includes: 20 levels of that are a million files. */
const MOST_INCLUDES = 2000;

function tooMany(reading: Reading, origin: OriginId): undefined {
  reading.broken = true;
  reading.reporter.report({ rule: 'compose-schema', message: `more than ${String(MOST_INCLUDES)} files are included`, origin, symbol: 'include', blocking: true, why: 'the rest of them is not read' });
  return undefined;
}

function locate(folder: string, name: string): string {
  return isRemote(name) || isAbsolute(name) ? name : join(folder, name);
}

function circle(reading: Reading, origin: OriginId, name: string): undefined {
  reading.broken = true;
  reading.reporter.report({ rule: 'compose-schema', message: `"${name}" includes itself`, origin, symbol: 'include', blocking: true, why: 'Compose refuses the file: include cycle detected' });
  return undefined;
}

/** An included project reads its own `.env` below the variables of the outer one. */
function withEnvFiles(reading: Reading, item: Value, folder: string, input: ModelInput): Lookup {
  const named = itemsOf(get(item, 'env_file')).flatMap((value) => scalarOf(value) ?? []);
  const paths = named.length === 0 ? [join(folder, '.env')] : named.map((name) => join(input.folder, name.text));
  return envLookup(reading, paths, input.lookup);
}

/** Variables of the files below those of `outer`; of two files the later wins. */
export function envLookup(reading: Reading, paths: readonly string[], outer: Lookup): Lookup {
  const values = new Map<string, NonNullable<ReturnType<Lookup>>>();
  const lookup: Lookup = (name) => outer(name) ?? values.get(name);
  for (const path of paths) {
    const file = readText(reading, path);
    if (file === undefined) continue;
    const read = readEnvFile(file, lookup, reading.origins);
    for (const entry of read.entries) values.set(entry.name, entry.value);
    if (read.problem !== undefined) reportEnvProblem(reading, path, read.problem);
  }
  return lookup;
}

export function reportEnvProblem(reading: Reading, path: string, problem: { readonly message: string; readonly origin: OriginId }): void {
  reading.reporter.report({ rule: 'env-file-syntax', message: problem.message, origin: problem.origin, symbol: path, blocking: true, why: 'Compose refuses to read the env file' });
}
