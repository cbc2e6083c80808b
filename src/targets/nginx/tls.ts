import type { Diagnostic } from '../../diagnostics/index.ts';
import type { Routing } from '../../ir/index.ts';
import type { TargetOptions } from '../target.ts';
import type { ListenerSite } from './body.ts';
import { directive, literal, type Statement } from './plan.ts';
import { atLeast } from './version.ts';

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** The certificate of all TLS servers: the target's setting, else the only one of the gateway. */
function chosenPair(routing: Routing, options: TargetOptions): Pair | undefined {
  const configured = settingPair(options);
  if (configured !== undefined) return configured;
  const [only, ...more] = routing.certificates;
  return only === undefined || more.length > 0 ? undefined : { certificate: only.certFile, key: only.keyFile };
}

function settingPair({ settings }: TargetOptions): Pair | undefined {
  const tls = settings['tls'];
  if (typeof tls !== 'object' || tls === null) return undefined;
  const certificate = 'certificate' in tls ? tls.certificate : undefined;
  const key = 'key' in tls ? tls.key : undefined;
  return typeof certificate === 'string' && typeof key === 'string' ? { certificate, key } : undefined;
}

/** nginx makes no certificate of its own, and takes plain and TLS connections on different ports only. */
export function checkTls(routing: Routing, options: TargetOptions): readonly Diagnostic[] {
  return routing.listeners.flatMap(({ tls, plain, entryPoint }): readonly Diagnostic[] => {
    const [route] = tls;
    if (route === undefined) return [];
    const missing = chosenPair(routing, options) === undefined;
    const at = { origin: route.tls?.origin ?? route.origin };
    const [other] = plain.filter(({ synthetic }) => !synthetic);
    return [
      ...(missing ? [unsupported('nginx needs a certificate for TLS', whyMissing(routing), at.origin, `tls ${route.symbol}`, 'give it one: targets.nginx.tls.certificate and targets.nginx.tls.key in gateway.config.yaml')] : []),
      ...(plain.length > 0
        ? [unsupported(`nginx cannot take plain and TLS requests on one port (entry point "${entryPoint.name}")`, 'Traefik tells them apart by the first byte', (other ?? route).origin, `tls.shared ${entryPoint.name}`, 'name the entry points of each router, so that routers with tls and routers without it do not meet')]
        : []),
    ];
  });
}

function whyMissing(routing: Routing): string {
  return routing.certificates.length > 1
    ? 'there are several certificates, and only their own content tells which names each is for'
    : 'Traefik makes a self-signed certificate or gets one by ACME; nginx does neither';
}

function unsupported(message: string, why: string, origin: Diagnostic['at']['origin'], symbol: string, help: string): Diagnostic {
  return { rule: 'target-unsupported', severity: 'error', blocking: true, message, why, help, at: { origin }, symbol: `nginx/${symbol}` };
}

export function certificates(routing: Routing, options: TargetOptions): readonly Statement[] {
  const pair = chosenPair(routing, options);
  if (pair === undefined || routing.listeners.every(({ tls }) => tls.length === 0)) return [];
  return [directive('ssl_certificate', literal(pair.certificate)), directive('ssl_certificate_key', literal(pair.key)), directive('ssl_protocols', 'TLSv1.2', 'TLSv1.3')];
}

/** HTTP/2 is a word of `listen` before 1.25.1 and a directive of its own after. */
export function http2({ tls, options }: ListenerSite): { readonly words: readonly string[]; readonly statements: readonly Statement[] } {
  if (!tls) return { words: [], statements: [] };
  return { words: atLeast(options.version, '1.25.1') ? ['ssl'] : ['ssl', 'http2'], statements: [] };
}
