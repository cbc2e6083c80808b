import { entriesOf } from '../classic.ts';
import type { Flavor } from '../classic.ts';
import { readRoute } from '../document.ts';
import { fieldsOf } from '../expression/evaluate.ts';
import { parseAtc } from '../expression/parser.ts';
import { typeProblem, withoutOldNames } from '../expression/types.ts';
import { isList, isObject, objectAt, stringAt, stringsAt } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';
import { entityDefinition, recordOf, schemas } from './field.ts';
import type { FieldDefinition, RecordDefinition } from './field.ts';
import { fill } from './fill.ts';
import type { Shape } from './fill.ts';
import type { Collect, Place } from './problem.ts';
import { routeKind } from './route-kind.ts';
import { isFilled } from './table.ts';
import { validateRecord } from './validate.ts';

type Whole = RecordDefinition & Shape;

/** One entity with its own rules; children and references are looked at by the caller, who names the fields that they take. */
export function validateEntity(name: string, given: JsonObject, place: Place, flavor: Flavor, collect: Collect): void {
  const definition = entityDefinition(name, flavor);
  if (definition === undefined) return;
  const kind = kindOf(name, given, flavor, definition);
  if ('unknown' in kind) return collect([...place.path, kind.at], kind.unknown, kind.candidates);
  let isRouterBlind = false;
  validateRecord(kind, given, place, (path, message, candidates) => {
    if (ROUTER_FIELDS.has(String(path[place.path.length]))) isRouterBlind = true;
    collect(path, message, candidates);
  });
  if (name !== 'routes' || flavor === 'traditional' || isRouterBlind) return;
  const problem = expressionProblem(fill(kind, given), flavor);
  if (problem !== undefined) collect([...place.path, '@entity'], `Router Expression failed validation: ${problem}`);
}

/** The router is asked unless a field that it reads is wrong. */
const ROUTER_FIELDS = new Set(['id', 'protocols', 'snis', 'sources', 'destinations', 'methods', 'hosts', 'paths', 'headers', 'expression', 'regex_priority', 'priority']);

interface Unknown {
  readonly unknown: string;
  readonly at: string;
  readonly candidates: readonly string[];
}

/** The fields of an entity together with those of its kind: of the plugin or vault by name, of the route by protocol. */
function kindOf(name: string, given: JsonObject, flavor: Flavor, definition: FieldDefinition): Whole | Unknown {
  const base = recordOf(definition);
  if (name === 'plugins' || name === 'vaults') return namedKind(name, given, base);
  const keyOf = (field: string): string => (name === 'routes' && field === 'snis' && flavor === 'traditional' ? 'routes.snis@traditional' : `${name}.${field}`);
  if (name !== 'routes') return { ...base, key: name, keyOf };
  const protocols = given['protocols'] === undefined ? 'http' : given['protocols'];
  if (protocols === null) return { unknown: 'required field missing', at: 'protocols', candidates: [] };
  const first = isList(protocols) ? (protocols.find((one) => routeKind(String(one), flavor) !== undefined) ?? protocols[0]) : protocols;
  const kind = routeKind(String(first), flavor);
  if (kind === undefined) return { unknown: `unknown type: ${typeof first === 'string' ? first : 'nil'}`, at: 'protocols', candidates: protocolNames(base) };
  return { fields: new Map([...base.fields, ...Object.entries(kind.fields)]), checks: [...base.checks, ...kind.checks], key: name, keyOf };
}

function protocolNames(base: RecordDefinition): readonly string[] {
  return stringsAt(objectAt(base.fields.get('protocols') ?? {}, 'elements'), 'one_of');
}

function namedKind(entity: 'plugins' | 'vaults', given: JsonObject, base: RecordDefinition): Whole | Unknown {
  const all = objectAt(schemas(), entity);
  const { name } = given;
  if (name === undefined || name === null) return { unknown: 'required field missing', at: 'name', candidates: [] };
  const definition = typeof name === 'string' ? all[name] : undefined;
  if (typeof name !== 'string' || !isObject(definition)) return { unknown: entity === 'plugins' ? `plugin '${shown(name)}' not enabled; add it to the 'plugins' configuration property` : `vault '${shown(name)}' is not installed`, at: 'name', candidates: Object.keys(all) };
  const own = recordOf(definition);
  const keyOf = (field: string): string => `${own.fields.has(field.split('.')[0] ?? '') ? `${entity}/${name}` : entity}.${field}`;
  return { fields: new Map([...base.fields, ...own.fields]), checks: [...base.checks, ...own.checks], key: `${entity}/${name}`, keyOf };
}

function shown(name: Json): string {
  return typeof name === 'string' ? name : isList(name) && name.length > 0 ? String(name[0]) : 'nil';
}

const OTHERS = ['snis', 'sources', 'destinations', 'methods', 'hosts', 'paths', 'headers'];
const LISTED = "'methods', 'hosts', 'paths', 'headers', 'snis', 'sources' or 'destinations' simultaneously";
/** What the router engine itself would say; its texts with places are its own. */
function expressionProblem(route: JsonObject, flavor: Flavor): string | undefined {
  const hasOthers = OTHERS.some((name) => isFilled(route[name]));
  const expression = stringAt(route, 'expression');
  if (expression === undefined && !hasOthers) return undefined;
  if (expression !== undefined && hasOthers) return `cannot set 'expression' with ${LISTED}`;
  if (expression !== undefined && (route['regex_priority'] ?? 0) !== 0) return "cannot set 'regex_priority' with 'expression' simultaneously";
  if (hasOthers && (route['priority'] ?? 0) !== 0) return `cannot set 'priority' with ${LISTED}`;
  const kind = /^(?:tcp|tls|udp)/.test(stringsAt(route, 'protocols')[0] ?? '') ? 'stream' : 'http';
  const texts = expression === undefined ? entriesOf(readRoute(route), flavor === 'expressions' ? 'traditional_compatible' : flavor).map((entry) => entry.expression) : [withoutOldNames(expression)];
  for (const text of texts) {
    const parsed = parseAtc(text);
    if (!parsed.ok) return parsed.message;
    const unfit = typeProblem(parsed.atc, kind);
    if (unfit !== undefined) return unfit;
    if (!fieldsOf(parsed.atc).every(isSegment)) return 'illformed http.path.segments.* field';
  }
  return undefined;
}

/** `http.path.segments.0`, `.0_1` with a growing range, `.len`. */
function isSegment(field: string): boolean {
  const suffix = /^http\.path\.segments\.(.*)$/.exec(field)?.[1];
  if (suffix === undefined || suffix === 'len') return true;
  const [whole, first, , last] = /^(0|[1-9]\d*)(_([1-9]\d*))?$/.exec(suffix) ?? [];
  return whole !== undefined && (last === undefined || Number(first) < Number(last));
}
