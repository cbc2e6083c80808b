import type { ConsumerPlan, KongPlan, NodePlan, PluginPlan } from './plan.ts';

/** Two consumers that Kong would not take side by side. A credential itself is never said. */
export interface ConsumerFault {
  readonly fault: 'username' | 'custom id' | 'key' | 'token key' | 'login';
  readonly consumers: readonly [string, string];
}

/** Plugins that find out who calls. */
const ASKING: ReadonlySet<string> = new Set(['key-auth', 'jwt', 'basic-auth']);

/**
 * The plan with consumers on every node that asks who calls. No field of a credential takes a reference in Kong OSS, so the
 * values stand in `kong.yml`, which is marked as secret.
 */
export function withConsumers(plan: KongPlan, consumers: readonly ConsumerPlan[]): KongPlan | ConsumerFault {
  const fault = faultOf(consumers);
  if (fault !== undefined) return fault;
  const secret = plan.secret || consumers.some(({ keys, tokens, logins }) => keys.length + logins.length > 0 || tokens.some((token) => 'secret' in token));
  return { ...plan, secret, nodes: plan.nodes.map((node) => (asks(node) ? { ...node, consumers: [...(node.consumers ?? []), ...consumers] } : node)) };
}

function asks({ routes }: NodePlan): boolean {
  return routes.some(({ plugins }) => plugins.some(({ name }) => ASKING.has(name)));
}

function faultOf(consumers: readonly ConsumerPlan[]): ConsumerFault | undefined {
  const seen = new Map<string, string>();
  const claims = consumers.flatMap((consumer) => claimsOf(consumer).map(([fault, value]) => ({ fault, value, username: consumer.username })));
  for (const { fault, value, username } of claims) {
    const other = seen.get(`${fault} ${value}`);
    if (other !== undefined) return { fault, consumers: [other, username] };
    seen.set(`${fault} ${value}`, username);
  }
  return undefined;
}

/** What must be unique in one file. */
function claimsOf({ username, customId, keys, tokens, logins }: ConsumerPlan): readonly (readonly [ConsumerFault['fault'], string])[] {
  return [['username', username], ...(customId === undefined ? [] : [['custom id', customId] as const]), ...keys.map((key) => ['key', key] as const), ...tokens.map(({ key }) => ['token key', key] as const), ...logins.map((login) => ['login', login.username] as const)];
}

/** An API key in a header or a query parameter; it is not handed on unless asked for. */
export function keyAuth({ names, header = true, query = false, keep = false }: { readonly names: readonly string[]; readonly header?: boolean; readonly query?: boolean; readonly keep?: boolean }): PluginPlan {
  return { name: 'key-auth', config: { key_names: names, key_in_header: header, key_in_query: query, key_in_body: false, hide_credentials: !keep } };
}

/** A name and password; they are not handed on unless asked for. */
export function loginAuth({ realm, keep }: { readonly realm: string; readonly keep: boolean }): PluginPlan {
  return { name: 'basic-auth', config: { realm, hide_credentials: !keep } };
}

/** A signed token in the Authorization header, whose claim names the key; one in the URL would stand in logs. */
export function tokenAuth({ claim = 'iss', verify = ['exp'] }: { readonly claim?: string; readonly verify?: readonly string[] } = {}): PluginPlan {
  return { name: 'jwt', config: { key_claim_name: claim, claims_to_verify: verify, uri_param_names: [] } };
}

/** Only consumers of these groups. */
export function accessList(groups: readonly string[]): PluginPlan {
  return { name: 'acl', config: { allow: groups, hide_groups_header: true } };
}

/** For a consumer or a router; counted per consumer on each node, in fixed windows. */
export function consumerLimit(limit: number, window: 'second' | 'minute' | 'hour' | 'day' | 'month' | 'year'): PluginPlan {
  return { name: 'rate-limiting', config: { [window]: limit, limit_by: 'consumer', policy: 'local', fault_tolerant: true, hide_client_headers: true } };
}

/** A consumer with its credentials, in Kong's own words. */
export function consumerEntity({ username, customId, groups, keys, tokens, logins, plugins }: ConsumerPlan): Readonly<Record<string, unknown>> {
  const some = (name: string, list: readonly unknown[]): Readonly<Record<string, unknown>> => (list.length === 0 ? {} : { [name]: list });
  return {
    username,
    ...(customId === undefined ? {} : { custom_id: customId }),
    ...some('acls', groups.map((group) => ({ group }))),
    ...some('keyauth_credentials', keys.map((key) => ({ key }))),
    ...some('basicauth_credentials', logins),
    ...some('jwt_secrets', tokens.map((token) => ('secret' in token ? { algorithm: token.algorithm, key: token.key, secret: token.secret } : { algorithm: token.algorithm, key: token.key, rsa_public_key: token.publicKey }))),
    ...some('plugins', plugins.map(({ name, config }) => ({ name, config }))),
  };
}
