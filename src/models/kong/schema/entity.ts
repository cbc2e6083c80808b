import { parseAtc } from '../expression/parser.ts';
import { fieldsOf } from '../expression/evaluate.ts';
import { entriesOf } from '../classic.ts';
import type { Flavor } from '../classic.ts';
import { readRoute } from '../document.ts';
import { isList, isObject, objectAt, stringAt, stringsAt } from '../value.ts';
import type { JsonObject } from '../value.ts';
import { isFilled, runChecks } from './checks.ts';
import { CUSTOM_CONFIG, readCertificate, readKey, tag } from './custom.ts';
import { entityDefinition, recordOf, schemas } from './field.ts';
import type { Collect, Place } from './problem.ts';
import { routeKind } from './route-kind.ts';
import { validateField, validateRecord, withDefaults } from './validate.ts';

/** One entity with its own rules; children and references are looked at by the caller. */
export function validateEntity(name: string, entity: JsonObject, parents: readonly string[], place: Place, flavor: Flavor, collect: Collect): void {
  const definition = entityDefinition(name, flavor);
  if (definition === undefined) return;
  const given = withParents(name, entity, parents, flavor);
  let faulty = false;
  const watch: Collect = (path, message, candidates) => {
    faulty = true;
    collect(path, message, candidates);
  };
  // The rules of a plugin or route kind stand beside those of the entity.
  validateRecord(definition, given, place, watch);
  for (const [index, text] of stringsAt(entity, 'tags').entries()) {
    const problem = tag(text);
    if (problem !== undefined) collect([...place.path, 'tags', index], problem);
  }
  if (name === 'plugins' || name === 'vaults') validateKind(name, given, place, collect);
  if (name === 'routes') validateRoute({ filled: withDefaults(definition, given), given, faulty }, flavor, place, collect);
  if (name === 'certificates') validatePair(entity, place, collect);
  if (name === 'ca_certificates') validateAuthority(entity, place, collect);
}

/** A nested entity has its parent as reference: the field counts as given. Children are no fields of the entity. */
function withParents(name: string, entity: JsonObject, parents: readonly string[], flavor: Flavor): JsonObject {
  const fields = recordOf(entityDefinition(name, flavor) ?? {}).fields;
  const out = Object.fromEntries(Object.entries(entity).filter(([key]) => fields.has(key) || entityDefinition(key, flavor) === undefined));
  for (const [key, field] of fields) if (parents.includes(stringAt(field, 'reference') ?? '') && out[key] === undefined) out[key] = 'parent';
  delete out['_comment'];
  delete out['_ignore'];
  // `url` is shorthand for protocol, host, port and path; `snis` inside a certificate are entities.
  if (name === 'services' && typeof out['url'] === 'string') {
    delete out['url'];
    out['host'] ??= /^[a-z_]+:\/\/(\[[^\]]*\]|[^/:?#]+)/.exec(String(entity['url']))?.[1] ?? null;
    out['protocol'] ??= /^([a-z_]+):/.exec(String(entity['url']))?.[1] ?? null;
  }
  if (name === 'certificates') delete out['snis'];
  return out;
}

function validateKind(entity: 'plugins' | 'vaults', plugin: JsonObject, place: Place, collect: Collect): void {
  const name = stringAt(plugin, 'name');
  if (name === undefined) return;
  const definition = objectAt(schemas(), entity)[name];
  if (!isObject(definition)) return collect([...place.path, 'name'], entity === 'plugins' ? `plugin '${name}' not enabled; add it to the 'plugins' configuration property` : `vault '${name}' is not installed`, Object.keys(objectAt(schemas(), entity)));
  const record = recordOf(definition);
  const filled = withDefaults(definition, plugin);
  for (const [key, field] of record.fields) validateField(field, filled[key], { path: [...place.path, key], key: `${entity}/${name}.${key}` }, collect);
  runChecks(record, filled, place, collect);
  const problem = entity === 'plugins' ? CUSTOM_CONFIG[name]?.(objectAt(filled, 'config')) : undefined;
  if (problem !== undefined) collect([...place.path, 'config'], problem);
}

/** The router's own check does not run where a field is wrong already. */
function validateRoute(route: { readonly filled: JsonObject; readonly given: JsonObject; readonly faulty: boolean }, flavor: Flavor, place: Place, collect: Collect): void {
  const { filled, given } = route;
  const protocol = stringsAt(filled, 'protocols')[0] ?? 'http';
  const kind = routeKind(protocol, flavor);
  for (const [name, field] of Object.entries(kind.fields)) {
    if (name !== 'strip_path') validateField(field, given[name], { path: [...place.path, name], key: `routes.${name}` }, collect);
    else if (given[name] === true) collect([...place.path, name], stringAt(field, 'err') ?? '');
  }
  runChecks({ fields: new Map(), shorthands: new Map(), checks: kind.checks }, filled, place, collect);
  const problem = flavor === 'traditional' || route.faulty ? undefined : expressionProblem(filled, flavor);
  if (problem !== undefined) collect([...place.path, '@entity'], `Router Expression failed validation: ${problem}`);
}

const OTHERS = ['snis', 'sources', 'destinations', 'methods', 'hosts', 'paths', 'headers'];
const LISTED = "'methods', 'hosts', 'paths', 'headers', 'snis', 'sources' or 'destinations' simultaneously";
const KNOWN_FIELD = /^(?:http\.(?:method|host|path|path\.segments\.(?:len|\d+(?:_\d+)?)|headers\.\w+|queries\.\w+)|net\.(?:protocol|src\.ip|src\.port|dst\.ip|dst\.port|port)|tls\.sni)$/;

/** What the router engine itself would say; its texts with places are its own. */
function expressionProblem(route: JsonObject, flavor: Flavor): string | undefined {
  const hasOthers = OTHERS.some((name) => isFilled(route[name]));
  const expression = stringAt(route, 'expression');
  if (expression === undefined && !hasOthers) return undefined;
  if (expression !== undefined && hasOthers) return `cannot set 'expression' with ${LISTED}`;
  if (expression !== undefined && (route['regex_priority'] ?? 0) !== 0) return "cannot set 'regex_priority' with 'expression' simultaneously";
  if (hasOthers && (route['priority'] ?? 0) !== 0) return `cannot set 'priority' with ${LISTED}`;
  if (['paths', 'hosts', 'methods'].some((name) => route[name] !== undefined && route[name] !== null && !isList(route[name]))) return undefined;
  const texts = expression === undefined ? entriesOf(readRoute(route), flavor === 'expressions' ? 'traditional_compatible' : flavor).map((entry) => entry.expression) : [expression];
  for (const text of texts) {
    const parsed = parseAtc(text);
    if (!parsed.ok) return parsed.message;
    if (fieldsOf(parsed.atc).some((field) => !KNOWN_FIELD.test(field))) return 'Unknown LHS field';
  }
  return undefined;
}

function validatePair(entity: JsonObject, place: Place, collect: Collect): void {
  const certificate = readCertificate(stringAt(entity, 'cert') ?? '');
  const key = readKey(stringAt(entity, 'key') ?? '');
  if (certificate !== undefined && key !== undefined && !certificate.checkPrivateKey(key)) collect([...place.path, '@entity'], 'certificate does not match key');
}

function validateAuthority(entity: JsonObject, place: Place, collect: Collect): void {
  const certificate = readCertificate(stringAt(entity, 'cert') ?? '');
  if (certificate !== undefined && !certificate.ca) collect([...place.path, '@entity'], 'certificate does not appear to be a CA because it is missing the "CA" basic constraint');
}
