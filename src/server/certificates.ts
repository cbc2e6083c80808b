import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';

/** A certificate chain and its key, PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}
/** Which certificate a client is shown. */
export interface Tls {
  readonly choose: (serverName: string) => SecureContext;
  /** For a client that names none. */
  readonly fallback: KeyPair;
}

/** The first certificate that covers the name, else the first of all. Throws for one that is none, or whose key is another's. */
export function certificateStore(pairs: readonly KeyPair[]): Tls | undefined {
  const known = pairs.map(({ cert, key }) => ({ certificate: new X509Certificate(cert), context: createSecureContext({ cert, key }) }));
  const [first] = known;
  const [fallback] = pairs;
  if (first === undefined || fallback === undefined) return undefined;
  return { fallback, choose: (name) => (known.find(({ certificate }) => name !== '' && certificate.checkHost(name) !== undefined) ?? first).context };
}
