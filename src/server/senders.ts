import type { Endpoint, TcpEndpoint } from '../ir/index.ts';
import { pools } from './http1/pool.ts';
import type { Place, Senders } from './send.ts';
import { http2Sessions } from './send-http2.ts';
import type { ReadFile } from './tls-settings.ts';
import { transportReader } from './transport.ts';

/** What changes where and how servers are asked. */
export interface SendOptions {
  /** Where an endpoint is, when not where the routing says (`--endpoint`). */
  readonly endpoint?: (endpoint: Endpoint) => Place | undefined;
  /** The same for servers of TCP and UDP services. */
  readonly streamEndpoint?: (endpoint: TcpEndpoint, protocol: 'tcp' | 'udp') => Place | undefined;
  /** Where servers are that a middleware names by address. */
  readonly address?: (url: string) => Place | undefined;
  /** Reads files that TLS options and transports name; without it none is there. */
  readonly readFile?: ReadFile;
}

/** Connections to servers, kept for the next request. */
export function sendersOf(options: SendOptions): Senders {
  const readFile = options.readFile ?? (() => undefined);
  return {
    http1: pools(),
    http2: http2Sessions(),
    place: (endpoint) => options.endpoint?.(endpoint) ?? { host: endpoint.host, port: endpoint.port },
    streamPlace: (endpoint, protocol) => options.streamEndpoint?.(endpoint, protocol) ?? { host: endpoint.host, port: endpoint.port },
    addressPlace: (url) => options.address?.(url),
    transportTls: transportReader(readFile),
    readFile,
  };
}
