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
