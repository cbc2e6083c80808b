import type { ResolvedService } from '../../ir/index.ts';
import type { TargetOptions } from '../target.ts';
import { directive, literal, type Statement } from './plan.ts';
import { isAddress } from './ip-range.ts';

/** Where Debian, Alpine and the official image keep the authorities. */
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

/** TLS to the endpoint: Traefik verifies by default, nginx does not. */
export function transportSettings(resolved: ResolvedService, scheme: string, options: TargetOptions): readonly Statement[] {
  const { transport, service } = resolved;
  const dial = transport !== undefined && transport.dialTimeout > 0 && transport.dialTimeout !== 30_000 ? [directive('proxy_connect_timeout', `${String(transport.dialTimeout)}ms`)] : [];
  if (scheme !== 'https') return dial;
  const endpoint = service.spec.kind === 'loadBalancer' ? service.spec.endpoints[0] : undefined;
  const name = transport?.serverName === undefined || transport.serverName === '' ? endpoint?.host : transport.serverName;
  return [...dial, ...names(name), ...verification(resolved, options), ...clientCertificate(resolved)];
}

function names(name: string | undefined): readonly Statement[] {
  if (name === undefined) return [];
  return [directive('proxy_ssl_name', literal(name)), ...(isAddress(name) ? [] : [directive('proxy_ssl_server_name', 'on')])];
}

function verification({ transport }: ResolvedService, options: TargetOptions): readonly Statement[] {
  if (transport?.insecureSkipVerify === true) return [];
  const own = options.settings['trustedCertificates'];
  const file = transport?.rootCAs[0] ?? (typeof own === 'string' ? own : AUTHORITIES);
  return [directive('proxy_ssl_verify', 'on'), directive('proxy_ssl_verify_depth', '4'), directive('proxy_ssl_trusted_certificate', literal(file))];
}

function clientCertificate({ transport }: ResolvedService): readonly Statement[] {
  const [pair] = transport?.certificates ?? [];
  return pair === undefined ? [] : [directive('proxy_ssl_certificate', literal(pair.certFile)), directive('proxy_ssl_certificate_key', literal(pair.keyFile))];
}
