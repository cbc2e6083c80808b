import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Incoming } from '../runtime/index.ts';

/** An IPv4 client of a socket for both families. */
export function clientAddress(socket: { readonly remoteAddress?: string | undefined }): string {
  const address = socket.remoteAddress ?? '';
  return address.startsWith('::ffff:') ? address.replace(/^::ffff:(?=\d+\.)/, '') : address;
}

/** What a connection's TLS says about the client. */
export function tlsState(socket: Socket): Incoming['tls'] {
  if (!(socket instanceof TLSSocket)) return false;
  const certificate = socket.getPeerCertificate(true);
  const peerCertificates = certificate?.raw === undefined ? [] : [certificate.raw];
  const name: unknown = 'servername' in socket ? socket.servername : undefined;
  return { sni: typeof name === 'string' && name !== '' ? name : null, peerCertificates };
}
