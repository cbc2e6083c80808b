import { X509Certificate } from 'node:crypto';

/** A certificate chain and its key, PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** The certificate for a name; undefined = none covers it. Throws for a text that is no certificate. */
export function certificateStore(pairs: readonly KeyPair[]): (serverName: string) => KeyPair | undefined {
  // Of several that fit Traefik takes the one whose list of names comes last: a name of its own before a wildcard.
  const known = pairs.map((pair) => ({ pair, certificate: new X509Certificate(pair.cert) })).map((one) => ({ ...one, names: namesOf(one.certificate) })).toSorted((a, b) => (a.names < b.names ? 1 : a.names > b.names ? -1 : 0));
  return (name) => (name === '' ? undefined : known.find(({ certificate }) => certificate.checkHost(name) !== undefined)?.pair);
}

function namesOf({ subjectAltName = '' }: X509Certificate): string {
  return subjectAltName.split(', ').map((name) => name.replace(/^(?:DNS|IP Address):/, '').toLowerCase()).toSorted().join(',');
}
