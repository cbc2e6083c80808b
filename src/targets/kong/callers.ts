import { chainOf, routesOf } from '../../ir/index.ts';
import type { Consumer, MiddlewareKind, Reference, Routing, TokenIssuer } from '../../ir/index.ts';
import type { TargetOptions } from '../target.ts';
import { consumerLimit, withConsumers } from './consumers.ts';
import type { ConsumerPlan, JwtKey, KongPlan } from './plan.ts';
import type { Report } from './report.ts';

/** The plan with the consumers that its routes ask about, and of their credentials those that a route asks for. */
export function withCallers(plan: KongPlan, routing: Routing, options: TargetOptions, report: Report): KongPlan {
  const routes = routesOf(routing);
  const kinds = new Set(routes.flatMap(chainOf).map(({ spec }) => spec.kind));
  const consumers = routing.consumers ?? [];
  if (!(['apiKey', 'jwt', 'login'] as const).some((kind) => kinds.has(kind))) return plan;
  const values = new Values(options.inlineSecrets, report);
  const plans = consumers.map((consumer) => consumerPlan(consumer, kinds, values));
  if (report.blocked) return plan;
  const added = withConsumers(plan, plans);
  if (!('fault' in added)) return added;
  const [first, second] = added.consumers;
  const at = consumers.find(({ name }) => name === second);
  if (at !== undefined) report.unsupported(`two consumers with the same ${added.fault}`, at, first === second ? `both belong to "${first}"` : `"${first}" and "${second}" have it`, 'give each its own');
  return plan;
}

function consumerPlan(consumer: Consumer, kinds: ReadonlySet<MiddlewareKind>, values: Values): ConsumerPlan {
  const { name, id, groups, limit } = consumer;
  const asked = <T>(kind: MiddlewareKind, list: readonly T[]): readonly T[] => (kinds.has(kind) ? list : []);
  return {
    username: name,
    ...(id === '' ? {} : { customId: id }),
    groups: asked('groups', groups),
    keys: asked('apiKey', consumer.keys).map((key) => values.secret(key, 'key', consumer)),
    tokens: asked('jwt', consumer.tokens).map((issuer) => jwtKey(issuer, consumer, values)),
    logins: asked('login', consumer.logins).map(({ user, password }) => ({ username: user.value, password: values.secret(password, 'password', consumer) })),
    plugins: limit === undefined ? [] : [consumerLimit(limit.amount, limit.window)],
  };
}

function jwtKey(issuer: TokenIssuer, consumer: Consumer, values: Values): JwtKey {
  const key = issuer.name.value;
  return 'secret' in issuer ? { algorithm: issuer.algorithm, key, secret: values.secret(issuer.secret, 'token secret', consumer) } : { algorithm: issuer.algorithm, key, publicKey: values.open(issuer.publicKey, 'public key', consumer) };
}

/** Reads references; what cannot be written is reported, and the plan is not used. */
class Values {
  readonly #inline: boolean;
  readonly #report: Report;

  constructor(inline: boolean, report: Report) {
    this.#inline = inline;
    this.#report = report;
  }

  /** No field of a credential takes `{vault://…}`. */
  secret(reference: Reference, what: string, consumer: Consumer): string {
    if (this.#inline) return this.open(reference, what, consumer);
    this.#report.unsupported(`the ${what} of consumer "${consumer.name}" as a reference`, { origin: reference.origin, symbol: `${consumer.symbol} ${what}` }, 'no field of a credential takes one, so the value itself would stand in kong.yml', 'write it with --inline-secrets: kong.yml is then readable by its owner only');
    return '';
  }

  open(reference: Reference, what: string, consumer: Consumer): string {
    if (reference.value !== undefined && reference.value !== '') return reference.value;
    const help = reference.from === 'env' ? `give it: --var ${reference.name}=VALUE, --env-file FILE, --env-from process, or .env beside gateway.yaml` : 'name a file that is there, from the folder of gateway.yaml';
    this.#report.unsupported(`the ${what} of consumer "${consumer.name}" without its value`, { origin: reference.origin, symbol: `${consumer.symbol} ${what}` }, reference.from === 'env' ? `variable ${reference.name} has no value` : `there is nothing in the file "${reference.name}"`, help);
    return '';
  }
}
