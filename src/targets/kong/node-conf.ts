import type { Certificate, Listener } from '../../ir/index.ts';
import { addressLiteral } from './address.ts';
import { confValue, plainHost } from './quote.ts';
import type { Report } from './report.ts';
import type { NodePlan } from './plan.ts';

export interface ConfInput {
  readonly flavour: 'expressions' | 'traditional_compatible';
  /** Where the node's folder is mounted. */
  readonly directory: string;
  readonly listeners: readonly Listener[];
  readonly tls: boolean;
  readonly certificate: Certificate | undefined;
  readonly compress: boolean;
  /** Templates need Lua; without any the sandbox is off. */
  readonly templates: boolean;
}

/** The lines of `kong.conf`. */
export function confLines(input: ConfInput, report: Report): NodePlan['conf'] {
  const { directory } = input;
  return [
    ['database', 'off'],
    ['declarative_config', `${directory}/kong.yml`],
    ['router_flavor', input.flavour],
    ['proxy_listen', input.listeners.map((listener) => listenValue(listener, input.tls, report)).join(', ')],
    ['admin_listen', 'off'],
    ['admin_gui_listen', 'off'],
    ['headers', 'off'],
    ['headers_upstream', 'off'],
    ...trusted(input.listeners, report),
    ...certificate(input, report),
    ['untrusted_lua', input.templates ? 'sandbox' : 'off'],
    ['nginx_http_include', `${directory}/http.inc`],
    ['nginx_proxy_include', `${directory}/proxy.inc`],
    ['nginx_http_large_client_header_buffers', '4 64k'],
    ...(input.compress ? COMPRESS : []),
  ];
}

const COMPRESS: NodePlan['conf'] = [['nginx_proxy_gzip', 'on'], ['nginx_proxy_gzip_min_length', '1024'], ['nginx_proxy_gzip_proxied', 'any'], ['nginx_proxy_gzip_types', '*']];

function listenValue({ entryPoint }: Listener, tls: boolean, report: Report): string {
  const host = entryPoint.host === '' ? '0.0.0.0' : entryPoint.host.includes(':') && !entryPoint.host.startsWith('[') ? `[${entryPoint.host}]` : entryPoint.host;
  if (plainHost(host) === undefined) report.unquotable('listen address', { origin: entryPoint.origin, symbol: `entryPoints.${entryPoint.name}` }, 'it is neither a host name nor an address');
  return `${host}:${String(entryPoint.port)}${tls ? ' http2 ssl' : ''}${entryPoint.proxyProtocol === undefined ? '' : ' proxy_protocol'}`;
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

function certificate(input: ConfInput, report: Report): NodePlan['conf'] {
  if (!input.tls || input.certificate === undefined) return [];
  const { certFile, keyFile, origin } = input.certificate;
  const [cert, key] = [confValue(certFile), confValue(keyFile)];
  if (cert !== undefined && key !== undefined) return [['ssl_cert', cert], ['ssl_cert_key', key]];
  report.unquotable('certificate path', { origin, symbol: 'tls.certificates' }, 'kong.conf takes the path of a file; certificates written into the configuration are not copied');
  return [];
}
