import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { stringAt } from '../value.ts';
import type { JsonObject } from '../value.ts';
import { isReference } from './reference.ts';

export function readCertificate(pem: string): X509Certificate | undefined {
  return attempt(() => new X509Certificate(pem));
}

/** A key of either kind: Kong takes a public one where it wants a private one. */
export function readKey(pem: string): KeyObject | undefined {
  return attempt(() => createPrivateKey(pem)) ?? attempt(() => createPublicKey(pem));
}

/** The form in which two keys are the same. */
export function publicPart(key: KeyObject): string {
  return String((key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'pem' }));
}

/** Both halves, where both are there, must be of one key; a secret from a vault is not known. */
export function keyPair(pem: JsonObject): string | undefined {
  if (isReference(pem['public_key']) || isReference(pem['private_key'])) return undefined;
  const [open, secret] = ['public_key', 'private_key'].map((name) => {
    const text = stringAt(pem, name);
    return text === undefined ? undefined : (readKey(text) ?? 'broken');
  });
  if (open === 'broken') return 'could not load public key';
  if (secret === 'broken') return 'could not load private key';
  return open !== undefined && secret !== undefined && publicPart(open) !== publicPart(secret) ? 'public key does not match private key' : undefined;
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
