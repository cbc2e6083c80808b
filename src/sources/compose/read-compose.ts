import type { Container, Stack } from '../../ir/index.ts';
import { known } from '../../text/index.ts';
import type { OriginId, Origins, Sourced, Text } from '../../text/index.ts';
import { yamlGet } from '../../text/yaml/index.ts';
import type { ReadStack, SourceHost, StackInput, StackRead } from '../source.ts';
import { checkConsistency } from './consistency.ts';
import { parsed } from './load.ts';
import { loadModel } from './model.ts';
import { middlewaresNearby } from './nearby.ts';
import { neighboursOf } from './neighbours.ts';
import { implicitDefault, readNetworks } from './networks.ts';
import type { Network } from './networks.ts';
import { activeProfiles, findProject, nameWith, projectName } from './project.ts';
import type { Project } from './project.ts';
import { unsetOf } from '../variables/index.ts';
import type { Reading } from './reading.ts';
import { createReporter } from './report.ts';
import { checkSchema } from './schema.ts';
import { profilesOf, readService } from './service.ts';
import type { ProjectFacts } from './service.ts';
import type { Lookup } from '../variables/index.ts';
import type { Entry, MappingValue, ScalarValue } from './value.ts';
import { entriesOf, get, scalarOf, sourced } from './value.ts';

/**
 * Reads a Compose project as compose-go 2.16 does (its tests of meaning were run against it): files, overrides, includes,
 * `extends`, variables. Unset variables stay as `${NAME}`; what Compose would refuse is said and read as far as it goes.
 */
export const readCompose: ReadStack = (input, host, origins) => {
  let stackName = '';
  const reading = startReading(host, origins, () => stackName);
  const project = findProject(reading, input);
  reading.folder = project.folder;
  stackName = nameOfProject(reading, input, project);
  const lookup = withProjectName(project.lookup, stackName);
  const model = loadModel(reading, { paths: project.files, lookup, folder: project.folder, including: [] });
  if (model === undefined) reportEmpty(reading, project.files);
  const stack = model === undefined ? undefined : toStack(reading, input, { ...project, lookup }, stackName, model);
  return withStack(stack, reading);
};

function withStack(stack: Stack | undefined, reading: Reading): StackRead {
  const rest = { files: [...reading.files.values()], diagnostics: reading.reporter.diagnostics };
  return stack === undefined ? rest : { stack, ...rest };
}

/** Files without any content: one of several may be empty, all of them not. */
function reportEmpty(reading: Reading, paths: readonly string[]): void {
  const path = paths.find((name) => reading.files.has(name));
  if (path === undefined || reading.reporter.diagnostics.length > 0) return;
  reading.reporter.report({ rule: 'compose-schema', message: 'the file is empty', origin: reading.origins.span(path, 0, 0), symbol: path, blocking: true, why: 'Compose refuses the file: empty compose file' });
}

function startReading(host: SourceHost, origins: Origins, stackName: () => string): Reading {
  const place = (id: OriginId): string => {
    const span = origins.firstSpan(id);
    return span === undefined ? '' : `${span.file}:${String(span.start)}`;
  };
  return { host, origins, reporter: createReporter(stackName, place), files: new Map(), yaml: new Map(), loaded: new WeakMap(), folder: '', holes: [], hashes: [], unread: [], broken: false, resets: false, included: 0, extendsEnded: false };
}

function nameOfProject(reading: Reading, input: StackInput, project: Project): string {
  const names = project.files.flatMap((path) =>
    (parsed(reading, path)?.docs ?? []).flatMap((doc) => {
      const name = yamlGet(doc, 'name');
      return name?.kind === 'scalar' ? [nameWith(project.lookup, name.text)] : [];
    }),
  );
  return projectName(input, project, names);
}

/** Compose makes the project's name a variable. */
function withProjectName(lookup: Lookup, name: string): Lookup {
  return (variable) => (variable === 'COMPOSE_PROJECT_NAME' ? known(name) : lookup(variable));
}

function toStack(reading: Reading, input: StackInput, project: Project, name: string, model: MappingValue): Stack {
  if (!reading.broken) checkSchema(model, reading.reporter);
  const declared = readNetworks(model, name);
  const networks = new Map(declared.map((network): [string, Network] => [network.key, network]));
  if (!networks.has('default')) networks.set('default', implicitDefault(name, reading.origins));
  const facts: ProjectFacts = { stack: name, folder: project.folder, lookup: project.lookup, networks };
  const { containers, inactive } = readServices(reading, input, project, facts, model);
  const neighbours = neighboursOf(reading.host, project.files, project.folder);
  if (!reading.broken) checkConsistency(model, containers, { names: project.files, neighbours }, reading.reporter);
  const nearby = middlewaresNearby(containers, neighbours);
  const usesDefault = containers.some((container) => container.networks.some((use) => use.key === 'default'));
  return {
    name,
    files: project.files,
    envFiles: project.envFiles,
    directory: project.folder,
    lookup: (variable) => project.lookup(variable)?.text,
    containers,
    ...(inactive.length === 0 ? {} : { inactive }),
    networks: [...networks.values()].filter((network) => network.key !== 'default' || usesDefault || declared.includes(network)),
    configs: entriesOf(get(model, 'configs')).map((entry) => toConfig(entry, project.lookup)),
    unset: unsetOf(reading.holes),
    ...(reading.hashes.length === 0 ? {} : { cutHashes: reading.hashes }),
    ...(nearby.length === 0 ? {} : { nearby }),
    ...(reading.unread.length === 0 ? {} : { unread: reading.unread }),
  };
}

function readServices(reading: Reading, input: StackInput, project: Project, facts: ProjectFacts, model: MappingValue): { readonly containers: readonly Container[]; readonly inactive: readonly Container[] } {
  const active = activeProfiles(input, project.lookup);
  const containers: Container[] = [];
  const inactive: Container[] = [];
  for (const entry of entriesOf(get(model, 'services'))) {
    if (entry.value.kind !== 'mapping') continue;
    const profiles = profilesOf(entry.value);
    const starts = profiles.length === 0 || active.has('*') || profiles.some((profile) => active.has(profile));
    (starts ? containers : inactive).push(readService(reading, entry, facts));
  }
  return { containers, inactive };
}

function toConfig(entry: Entry, lookup: Lookup): Stack['configs'][number] {
  const inline = scalarOf(get(entry.value, 'content'));
  const content = inline === undefined ? fromVariable(scalarOf(get(entry.value, 'environment')), lookup) : sourced(inline);
  const file = scalarOf(get(entry.value, 'file'));
  return { key: entry.key, ...(content === undefined ? {} : { content }), ...(file === undefined ? {} : { file: sourced(file) }), origin: entry.keyOrigin };
}

/** `environment: NAME` takes the content from a variable. */
function fromVariable(name: ScalarValue | undefined, lookup: Lookup): Sourced<Text> | undefined {
  const value = name === undefined ? undefined : lookup(name.text);
  return name === undefined || value === undefined ? undefined : { value: { ...value, from: [name.text] }, origin: name.origin };
}
