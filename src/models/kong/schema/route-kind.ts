import type { Json, JsonObject } from '../value.ts';

/**
 * What a route may hold depends on its first protocol (kong/db/schema/entities/routes_subschemas.lua): fields that must be
 * null, and what must be there.
 */
const NULL = (err: string): JsonObject => ({ eq: null, err });

function oneOf(condition: JsonObject, names: readonly Json[], err: string, other?: { readonly condition: JsonObject; readonly names: readonly Json[]; readonly err: string }): JsonObject {
  return {
    conditional_at_least_one_of: {
      if_field: 'protocols', if_match: condition, then_at_least_one_of: names, then_err: err,
      ...(other === undefined ? {} : { else_match: other.condition, else_then_at_least_one_of: other.names, else_then_err: other.err }),
    },
  };
}

export interface RouteKind {
  readonly fields: Readonly<Record<string, JsonObject>>;
  readonly checks: readonly JsonObject[];
}

/** By one protocol; undefined for one that no route has. */
export function routeKind(protocol: string, flavor: string): RouteKind | undefined {
  const expression = flavor === 'expressions' ? ['expression'] : [];
  const nets = (kind: string): Record<string, JsonObject> => (flavor === 'expressions' ? {} : { sources: NULL(`cannot set 'sources' when 'protocols' is ${kind}`), destinations: NULL(`cannot set 'destinations' when 'protocols' is ${kind}`) });
  switch (protocol) {
    case 'tcp':
    case 'tls':
    case 'udp':
    case 'tls_passthrough':
      return stream(expression);
    case 'grpc':
    case 'grpcs':
      return {
        fields: {
          strip_path: { type: 'boolean', required: true, default: false, ne: true, err: "cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'" },
          methods: NULL("cannot set 'methods' when 'protocols' is 'grpc' or 'grpcs'"),
          ...nets("'grpc' or 'grpcs'"),
        },
        checks: [oneOf({ contains: 'grpcs' }, ['hosts', 'headers', 'paths', 'snis', ...expression], "must set one of %s when 'protocols' is 'grpcs'", { condition: { contains: 'grpc' }, names: ['hosts', 'headers', 'paths', ...expression], err: "must set one of %s when 'protocols' is 'grpc'" })],
      };
    case 'http':
    case 'https':
      return {
        fields: nets("'http' or 'https'"),
        checks: [oneOf({ contains: 'https' }, ['methods', 'hosts', 'headers', 'paths', 'snis', ...expression], "must set one of %s when 'protocols' is 'https'", { condition: { contains: 'http' }, names: ['methods', 'hosts', 'headers', 'paths', ...expression], err: "must set one of %s when 'protocols' is 'http'" })],
      };
    default:
      return undefined;
  }
}

function stream(expression: readonly string[]): RouteKind {
  const because = "when 'protocols' is 'tcp', 'tls', 'tls_passthrough' or 'udp'";
  return {
    fields: Object.fromEntries(['methods', 'hosts', 'paths', 'headers'].map((name) => [name, NULL(`cannot set '${name}' ${because}`)])),
    checks: [
      oneOf({ elements: { type: 'string', one_of: ['tcp', 'tls', 'udp'] } }, ['sources', 'destinations', 'snis', ...expression], "must set one of %s when 'protocols' is 'tcp', 'tls' or 'udp'"),
      oneOf({ elements: { type: 'string', one_of: ['tls_passthrough'] } }, ['snis', ...expression], "must set snis when 'protocols' is 'tls_passthrough'"),
    ],
  };
}
