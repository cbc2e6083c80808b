import type { HeadersSpec } from './middleware.ts';

/** What stands for a fresh nonce in the two policies of a page (ran on 3.7.15). */
export const NONCE = '$NONCE';

/** True where every answer gets a policy of its own. */
export function drawsNonce({ contentSecurityPolicy, contentSecurityPolicyReportOnly }: HeadersSpec): boolean {
  return contentSecurityPolicy.includes(NONCE) || contentSecurityPolicyReportOnly.includes(NONCE);
}
