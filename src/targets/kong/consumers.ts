import type { ConsumerPlan, KongPlan, PluginPlan, RoutePlan } from './plan.ts';
import { tag } from './quote.ts';

/** Two consumers that Kong would not take side by side. A credential itself is never said. */
export interface ConsumerFault {
  readonly fault: 'username' | 'custom id' | 'key' | 'token key';
  readonly consumers: readonly [string, string];
}

/**
 * The plan with consumers on every node for HTTP. No field of a credential takes a reference in Kong OSS, so the values stand
 * in `kong.yml`, which is marked as secret.
 */
export function withConsumers(plan: KongPlan, consumers: readonly ConsumerPlan[]): KongPlan | ConsumerFault {
  const fault = faultOf(consumers);
  if (fault !== undefined) return fault;
  const secret = plan.secret || consumers.some(({ keys, tokens }) => keys.length + tokens.length > 0);
  return { ...plan, secret, nodes: plan.nodes.map((node) => (node.includes === undefined ? node : { ...node, consumers: [...(node.consumers ?? []), ...consumers] })) };
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
function claimsOf({ username, customId, keys, tokens }: ConsumerPlan): readonly (readonly [ConsumerFault['fault'], string])[] {
  return [['username', username], ...(customId === undefined ? [] : [['custom id', customId] as const]), ...keys.map((key) => ['key', key] as const), ...tokens.map(({ key }) => ['token key', key] as const)];
}

/**
 * The plan with further plugins on every route of a router (`web@docker`), its guards included: who may not come in is told
 * so first. Undefined where no route is the router's, or one has such a plugin already.
 */
export function withRouterPlugins(plan: KongPlan, router: string, plugins: readonly PluginPlan[]): KongPlan | undefined {
  const own = tag(`router:${router}`);
  const names = new Set(plugins.map(({ name }) => name));
  const routes = plan.nodes.flatMap((node) => node.routes).filter(({ tags }) => tags.includes(own));
  if (routes.length === 0 || routes.some((route) => route.plugins.some(({ name }) => names.has(name)))) return undefined;
  const added = (route: RoutePlan): RoutePlan => (route.tags.includes(own) ? { ...route, plugins: [...plugins, ...route.plugins] } : route);
  return { ...plan, nodes: plan.nodes.map((node) => ({ ...node, routes: node.routes.map(added) })) };
}

/** An API key in a header or a query parameter; it is not handed on unless asked for. */
export function keyAuth({ names, header = true, query = false, keep = false }: { readonly names: readonly string[]; readonly header?: boolean; readonly query?: boolean; readonly keep?: boolean }): PluginPlan {
  return { name: 'key-auth', config: { key_names: names, key_in_header: header, key_in_query: query, key_in_body: false, hide_credentials: !keep } };
}

/** A signed token whose claim names the key. */
export function tokenAuth({ claim = 'iss', verify = ['exp'] }: { readonly claim?: string; readonly verify?: readonly ('exp' | 'nbf')[] } = {}): PluginPlan {
  return { name: 'jwt', config: { key_claim_name: claim, claims_to_verify: verify } };
}

/** Only consumers of these groups. */
export function accessList(groups: readonly string[]): PluginPlan {
  return { name: 'acl', config: { allow: groups, hide_groups_header: true } };
}

/** For a consumer or a router; counted per consumer on each node, in fixed windows. */
export function consumerLimit(limit: number, window: 'second' | 'minute' | 'hour' | 'day' | 'month' | 'year'): PluginPlan {
  return { name: 'rate-limiting', config: { [window]: limit, limit_by: 'consumer', policy: 'local', fault_tolerant: true } };
}

/** A consumer with its credentials, in Kong's own words. */
export function consumerEntity({ username, customId, groups, keys, tokens, plugins }: ConsumerPlan): Readonly<Record<string, unknown>> {
  const some = (name: string, list: readonly unknown[]): Readonly<Record<string, unknown>> => (list.length === 0 ? {} : { [name]: list });
  return {
    username,
    ...(customId === undefined ? {} : { custom_id: customId }),
    ...some('acls', groups.map((group) => ({ group }))),
    ...some('keyauth_credentials', keys.map((key) => ({ key }))),
    ...some('jwt_secrets', tokens.map((token) => ('secret' in token ? { algorithm: token.algorithm, key: token.key, secret: token.secret } : { algorithm: token.algorithm, key: token.key, rsa_public_key: token.publicKey }))),
    ...some('plugins', plugins.map(({ name, config }) => ({ name, config }))),
  };
}
