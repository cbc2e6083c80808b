import { createHmac, createPublicKey, timingSafeEqual, verify as verifySignature } from 'node:crypto';
import type { Consumer, SpecOf, TokenIssuer } from '../../ir/index.ts';
import { headerOf } from '../headers.ts';
import { identify, unauthorized } from './caller.ts';
import type { Factory } from './factory.ts';

interface Issuer {
  readonly consumer: Consumer;
  readonly issuer: TokenIssuer;
}
interface Token {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: string;
  readonly signature: Buffer;
}

/** A token that the key of its issuer fits, and whose times hold. */
export const jwt: Factory<'jwt'> = (spec, { consumers }) => {
  const issuers = new Map(consumers.flatMap((consumer) => consumer.tokens.map((issuer): readonly [string, Issuer] => [issuer.name.value, { consumer, issuer }])));
  return (next) =>
    function* (request, draft) {
      const text = /\s*[Bb]earer\s+(.+)/.exec(headerOf(request.headers, 'Authorization') ?? '')?.[1];
      if (text === undefined) return unauthorized(draft, 'Bearer');
      const found = consumerOf(text, spec, issuers, Math.floor(request.scope.now() / 1000));
      if (found === undefined) return unauthorized(draft, 'Bearer error="invalid_token"');
      return identify(request, draft, found) ?? (yield* next(request, draft));
    };
};

function consumerOf(text: string, spec: SpecOf<'jwt'>, issuers: ReadonlyMap<string, Issuer>, now: number): Consumer | undefined {
  const token = read(text);
  const name = token?.claims[spec.claim] ?? token?.header[spec.claim];
  const known = typeof name === 'string' ? issuers.get(name) : undefined;
  if (token === undefined || known === undefined || token.header['alg'] !== known.issuer.algorithm) return undefined;
  return isSigned(token, known.issuer) && isTimely(token.claims, spec.verify, now) ? known.consumer : undefined;
}

function read(text: string): Token | undefined {
  const [head, body, signature, ...more] = text.split('.');
  if (head === undefined || body === undefined || signature === undefined || more.length > 0) return undefined;
  const header = objectIn(head);
  const claims = objectIn(body);
  return header === undefined || claims === undefined ? undefined : { header, claims, signed: `${head}.${body}`, signature: Buffer.from(signature, 'base64url') };
}

function objectIn(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A key that is not known here, or is none, fits no token. */
function isSigned({ signed, signature }: Token, issuer: TokenIssuer): boolean {
  const hash = `sha${issuer.algorithm.slice(2)}`;
  if ('secret' in issuer) {
    const made = issuer.secret.value === undefined ? undefined : createHmac(hash, issuer.secret.value).update(signed).digest();
    return made !== undefined && made.length === signature.length && timingSafeEqual(made, signature);
  }
  try {
    return issuer.publicKey.value !== undefined && verifySignature(hash, Buffer.from(signed), createPublicKey(issuer.publicKey.value), signature);
  } catch {
    return false;
  }
}

function isTimely(claims: Token['claims'], asked: readonly string[], now: number): boolean {
  const { exp, nbf } = claims;
  return (!asked.includes('exp') || (typeof exp === 'number' && exp > now)) && (!asked.includes('nbf') || (typeof nbf === 'number' && nbf <= now));
}
