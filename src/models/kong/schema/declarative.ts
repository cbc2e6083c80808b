import { yamlPackage } from '../../../text/yaml/package.ts';
import type { Flavor } from '../classic.ts';
import { isList, isObject, stringAt, toJson } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';
import { entityNames } from './field.ts';
import { fieldProblem, isUnasked } from './validate.ts';
import { duplicates } from './identity.ts';
import { entitiesOf, REMARKS } from './nesting.ts';
import type { Found, Node } from './nesting.ts';
import { pathOfOldFormat } from './paths.ts';
import type { Collect, KongProblem } from './problem.ts';
import { danglingReferences, namesFor, NO_KEY, resolver } from './references.ts';

/** Checks a declarative file as `kong config parse` of 3.9.3 does: an empty list means that the node would take it. Without `plugins` it loads all that are bundled. */
export function checkDeclarative(config: Json, flavor: Flavor, plugins?: ReadonlySet<string>): readonly KongProblem[] {
  if (!isObject(config)) return [{ path: [], message: 'expected an object' }];
  const current = inCurrentFormat(config);
  const node: Node = { flavor, ...(plugins === undefined ? {} : { plugins }) };
  const alone = pass(current, node);
  if (alone.problems.length === 0) return afterwards(alone.found, flavor);
  // What failed may have wanted to know its parents: Kong looks a second time with all references filled in.
  const linked = pass(current, node, alone.found);
  if (linked.problems.length === 0) return afterwards(alone.found, flavor);
  const forbidden = alone.problems.filter((problem) => problem.message === 'value must be null' && !linked.problems.some((other) => other.path.join('.') === problem.path.join('.')));
  return [...linked.problems.map((problem) => withNames(problem, alone.found, flavor)), ...forbidden];
}

/** What a reference that leads nowhere may have meant. */
function withNames(problem: KongProblem, found: readonly Found[], flavor: Flavor): KongProblem {
  return problem.message === NO_KEY ? { ...problem, candidates: namesFor(String(problem.path.at(-2)), found, flavor) } : problem;
}

/** The same for text. */
export function checkKongYaml(text: string, flavor: Flavor): readonly KongProblem[] {
  return checkDeclarative(toJson(yamlPackage().parse(text)), flavor);
}

interface Pass {
  readonly problems: readonly KongProblem[];
  readonly found: readonly Found[];
}

function pass(config: JsonObject, node: Node, known?: readonly Found[]): Pass {
  const problems: KongProblem[] = [];
  const collect: Collect = (path, message, candidates) => void problems.push({ path, message, ...(candidates === undefined ? {} : { candidates }) });
  topLevel(config, collect);
  const found = entitiesOf(config, node, known === undefined ? undefined : resolver(known, node.flavor), collect);
  return { problems, found };
}

function afterwards(found: readonly Found[], flavor: Flavor): readonly KongProblem[] {
  const twice = duplicates(found, flavor);
  return [...twice, ...danglingReferences(found, flavor)];
}

const FORMAT = { type: 'string', required: true, one_of: ['1.1', '2.1', '3.0'] };
const TOP_FIELDS: Readonly<Record<string, JsonObject>> = { _format_version: FORMAT, _transform: { type: 'boolean', default: true }, ...REMARKS };

function topLevel(config: JsonObject, collect: Collect): void {
  for (const [name, field] of Object.entries(TOP_FIELDS)) {
    const problem = fieldProblem(field, config[name]);
    if (problem !== undefined) collect([name], problem);
  }
  const known = [...Object.keys(TOP_FIELDS), ...entityNames()];
  for (const name of Object.keys(config)) if (!known.includes(name) && !isUnasked(name, '')) collect([name], 'unknown field', known);
}

/** Formats before 3.0 wrote regexes without `~`; the routes of a file and of its services are brought up to date. */
function inCurrentFormat(config: JsonObject): JsonObject {
  const format = stringAt(config, '_format_version');
  if (format !== '1.1' && format !== '2.1') return config;
  const routes = (list: Json | undefined): Json => (isList(list) ? list.map((route) => (isObject(route) ? inCurrentRoute(route) : route)) : (list ?? null));
  const services = config['services'];
  return {
    ...config,
    ...('routes' in config ? { routes: routes(config['routes']) } : {}),
    ...(isList(services) ? { services: services.map((service) => (isObject(service) && 'routes' in service ? { ...service, routes: routes(service['routes']) } : service)) } : {}),
  };
}

function inCurrentRoute(route: JsonObject): JsonObject {
  const { paths } = route;
  return isList(paths) ? { ...route, paths: paths.map((path) => (typeof path === 'string' ? pathOfOldFormat(path) : path)) } : route;
}
