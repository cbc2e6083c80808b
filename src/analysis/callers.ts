import { createHmac } from 'node:crypto';
import { chainOf, type Consumer, type Middleware, type Probe, type Route } from '../ir/index.ts';
import { toProbe, type Draft } from './draft.ts';
import type { Lane } from './lane.ts';
import { reach } from './reach.ts';

/** Consumers that are tried at each chain. */
const MAX_CALLERS = 8;

/** The request as each consumer sends it who has what the chain asks for; who is let through comes first. */
export function asCallers(draft: Draft, chain: readonly Middleware[], consumers: readonly Consumer[]): readonly Draft[] {
  if (!chain.some(({ spec }) => spec.kind === 'apiKey' || spec.kind === 'jwt' || spec.kind === 'login')) return [];
  const lists = chain.flatMap(({ spec }) => (spec.kind === 'groups' ? [spec.allow] : []));
  const isIn = (consumer: Consumer): boolean => lists.every((allow) => consumer.groups.some((group) => allow.includes(group)));
  const sorted = [...consumers.filter(isIn), ...consumers.filter((consumer) => !isIn(consumer)).slice(0, 2)];
  return sorted.flatMap((consumer) => asCaller(draft, chain, consumer) ?? []).slice(0, MAX_CALLERS);
}

/** A request that the route wins, and how each consumer sends it who has what it asks for. */
export function calledBy(lane: Lane, route: Route): { readonly plain: Probe; readonly as: (consumer: Consumer) => Probe | undefined } | undefined {
  const [first] = reach(lane, route).drafts;
  if (first === undefined) return undefined;
  return {
    plain: toProbe(first.draft, lane),
    as: (consumer) => {
      const called = asCaller(first.draft, chainOf(route), consumer);
      return called === undefined ? undefined : toProbe(called, lane);
    },
  };
}

/** Undefined where a credential is missing, or its value is not known here. */
function asCaller(draft: Draft, chain: readonly Middleware[], consumer: Consumer): Draft | undefined {
  return chain.reduce<Draft | undefined>((out, { spec }) => (out === undefined ? undefined : withCredential(out, spec, consumer)), draft);
}

function withCredential(draft: Draft, spec: Middleware['spec'], consumer: Consumer): Draft | undefined {
  if (spec.kind === 'apiKey') return withKey(draft, spec.names[0] ?? '', spec.in.includes('header'), consumer.keys[0]?.value);
  if (spec.kind === 'jwt') return authorized(draft, tokenOf(spec.claim, consumer), 'Bearer');
  return spec.kind === 'login' ? authorized(draft, loginOf(consumer), 'Basic') : draft;
}

function withKey(draft: Draft, name: string, inHeader: boolean, key: string | undefined): Draft | undefined {
  if (key === undefined) return undefined;
  if (inHeader) return { ...draft, headers: [...draft.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase()), [name, key]] };
  return { ...draft, query: draft.query === '' ? `${name}=${key}` : `${draft.query}&${name}=${key}` };
}

/** One field cannot hold a token and a login. */
function authorized(draft: Draft, credential: string | undefined, scheme: 'Bearer' | 'Basic'): Draft | undefined {
  if (credential === undefined || draft.headers.some(([name]) => name === 'Authorization')) return undefined;
  return { ...draft, headers: [...draft.headers, ['Authorization', `${scheme} ${credential}`]] };
}

function loginOf({ logins }: Consumer): string | undefined {
  const [first] = logins;
  return first?.password.value === undefined ? undefined : Buffer.from(`${first.user.value}:${first.password.value}`).toString('base64');
}

/** Only a secret signs; who has a public key alone cannot be spoken for. */
function tokenOf(claim: string, { tokens }: Consumer): string | undefined {
  const issuer = tokens.find((one) => 'secret' in one);
  if (issuer === undefined || !('secret' in issuer) || issuer.secret.value === undefined) return undefined;
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: issuer.algorithm, typ: 'JWT' })}.${part({ [claim]: issuer.name.value, exp: 4_102_444_800, nbf: 0 })}`;
  return `${text}.${createHmac(`sha${issuer.algorithm.slice(2)}`, issuer.secret.value).update(text).digest('base64url')}`;
}
