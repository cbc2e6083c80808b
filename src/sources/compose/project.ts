import { known } from '../../text/index.ts';
import type { Text } from '../../text/index.ts';
import type { SourceHost, StackInput } from '../source.ts';
import { envLookup } from './model.ts';
import { folderOf, join, nameOf } from './paths.ts';
import { readText } from './reading.ts';
import type { Reading } from './reading.ts';
import { interpolate } from '../variables/index.ts';
import type { Lookup } from '../variables/index.ts';

/** In Compose's order of preference: the first that is there is taken. */
const DEFAULT_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const DEFAULT_OVERRIDES = ['compose.override.yml', 'compose.override.yaml', 'docker-compose.override.yml', 'docker-compose.override.yaml'];

export interface Project {
  readonly files: readonly string[];
  readonly folder: string;
  readonly envFiles: readonly string[];
  readonly lookup: Lookup;
}

/** Which files a stack is made of, and the variables they are read with. */
export function findProject(reading: Reading, input: StackInput): Project {
  const folder = input.directory ?? folderOf(input.files[0] ?? '');
  const envFiles = (input.envFiles ?? []).length > 0 ? (input.envFiles ?? []) : [join(folder, '.env')];
  const lookup = envLookup(reading, envFiles, (name) => {
    const value = input.variables.get(name);
    return value === undefined ? undefined : known(value);
  });
  const files = input.files.length > 0 ? input.files : (namedFiles(folder, lookup) ?? defaultFiles(reading.host, folder));
  return { files, folder, envFiles: envFiles.filter((path) => readText(reading, path) !== undefined), lookup };
}

/** `COMPOSE_FILE=a.yml:b.yml`, relative to the project's folder. */
function namedFiles(folder: string, lookup: Lookup): readonly string[] | undefined {
  const names = lookup('COMPOSE_FILE')?.text;
  if (names === undefined || names === '') return undefined;
  const separator = lookup('COMPOSE_PATH_SEPARATOR')?.text ?? ':';
  return names.split(separator === '' ? ':' : separator).map((name) => join(folder, name));
}

function defaultFiles(host: SourceHost, folder: string): readonly string[] {
  const names = host.listFolder(folder) ?? [];
  const main = DEFAULT_FILES.find((name) => names.includes(name));
  if (main === undefined) return [];
  const override = DEFAULT_OVERRIDES.find((name) => names.includes(name));
  return [main, ...(override === undefined ? [] : [override])].map((name) => join(folder, name));
}

/** `-p`, else `COMPOSE_PROJECT_NAME`, else the last file's `name:`, else the folder, made to fit. */
export function projectName(input: StackInput, project: Project, names: readonly string[]): string {
  const given = input.projectName ?? nonEmpty(project.lookup('COMPOSE_PROJECT_NAME'));
  if (given !== undefined) return normalProjectName(given);
  const fromFile = normalProjectName(names.findLast((name) => name !== '') ?? '');
  if (fromFile !== '') return fromFile;
  const folder = join(input.workingDirectory ?? '.', project.folder);
  const fromFolder = normalProjectName(nameOf(folder));
  return fromFolder === '' ? 'default' : fromFolder;
}

function nonEmpty(value: Text | undefined): string | undefined {
  return value === undefined || value.text === '' ? undefined : value.text;
}

/** compose-go `NormalizeProjectName`: lower case, only `a-z0-9_-`, no `_` or `-` in front. */
export function normalProjectName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}

/** Profiles asked for, else `COMPOSE_PROFILES`. `*` is all. */
export function activeProfiles(input: StackInput, lookup: Lookup): ReadonlySet<string> {
  if (input.profiles !== undefined && input.profiles.length > 0) return new Set(input.profiles);
  const names = lookup('COMPOSE_PROFILES')?.text ?? '';
  return new Set(names.split(',').map((name) => name.trim()));
}

/** The `name:` of a file, empty when it needs a variable that nobody set. */
export function nameWith(lookup: Lookup, text: string): string {
  const made = interpolate(text, lookup);
  return made.marks.some((mark) => mark.kind === 'hole') ? '' : made.text;
}
