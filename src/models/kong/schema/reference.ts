import type { Json } from '../value.ts';

/** `{vault://name/secret}`: what it stands for is not known here, so nothing is asked of it. */
export function isReference(value: Json | undefined): boolean {
  return typeof value === 'string' && value.startsWith('{vault://') && value.endsWith('}');
}
