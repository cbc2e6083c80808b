import type { TlsOptions, Transport } from '../../ir/index.ts';
import { plain } from '../tree.ts';
import { objectAt } from '../../traefik-config/tree.ts';
import type { Declared } from '../types.ts';
import { provenance } from '../../traefik-config/provenance.ts';
import { read } from './read.ts';

/** A serversTransport; TCP ones keep their TLS options one level down. */
export function toTransport(declared: Declared): Transport {
  const { ref, node } = declared;
  const own = read(node);
  const tls = ref.protocol === 'tcp' ? read(objectAt(node, 'tls')) : own;
  const timeouts = ref.protocol === 'tcp' ? own : read(objectAt(node, 'forwardingTimeouts'));
  return {
    ref,
    insecureSkipVerify: tls.flag('insecureSkipVerify'),
    serverName: tls.text('serverName'),
    rootCAs: tls.list('rootCAs'),
    certificates: tls.items('certificates').map((item) => ({ certFile: item.text('certFile'), keyFile: item.text('keyFile') })),
    dialTimeout: timeouts.duration('dialTimeout', 30_000),
    responseHeaderTimeout: timeouts.duration('responseHeaderTimeout'),
    raw: plain(node),
    origin: declared.origin,
    places: provenance(node).places,
    symbol: declared.symbol,
  };
}

/** TLS options and stores are carried verbatim. */
export function toTlsOptions(declared: Declared): TlsOptions {
  return { ref: declared.ref, raw: plain(declared.node), origin: declared.origin, places: provenance(declared.node).places, symbol: declared.symbol };
}
