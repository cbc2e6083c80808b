import { streamListeners } from './conf.ts';
import type { KongListener } from './conf.ts';
import type { KongRoute, KongService } from './document.ts';
import { evaluate } from './expression/evaluate.ts';
import type { FieldReader } from './expression/evaluate.ts';
import type { KongNode } from './node.ts';

/** A connection as it comes in, or the first packet of a UDP session. */
export interface KongConnection {
  readonly port: number;
  readonly udp: boolean;
  readonly clientIp: string;
  /** What a TLS hello says; false = none was sent. */
  readonly tls: false | { readonly sni: string | null };
}
export interface StreamAnswer {
  readonly route: KongRoute | undefined;
  /** Where the bytes go; empty = the connection is closed. */
  readonly endpoints: readonly { readonly address: string; readonly weight: number }[];
  /** TLS ended in Kong. */
  readonly terminated: boolean;
}

const CLOSED: StreamAnswer = { route: undefined, endpoints: [], terminated: false };

/**
 * What a stream node does (kong/templates/nginx_kong_stream.lua and kong/runloop/handler.lua of 3.9.3): a listener with `ssl`
 * only reads the hello, asks the router, and hands the connection to a second layer that ends TLS or passes it on; a route
 * for neither closes it. The name in a hello is not read on other listeners.
 */
export function answerStream(node: KongNode, connection: KongConnection): StreamAnswer {
  const listener = streamListeners(node.conf).find(({ port, udp }) => port === connection.port && udp === connection.udp);
  if (listener === undefined) return CLOSED;
  const read = fieldsOf(connection, listener);
  const route = node.router.entries.find(({ atc }) => evaluate(atc, read, { texts: new Map(), captures: new Map() }))?.route;
  if (route === undefined || !reachable(route, connection, listener)) return { ...CLOSED, route };
  return { route, endpoints: route.service === undefined ? [] : endpointsOf(node, route.service), terminated: listener.ssl && route.protocols.includes('tls') };
}

/** Plain text cannot finish a handshake; a route for TCP has no second layer. */
function reachable({ protocols }: KongRoute, { tls }: KongConnection, listener: KongListener): boolean {
  if (!listener.ssl) return true;
  return protocols.includes('tls') ? tls !== false : protocols.includes('tls_passthrough');
}

function fieldsOf({ port, udp, clientIp, tls }: KongConnection, listener: KongListener): FieldReader {
  const sni = listener.ssl && tls !== false ? tls.sni : null;
  const values: Readonly<Record<string, readonly (string | bigint)[]>> = {
    'net.protocol': [udp ? 'udp' : sni === null ? 'tcp' : 'tls'], 'net.src.ip': [clientIp], 'net.dst.port': [BigInt(port)], 'tls.sni': sni === null ? [] : [sni],
  };
  return (name) => values[name] ?? [];
}

function endpointsOf({ file }: KongNode, { host, port }: KongService): StreamAnswer['endpoints'] {
  const upstream = file.upstreams.get(host);
  if (upstream === undefined) return [{ address: `${host}:${String(port)}`, weight: 1 }];
  return upstream.targets.filter(({ weight }) => weight > 0);
}
