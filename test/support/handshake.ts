import type { Observation, ProbeInput } from './engine-ask.ts';

/** What a client sees whose handshake fails. */
export const NO_HANDSHAKE: Observation = { status: 0, responseHeaders: [], body: '', backend: null, hops: [] };

/** Models see requests and no handshakes: whether settings leave a client out that offers nothing newer than TLS 1.2. */
export function isTooOld(settings: string, { tls }: ProbeInput): boolean {
  return tls !== undefined && tls !== false && tls.maxVersion === 'TLSv1.2' && /\bssl_protocols\s*=?\s*TLSv1\.3\b|"VersionTLS13"/.test(settings);
}
