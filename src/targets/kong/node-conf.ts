import type { Listener } from '../../ir/index.ts';
import { bracketed } from '../../text/index.ts';
import { boundAddresses } from '../nginx-common/bound-addresses.ts';
import type { TargetOptions } from '../target.ts';
import { addressLiteral } from './address.ts';
import { plainHost } from './quote.ts';
import type { Report } from './report.ts';
import type { NodePlan } from './plan.ts';
import { speaksTls } from './stream.ts';
import type { StreamGroup } from './stream.ts';
import type { NodeTls } from './tls.ts';

interface SharedInput {
  readonly options: TargetOptions;
  /** Where the node's folder is mounted. */
  readonly directory: string;
  readonly tls: NodeTls;
}
export interface ConfInput extends SharedInput {
  readonly flavour: 'expressions' | 'traditional_compatible';
  readonly listeners: readonly Listener[];
  readonly secure: boolean;
  readonly compress: boolean;
  /** Templates need Lua; without any the sandbox is off. */
  readonly templates: boolean;
}

/** The lines of `kong.conf`. */
export function confLines(input: ConfInput, report: Report): NodePlan['conf'] {
  const { directory, tls } = input;
  const flags = input.secure ? (tls.http2 ? ' http2 ssl' : ' ssl') : '';
  return [
    ...first(directory, input.flavour),
    ['proxy_listen', input.listeners.flatMap((listener) => listenValues(listener, flags, input, report)).join(', ')],
    ['admin_listen', 'off'],
    ['admin_gui_listen', 'off'],
    ['headers', 'off'],
    ['headers_upstream', 'off'],
    ...trusted(input.listeners, report),
    ...tls.conf,
    ['untrusted_lua', input.templates ? 'sandbox' : 'off'],
    ['nginx_http_include', `${directory}/http.inc`],
    ['nginx_proxy_include', `${directory}/proxy.inc`],
    ['nginx_http_large_client_header_buffers', '4 64k'],
    // The head of an answer has to fit into one: with 4 KB a few cookies make it a 502.
    ['nginx_proxy_proxy_buffer_size', '64k'],
    ['nginx_proxy_proxy_buffers', '8 64k'],
    ...(input.compress ? COMPRESS : []),
  ];
}

const COMPRESS: NodePlan['conf'] = [['nginx_proxy_gzip', 'on'], ['nginx_proxy_gzip_min_length', '1024'], ['nginx_proxy_gzip_proxied', 'any'], ['nginx_proxy_gzip_types', '*']];

/** The lines of a node for streams: no HTTP at all. */
export function streamConfLines({ wish, listeners }: StreamGroup, shared: SharedInput, report: Report): NodePlan['conf'] {
  const { directory, tls } = shared;
  const flags = (listener: Listener): string => (wish === 'udp' ? ' udp' : speaksTls(listener) ? ' ssl' : '');
  return [
    ...first(directory, 'expressions'),
    ['proxy_listen', 'off'],
    ['stream_listen', listeners.flatMap((listener) => listenValues(listener, flags(listener), shared, report)).join(', ')],
    ['admin_listen', 'off'],
    ['admin_gui_listen', 'off'],
    ...tls.conf,
    ['untrusted_lua', 'off'],
  ];
}

function first(directory: string, flavour: ConfInput['flavour']): NodePlan['conf'] {
  return [['database', 'off'], ['declarative_config', `${directory}/kong.yml`], ['router_flavor', flavour]];
}

function listenValues({ entryPoint }: Listener, flags: string, { options }: Pick<SharedInput, 'options'>, report: Report): readonly string[] {
  const hosts = boundAddresses(entryPoint, options).map(bracketed);
  if (hosts.some((host) => plainHost(host) === undefined)) report.unquotable('listen address', { origin: entryPoint.origin, symbol: `entryPoints.${entryPoint.name}` }, 'it is neither a host name nor an address');
  const words = `${flags}${entryPoint.proxyProtocol === undefined ? '' : ' proxy_protocol'}`;
  return hosts.map((host) => `${host}:${String(entryPoint.port)}${words}`);
}

/**
 * Trusted peers may set X-Forwarded-*. The peer itself stays the client address, as in Traefik: the header that nginx's
 * realip would read instead is one that nobody sends.
 */
function trusted(listeners: readonly Listener[], report: Report): NodePlan['conf'] {
  const networks = new Set<string>();
  for (const { entryPoint } of listeners) {
    if (entryPoint.forwardedHeaders.insecure) ['0.0.0.0/0', '::/0'].forEach((network) => networks.add(network));
    for (const range of entryPoint.forwardedHeaders.trustedIPs) {
      const literal = addressLiteral(range);
      if (literal === undefined) report.unquotable('trusted address', { origin: entryPoint.origin, symbol: `entryPoints.${entryPoint.name}` }, 'it is neither an address nor a network');
      else networks.add(literal);
    }
  }
  return networks.size === 0 ? [] : [['trusted_ips', [...networks].join(',')], ['real_ip_header', 'X-Gateway-Never-Sent']];
}
