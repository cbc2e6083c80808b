import { isJsonObject, objectAt, stringAt, stringsAt, type JsonObject } from './json.ts';

/** What the API says about one router, service or middleware. */
export interface RawEntity {
  readonly status: string;
  readonly errors: readonly string[];
  /** All other members, as the API gives them. */
  readonly fields: JsonObject;
}

type Entities = Readonly<Record<string, RawEntity>>;

/** `/api/rawdata`, by kind and then by full name (`web@docker`). */
export interface RawData {
  readonly routers: Entities;
  readonly services: Entities;
  readonly middlewares: Entities;
  readonly tcpRouters: Entities;
  readonly tcpServices: Entities;
  readonly tcpMiddlewares: Entities;
  readonly udpRouters: Entities;
  readonly udpServices: Entities;
}

/** Names that a test itself brought in. */
export const HARNESS_NAME = /^harness-/;

/** Narrows the API's answer and leaves out what belongs to the test. */
export function normaliseRawData(value: unknown): RawData {
  const section = (name: keyof RawData): Entities =>
    Object.fromEntries(Object.entries(objectAt(value, name)).filter(([key]) => !HARNESS_NAME.test(key)).map(([key, entity]) => [key, readEntity(entity)]));
  return {
    routers: section('routers'),
    services: section('services'),
    middlewares: section('middlewares'),
    tcpRouters: section('tcpRouters'),
    tcpServices: section('tcpServices'),
    tcpMiddlewares: section('tcpMiddlewares'),
    udpRouters: section('udpRouters'),
    udpServices: section('udpServices'),
  };
}

/** Only the entities of one provider, as `docker` or `file`. */
export function ofProvider(data: RawData, provider: string): RawData {
  const only = (entities: Entities): Entities => Object.fromEntries(Object.entries(entities).filter(([name]) => name.endsWith(`@${provider}`)));
  return {
    routers: only(data.routers),
    services: only(data.services),
    middlewares: only(data.middlewares),
    tcpRouters: only(data.tcpRouters),
    tcpServices: only(data.tcpServices),
    tcpMiddlewares: only(data.tcpMiddlewares),
    udpRouters: only(data.udpRouters),
    udpServices: only(data.udpServices),
  };
}

/** Routers: `error` is a list. Services and middlewares: so too, beside the options that the kind names. */
function readEntity(value: unknown): RawEntity {
  const fields = isJsonObject(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'status' && key !== 'error')) : {};
  return { status: stringAt(value, 'status'), errors: stringsAt(value, 'error'), fields };
}

/**
 * One line per router, service and middleware, names without their provider. Left out: what only says who uses whom, and the
 * health of servers at that moment. The same to Traefik: entry points in another order, no limit for the answer of an
 * authentication server written as -1 or not at all (unset only warns).
 */
export function comparableRawData(data: RawData): readonly string[] {
  const lines = Object.entries<Entities>({ ...data }).flatMap(([kind, entities]) => Object.entries(entities).map(([name, entity]) => `${kind} ${name} ${JSON.stringify(sorted({ status: entity.status, ...shown(entity.fields) }))}`));
  return lines.map((line) => line.replace(/@(?:docker|file)\b/g, '').replace(',"maxResponseBodySize":-1', '')).sort();
}

const LEFT_OUT = new Set(['usedBy', 'serverStatus', 'using', 'provider']);

function shown(fields: JsonObject): JsonObject {
  const kept = Object.fromEntries(Object.entries(fields).filter(([key]) => !LEFT_OUT.has(key)));
  return 'entryPoints' in kept ? { ...kept, entryPoints: [...stringsAt(kept, 'entryPoints')].sort() } : kept;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}
