import { checkServerIdentity, type ConnectionOptions, type PeerCertificate } from 'node:tls';
import { optionTable, type OptionTable, type Transport } from '../ir/index.ts';
import { fileOrContent, versionsAndCiphers, type ReadFile } from './tls-settings.ts';

/** How TLS is spoken to servers of one transport; undefined = Traefik would, this server cannot (SPIFFE). */
export type ClientTls = ConnectionOptions | undefined;

/** Reads transports once each. */
export function transportReader(readFile: ReadFile): (transport: Transport | undefined) => ClientTls {
  const known = new WeakMap<Transport, { readonly tls: ClientTls }>();
  return (transport) => {
    if (transport === undefined) return {};
    const found = known.get(transport) ?? { tls: clientTls(transport, readFile) };
    known.set(transport, found);
    return found.tls;
  };
}

function clientTls(transport: Transport, readFile: ReadFile): ClientTls {
  const tree = optionTable(transport.ref.protocol === 'tcp' ? optionTable(transport.raw).get('tls') : transport.raw);
  const base = versionsAndCiphers(tree);
  const wantedUri = String(tree.get('peercerturi') ?? '');
  if (tree.has('spiffe') || (wantedUri !== '' && transport.insecureSkipVerify)) return undefined;
  // Traefik drops all of such settings and speaks TLS as if there were none: also for a minimum without a maximum (ran).
  if ('broken' in base || (written(tree, 'minversion') && !written(tree, 'maxversion')) || crossed(base)) return {};
  // A file that is not here leaves its certificates out, as in Traefik.
  const ca = transport.rootCAs.flatMap((one) => fileOrContent(one, readFile) ?? []);
  return {
    ...base,
    ...clientCertificate(transport, readFile),
    ...(transport.rootCAs.length === 0 ? {} : { ca }),
    ...(transport.serverName === '' ? {} : { servername: transport.serverName }),
    ...(wantedUri === '' ? {} : { checkServerIdentity: (name: string, shown: PeerCertificate) => checkServerIdentity(name, shown) ?? ofUri(shown, wantedUri) }),
    rejectUnauthorized: !transport.insecureSkipVerify,
  };
}

function written(tree: OptionTable, name: string): boolean {
  return String(tree.get(name) ?? '') !== '';
}

function crossed({ minVersion, maxVersion }: ConnectionOptions): boolean {
  return minVersion !== undefined && maxVersion !== undefined && minVersion > maxVersion;
}

/** Of several certificates the first one is shown. */
function clientCertificate({ certificates: [first] }: Transport, readFile: ReadFile): ConnectionOptions {
  if (first === undefined) return {};
  const [cert, key] = [fileOrContent(first.certFile, readFile), fileOrContent(first.keyFile, readFile)];
  return cert === undefined || key === undefined ? {} : { cert, key };
}

function ofUri({ subjectaltname = '' }: PeerCertificate, uri: string): Error | undefined {
  return subjectaltname.split(', ').includes(`URI:${uri}`) ? undefined : new Error('the certificate is for another URI');
}
