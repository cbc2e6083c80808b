import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { stringAt } from '../value.ts';
import type { JsonObject } from '../value.ts';
import { readJwk } from './jwk.ts';
import { isReference } from './reference.ts';

export function readCertificate(pem: string): X509Certificate | undefined {
  return attempt(() => new X509Certificate(pem));
}

/** A key of either kind, or a JSON Web Key: Kong takes a public one where it wants a private one. */
export function readKey(text: string): KeyObject | undefined {
  return privateKey(text) ?? publicKey(text) ?? readJwk(text);
}

function privateKey(pem: string): KeyObject | undefined {
  return attempt(() => createPrivateKey(pem));
}

/** Node would take the key of a certificate too, or the public half of a private key; Kong takes neither. */
function publicKey(pem: string): KeyObject | undefined {
  const block = /-----BEGIN ((?:RSA )?PUBLIC KEY)-----.*?-----END \1-----/s.exec(pem)?.[0];
  return block === undefined ? undefined : attempt(() => createPublicKey(block));
}

/** The form in which two keys are the same. */
export function publicPart(key: KeyObject): string {
  return String((key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'pem' }));
}

/** Both halves, where both are there, must be of one key; a secret from a vault is not known. */
export function keyPair(pem: JsonObject): string | undefined {
  if (isReference(pem['public_key']) || isReference(pem['private_key'])) return undefined;
  const [publicText, privateText] = ['public_key', 'private_key'].map((name) => stringAt(pem, name));
  const open = publicText === undefined ? undefined : publicKey(publicText);
  if (publicText !== undefined && open === undefined) return 'could not load public key';
  const secret = privateText === undefined ? undefined : privateKey(privateText);
  if (privateText !== undefined && secret === undefined) return 'could not load private key';
  return open !== undefined && secret !== undefined && publicPart(open) !== publicPart(secret) ? 'public key does not match private key' : undefined;
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
