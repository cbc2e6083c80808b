import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Tls } from './listen.ts';

/** A certificate chain and its key, PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** The first certificate that covers the name, else the first of all. */
export function certificateStore(pairs: readonly KeyPair[]): Tls | undefined {
  const known = pairs.map(({ cert, key }) => ({ certificate: new X509Certificate(cert), context: createSecureContext({ cert, key }) }));
  const [fallback] = known;
  if (fallback === undefined) return undefined;
  return { choose: (name) => (known.find(({ certificate }) => name !== '' && certificate.checkHost(name) !== undefined) ?? fallback).context };
}
