import type { Container } from '../../ir/index.ts';
import type { Origins, Text } from '../../text/index.ts';
import { readEnvFile } from '../variables/index.ts';
import type { EnvEntry } from '../variables/index.ts';
import { readPairs } from './keyed.ts';
import type { Pair } from './keyed.ts';
import { reportEnvProblem } from './model.ts';
import { namedFile, readText } from './reading.ts';
import type { Reading } from './reading.ts';
import type { Lookup } from '../variables/index.ts';
import type { ScalarValue, Value } from './value.ts';
import { get, hasHoles, itemsOf, scalarOf, truth } from './value.ts';

type Variable = Container['environment'][number];

/** `env_file` first, later files over earlier ones, then `environment:`; a name without a value comes from outside. */
export function readEnvironment(reading: Reading, service: Value, name: string, lookup: Lookup): readonly Variable[] {
  const variables = readPairs(get(service, 'environment'), reading.origins).effective.map((pair) => toVariable(pair, lookup));
  if (get(service, 'env_file') === undefined) return variables;
  const own = new Map(variables.map((variable): [string, Variable] => [variable.name, variable]));
  const lookups: Lookup = (variable) => lookup(variable) ?? own.get(variable)?.value;
  const fromFiles = fileEntries(reading, get(service, 'env_file'), `${name}/env_file`, lookups).map((entry): [string, Variable] => [entry.name, { name: entry.name, value: entry.value, origin: origin(entry, reading.origins) }]);
  return [...new Map([...fromFiles, ...own]).values()];
}

function toVariable({ key, value, origin }: Pair, lookup: Lookup): Variable {
  const name = key.value.text;
  return { name, value: value?.value ?? outside(name, lookup), origin };
}

function outside(name: string, lookup: Lookup): Text | undefined {
  const value = lookup(name);
  return value === undefined ? undefined : { ...value, from: [name] };
}

function origin(entry: EnvEntry, origins: Origins): Variable['origin'] {
  const a = origins.get(entry.nameOrigin);
  const b = origins.get(entry.origin);
  return a.kind === 'span' && b.kind === 'span' ? origins.span(a.file, a.start, Math.max(a.end, b.end)) : entry.nameOrigin;
}

/** All entries of the env or label files that a service names, in their order. */
export function fileEntries(reading: Reading, value: Value | undefined, symbol: string, lookup: Lookup): readonly EnvEntry[] {
  const values = new Map<string, Text>();
  return itemsOf(value).flatMap((item) => {
    const path = scalarOf(item) ?? scalarOf(get(item, 'path'));
    if (path === undefined) return [];
    const entries = oneFile(reading, path, symbol, { lookup: (name) => lookup(name) ?? values.get(name), required: truth(get(item, 'required')) !== false });
    for (const entry of entries) values.set(entry.name, entry.value);
    return entries;
  });
}

function oneFile(reading: Reading, path: ScalarValue, symbol: string, how: { readonly lookup: Lookup; readonly required: boolean }): readonly EnvEntry[] {
  if (hasHoles(path)) return [];
  const name = namedFile(reading, path);
  const file = readText(reading, name);
  if (file === undefined) {
    if (how.required) reportMissing(reading, path, symbol);
    return [];
  }
  const read = readEnvFile(file, how.lookup, reading.origins);
  if (read.problem !== undefined) reportEnvProblem(reading, name, read.problem);
  return read.entries;
}

/** Env files are often left out of a repository: nothing is wrong with the Compose file, only unknown. */
function reportMissing(reading: Reading, path: ScalarValue, symbol: string): void {
  reading.reporter.report({
    rule: 'compose-file-missing',
    message: `there is no file "${path.text}"`,
    origin: path.origin,
    symbol,
    severity: 'note',
    why: 'Compose needs it at start; what it sets is not known here',
  });
}
