import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isList, isObject, stringAt, toJson } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';

/** The curves that Kong's library makes keys of (lua-resty-openssl 1.5); it knows no symmetric keys. */
const CURVES: Readonly<Record<string, readonly string[]>> = { EC: ['P-256', 'P-384', 'P-521'], OKP: ['Ed25519', 'X25519', 'Ed448', 'X448'] };
const TEXTS = new Set(['issuer', 'kty', 'use', 'alg', 'kid', 'x5u', 'x5t', 'x5t#S256', 'k', 'x', 'y', 'crv', 'n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'r', 't']);
const LISTS = new Set(['key_ops', 'x5c']);

/** The key in a JSON Web Key; undefined where the text is none or no key can be made of it. */
export function readJwk(text: string): KeyObject | undefined {
  const parsed = parse(text);
  return isObject(parsed) ? keyOf(parsed) : undefined;
}

function keyOf(jwk: JsonObject): KeyObject | undefined {
  const kind = stringAt(jwk, 'kty') ?? '';
  if (kind !== 'RSA' && CURVES[kind]?.includes(stringAt(jwk, 'crv') ?? '') !== true) return undefined;
  const key = Object.fromEntries(Object.entries(jwk).filter(([, value]) => typeof value === 'string'));
  for (const load of [createPrivateKey, createPublicKey]) {
    try {
      return load({ key, format: 'jwk' });
    } catch {
      // Not of this kind.
    }
  }
  return undefined;
}

/** `keys.jwk`: a key whose `kid` is that of the entity, with no members but those that Kong lists (kong/db/schema/typedefs.lua). */
export function jwkProblem(text: string, kid: Json | undefined): string | undefined {
  const parsed = parse(text);
  if (parsed === undefined) return 'could not json decode jwk string';
  if (!isObject(parsed) || parsed['kid'] !== kid) return 'kid in jwk.kid must be equal to keys.kid';
  if (keyOf(parsed) === undefined) return 'could not load JWK, likely not a valid key';
  return membersProblem(parsed);
}

function membersProblem(jwk: JsonObject): string | undefined {
  const problems = Object.entries(jwk).flatMap(([name, value]) => {
    const problem = memberProblem(name, value);
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
  return problems.length === 0 ? undefined : `Validation error: ${problems.join('; ')}`;
}

function memberProblem(name: string, value: Json): string | undefined {
  if (name === 'updated_at') return undefined;
  if (!TEXTS.has(name) && !LISTS.has(name)) return 'unknown field';
  if (value === null) return undefined;
  if (TEXTS.has(name)) return textProblem(value);
  if (!isList(value)) return 'expected an array';
  const wrong = value.map(textProblem).find((problem) => problem !== undefined);
  return wrong === undefined ? undefined : `Validation error: ${wrong}`;
}

function textProblem(value: Json): string | undefined {
  if (value === null) return 'required field missing';
  if (typeof value !== 'string') return 'expected a string';
  return value === '' ? 'length must be at least 1' : undefined;
}

function parse(text: string): Json | undefined {
  try {
    return toJson(JSON.parse(text));
  } catch {
    return undefined;
  }
}
