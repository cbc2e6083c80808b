import type { JsonObject } from '../value.ts';

const UUID = { type: 'string', uuid: true, auto: true };
const SECONDS = { type: 'integer', timestamp: true, auto: true };
const TEXT = { type: 'string' };
const FLAG = { type: 'boolean' };
const fields = (all: Readonly<Record<string, JsonObject>>): readonly JsonObject[] => Object.entries(all).map(([name, field]) => ({ [name]: field }));
const foreign = (reference: string, more: JsonObject = {}): JsonObject => ({ type: 'foreign', reference, ...more });

const WORKSPACE_NAMES = ['workspaces', 'consumers', 'certificates', 'services', 'routes', 'snis', 'upstreams', 'targets', 'plugins', 'tags', 'ca_certificates', 'clustering_data_planes', 'parameters', 'vaults', 'key_sets', 'keys', 'filter_chains'];
const SYNC_STATES = ['unknown', 'normal', 'kong_version_incompatible', 'plugin_set_incompatible', 'plugin_version_incompatible', 'filter_set_incompatible'];

/**
 * Entities that a declarative file may hold although no node publishes their schema (kong/db/schema/entities and the daos of
 * plugins in 3.9). A node without WebAssembly, which is every node by default, refuses each filter chain.
 */
export const UNPUBLISHED: Readonly<Record<string, JsonObject>> = {
  workspaces: {
    fields: fields({
      id: UUID, name: { type: 'string', required: true, unique: true, not_one_of: WORKSPACE_NAMES }, comment: TEXT, created_at: SECONDS, updated_at: SECONDS, meta: { type: 'record', fields: [] }, config: { type: 'record', fields: [] },
    }),
  },
  parameters: { fields: fields({ created_at: SECONDS, key: { type: 'string', required: true, unique: true }, value: { type: 'string', required: true } }) },
  clustering_data_planes: {
    fields: fields({
      id: { ...UUID, required: true }, last_seen: SECONDS, updated_at: SECONDS, ip: { type: 'string', required: true }, config_hash: { type: 'string', len_eq: 32 }, hostname: { type: 'string', required: true },
      version: { type: 'string', match_any: { patterns: ['^%d+[%.%d]*$', '^%d+[%.%d]*%-?.*$'], err: 'invalid version number: must be in format of X.Y.Z' }, match_none: [{ pattern: '%.%.', err: 'must not have empty version segments' }] },
      sync_status: { type: 'string', required: true, one_of: SYNC_STATES, default: 'unknown' }, labels: { type: 'map', keys: TEXT, values: TEXT },
      cert_details: { type: 'record', fields: fields({ expiry_timestamp: { type: 'number', timestamp: true } }) },
    }),
  },
  filter_chains: {
    fields: fields({
      id: UUID, name: { type: 'string', unique: true }, enabled: { ...FLAG, required: true, default: true }, route: foreign('routes', { default: null }), service: foreign('services', { default: null }),
      filters: { type: 'array', required: true, elements: { type: 'any' }, len_min: 1 }, created_at: SECONDS, updated_at: SECONDS, tags: { type: 'set', elements: { ...TEXT, required: true } },
    }),
    entity_checks: [{ mutually_exclusive: ['service', 'route'] }, { at_least_one_of: ['service', 'route'] }, { custom_entity_check: { field_sources: ['filters'], run_with_invalid_fields: true } }],
  },
  oauth2_authorization_codes: {
    fields: fields({
      id: UUID, created_at: SECONDS, service: foreign('services', { default: null }), credential: foreign('oauth2_credentials', { required: true }), code: { type: 'string', unique: true, auto: true }, authenticated_userid: TEXT, scope: TEXT,
      challenge: TEXT, challenge_method: { type: 'string', one_of: ['S256'] }, plugin: foreign('plugins', { default: null }),
    }),
  },
  ratelimiting_metrics: {
    fields: fields({
      identifier: { type: 'string', required: true, len_min: 0 }, period: { type: 'string', required: true }, period_date: { type: 'integer', timestamp: true, required: true },
      service_id: { type: 'string', uuid: true, required: true }, route_id: { type: 'string', uuid: true, required: true }, value: { type: 'integer', required: true },
    }),
  },
};
