import { isSecretOption, refKey, refName, type Gateway, type Listener, type Ref, type Router, type Routing } from '../ir/index.ts';
import type { OriginId } from '../text/index.ts';
import { compareConsumers } from './entity-consumers.ts';
import type { SidePlace } from './place.ts';
import { keyOf, plain } from './plain.ts';
import type { Side } from './side.ts';

export interface FieldChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** One entity that is there on one side only, has another name, other fields or another place in the order. */
export interface EntityChange {
  readonly kind: 'added' | 'removed' | 'renamed' | 'changed' | 'order';
  readonly entity: string;
  readonly name: string;
  /** `renamed`: the name before. */
  readonly was?: string;
  readonly fields: readonly FieldChange[];
  readonly at: readonly SidePlace[];
}

interface Entity {
  readonly ref: Ref;
  readonly origin: OriginId;
  readonly value: unknown;
}

/** What was added, removed, renamed or changed among the entities; nothing on how it is written. */
export function compareEntities(before: Side, after: Side): readonly EntityChange[] {
  const [old, now] = [entitiesOf(before.gateway), entitiesOf(after.gateway)];
  const gone = [...old].filter(([key]) => !now.has(key)).map(([, entity]) => entity);
  const come = [...now].filter(([key]) => !old.has(key)).map(([, entity]) => entity);
  const renamed = pairRenamed(gone, come);
  const changes: EntityChange[] = [];
  for (const one of gone) if (!renamed.has(one)) changes.push({ ...named(one), kind: 'removed', fields: [], at: [before.at(one.origin)] });
  for (const [was, one] of renamed) changes.push({ ...named(one), kind: 'renamed', was: refName(was.ref), fields: [], at: [before.at(was.origin), after.at(one.origin)] });
  for (const one of come) if (![...renamed.values()].includes(one)) changes.push({ ...named(one), kind: 'added', fields: [], at: [after.at(one.origin)] });
  for (const [key, one] of now) {
    const was = old.get(key);
    const fields = was === undefined ? [] : compareFields(was, one);
    if (was !== undefined && fields.length > 0) changes.push({ ...named(one), kind: 'changed', fields, at: [after.at(one.origin)] });
  }
  return [...changes, ...compareConsumers(before, after), ...compareOrder(before.routing, after.routing)].toSorted((a, b) => compareText(`${a.entity} ${a.name}`, `${b.entity} ${b.name}`));
}

function named({ ref }: Entity): { readonly entity: string; readonly name: string } {
  return { entity: ref.protocol === 'http' ? ref.kind : `${ref.protocol} ${ref.kind}`, name: refName(ref) };
}

function entitiesOf(gateway: Gateway | undefined): ReadonlyMap<string, Entity> {
  if (gateway === undefined) return new Map();
  const routers = gateway.routers.map((router): Entity => ({ ref: router.ref, origin: router.origin, value: routerFields(router) }));
  const others = [...gateway.middlewares, ...gateway.tcpMiddlewares, ...gateway.services, ...gateway.tcpServices, ...gateway.udpServices].map(({ ref, origin, spec }): Entity => ({ ref, origin, value: plain(spec) }));
  const streams = [...gateway.tcpRouters, ...gateway.udpRouters].map((router): Entity => ({ ref: router.ref, origin: router.origin, value: streamFields(router) }));
  const rest = [...gateway.transports, ...gateway.tlsOptions].map(({ ref, origin, raw }): Entity => ({ ref, origin, value: plain(raw) }));
  return new Map([...routers, ...streams, ...others, ...rest].map((entity) => [refKey(entity.ref), entity]));
}

function routerFields({ rule, ruleText, priority, entryPoints, middlewares, service, tls, parents }: Router): unknown {
  return { rule: { tree: keyOf(rule), text: ruleText.value.text }, priority: plain(priority), entryPoints: plain(entryPoints), middlewares: middlewares.map(({ value }) => refName(value)), service: refName(service.value), tls: plain(tls), parents: parents.map(({ value }) => refName(value)) };
}

function streamFields(router: Gateway['tcpRouters'][number] | Gateway['udpRouters'][number]): unknown {
  const { ref: _ref, places: _places, symbol: _symbol, origin: _origin, ...rest } = router;
  return plain('ruleText' in rest ? { ...rest, ruleText: rest.ruleText.value.text, rule: undefined } : rest);
}

/** Same kind and content under another name, each once. What routers name is paired before them. */
function pairRenamed(gone: readonly Entity[], come: readonly Entity[]): ReadonlyMap<Entity, Entity> {
  const pairs = new Map<Entity, Entity>();
  const names = new Map<string, string>();
  const isRouter = ({ ref }: Entity): boolean => ref.kind === 'router';
  for (const was of [...gone.filter((one) => !isRouter(one)), ...gone.filter(isRouter)]) {
    const taken = new Set(pairs.values());
    const now = come.find((one) => !taken.has(one) && one.ref.kind === was.ref.kind && one.ref.protocol === was.ref.protocol && keyOf(meaning(one)) === keyOf(meaning(was, names)));
    if (now === undefined) continue;
    pairs.set(was, now);
    if (!isRouter(was)) names.set(refName(was.ref), refName(now.ref));
  }
  return pairs;
}

/** What a renaming leaves alone. The text of a rule may be spelt otherwise, and what it names may have a new name too. */
function meaning({ value }: Entity, names: ReadonlyMap<string, string> = new Map()): unknown {
  if (typeof value !== 'object' || value === null || !('rule' in value) || typeof value.rule !== 'object' || value.rule === null || !('tree' in value.rule)) return value;
  const renamed = (name: unknown): unknown => (typeof name === 'string' ? (names.get(name) ?? name) : name);
  const middlewares = 'middlewares' in value ? value.middlewares : undefined;
  const service = 'service' in value ? value.service : undefined;
  return { ...value, rule: value.rule.tree, middlewares: Array.isArray(middlewares) ? middlewares.map(renamed) : middlewares, service: renamed(service) };
}

function compareFields(before: Entity, after: Entity): readonly FieldChange[] {
  const [old, now] = [leaves(before.value), leaves(after.value)];
  const sameRule = old.get('rule.tree') === now.get('rule.tree');
  return [...new Set([...old.keys(), ...now.keys()])].filter((field) => old.get(field) !== now.get(field) && field !== 'rule.tree' && !(field === 'rule.text' && sameRule)).toSorted(compareText).map((field) => ({
    field: field === 'rule.text' ? 'rule' : field,
    before: shown(before, field, old.get(field)),
    after: shown(after, field, now.get(field)),
  }));
}

function leaves(value: unknown, path = ''): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null) return value === undefined ? new Map() : new Map([[path, String(value)]]);
  return new Map(Object.entries(value).flatMap(([key, item]: readonly [string, unknown]) => [...leaves(item, path === '' ? key : `${path}.${key}`)]));
}

/** Secrets are hidden by the field that they stand in, on both sides alike. */
function shown({ value }: Entity, field: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? String(value.kind) : '';
  const path = `${kind}.${field}`.replace(/\.(\d+)(?=\.|$)/g, '[$1]');
  return isSecretOption(path) ? '***' : text;
}

/** Routers of both sides that are asked in another order. */
function compareOrder(before: Routing, after: Routing): readonly EntityChange[] {
  return after.listeners.flatMap((listener) => {
    const old = before.listeners.find(({ entryPoint }) => entryPoint.name === listener.entryPoint.name);
    if (old === undefined) return [];
    const [left, right] = [orderOf(old), orderOf(listener)];
    const there = new Set(right);
    const common = new Set(left.filter((name) => there.has(name)));
    const [was, now] = moved(left.filter((name) => common.has(name)), right.filter((name) => common.has(name)));
    return was === now ? [] : [{ kind: 'order' as const, entity: 'entry point', name: listener.entryPoint.name, fields: [{ field: 'order', before: was, after: now }], at: [] }];
  });
}

/** What stands between the same beginning and the same end. */
function moved(left: readonly string[], right: readonly string[]): readonly [string, string] {
  const from = left.findIndex((name, at) => name !== right[at]);
  if (from === -1) return ['', ''];
  const tail = left.toReversed().findIndex((name, at) => name !== right.at(-1 - at));
  return [left.slice(from, left.length - tail).join(', '), right.slice(from, right.length - tail).join(', ')];
}

function orderOf({ plain: routes, tls }: Listener): readonly string[] {
  return [...routes, ...tls].map(({ router, priority }) => ({ name: refName(router), priority })).toSorted((a, b) => (a.priority === b.priority ? compareText(a.name, b.name) : a.priority > b.priority ? -1 : 1)).map(({ name }) => name);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
