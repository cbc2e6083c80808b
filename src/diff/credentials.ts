import { createHash } from 'node:crypto';
import type { Consumer, Reference, TokenIssuer } from '../ir/index.ts';
import type { Side } from './side.ts';

/** A consumer who calls with one thing of theirs. */
export interface Caller {
  readonly consumer: Consumer;
  /** `mobile with the key env MOBILE_KEY`: where it is said, never what it is. */
  readonly text: string;
}

/** A side whose consumers have made-up secrets: the same ones on both sides for what is the same. */
export function standIns(side: Side): Side {
  const { routing } = side;
  return { ...side, routing: { ...routing, consumers: (routing.consumers ?? []).map(standIn) } };
}

function standIn(consumer: Consumer): Consumer {
  return {
    ...consumer,
    keys: consumer.keys.map((key) => madeUp(key, 'key')),
    tokens: consumer.tokens.map(signedHere),
    logins: consumer.logins.map((login) => ({ ...login, password: madeUp(login.password, `password of ${login.user.value}`) })),
  };
}

/** A token that can be signed here, whatever signs the real one. */
function signedHere(issuer: TokenIssuer): TokenIssuer {
  const { name, algorithm } = issuer;
  return { name, algorithm: 'HS256', secret: madeUp('secret' in issuer ? issuer.secret : issuer.publicKey, algorithm) };
}

/** What could not be read is the same where it is said to stand in the same place. */
function madeUp(reference: Reference, use: string): Reference {
  return { ...reference, value: createHash('sha256').update(JSON.stringify([use, identityOf(reference)])).digest('hex').slice(0, 32) };
}

/** A text that is equal for equal secrets. */
export function identityOf({ from, name, value }: Reference): readonly string[] {
  return value === undefined ? [from, name] : [value];
}

/** Each consumer once for each thing that they call with. */
export function withEach(consumers: readonly Consumer[]): readonly Caller[] {
  const callers = consumers.flatMap((consumer): readonly Caller[] => [
    ...consumer.keys.map((key) => ({ consumer: { ...consumer, keys: [key] }, text: `${consumer.name} with the key ${key.from} ${key.name}` })),
    ...consumer.tokens.map((issuer) => ({ consumer: { ...consumer, tokens: [issuer] }, text: `${consumer.name} with a token of ${issuer.name.value}` })),
    ...consumer.logins.map((login) => ({ consumer: { ...consumer, logins: [login] }, text: `${consumer.name} with the login ${login.user.value}` })),
  ]);
  const seen = new Set<string>();
  return callers.filter(({ consumer: { keys, tokens, logins }, text }) => {
    const key = JSON.stringify([text, keys.map(identityOf), tokens.map((issuer) => ['secret' in issuer ? identityOf(issuer.secret) : [], issuer.name.value]), logins.map(({ user, password }) => [user.value, identityOf(password)])]);
    return !seen.has(key) && seen.add(key);
  });
}
