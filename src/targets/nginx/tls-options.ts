import { isTrue, optionTable, optionTexts, refKey } from '../../ir/index.ts';
import type { OptionTable, Routing, TlsOptions } from '../../ir/index.ts';
import { curveNames, offersHttp2, plainAlpn } from '../nginx-common/openssl.ts';
import { directive, literal, type Statement } from './plan.ts';

/** One set of TLS options as nginx directives, or why it cannot be. */
export type Lowered = { readonly statements: readonly Statement[]; readonly http2: boolean } | { readonly unsupported: string };

const VERSIONS = ['VersionTLS10', 'VersionTLS11', 'VersionTLS12', 'VersionTLS13'];
const PROTOCOLS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
/** Names of Go and of OpenSSL; those of TLS 1.3 cannot be chosen in Go. */
const CIPHERS: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256', TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384', TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305: 'ECDHE-ECDSA-CHACHA20-POLY1305', TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305', TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA', TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA', TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_RSA_WITH_AES_128_GCM_SHA256: 'AES128-GCM-SHA256', TLS_RSA_WITH_AES_256_GCM_SHA384: 'AES256-GCM-SHA384', TLS_RSA_WITH_AES_128_CBC_SHA: 'AES128-SHA', TLS_RSA_WITH_AES_256_CBC_SHA: 'AES256-SHA',
  TLS_AES_128_GCM_SHA256: '', TLS_AES_256_GCM_SHA384: '', TLS_CHACHA20_POLY1305_SHA256: '',
};
const VERIFY: Readonly<Record<string, string>> = { requireandverifyclientcert: 'on', verifyclientcertifgiven: 'optional' };

/** Go's defaults where nothing is written. */
const DEFAULT_TLS: Lowered = { statements: [directive('ssl_protocols', 'TLSv1.2', 'TLSv1.3')], http2: true };

/** The options of a name; undefined = the default ones. */
export function findOptions(routing: Routing, key: string | undefined): TlsOptions | undefined {
  return routing.tlsOptions.find(({ ref }) => (key === undefined ? ref.name === 'default' : refKey(ref) === key));
}

export function lowerOptions(options: TlsOptions | undefined): Lowered {
  if (options === undefined) return DEFAULT_TLS;
  const tree = optionTable(options.raw);
  const parts = [protocols(tree), ciphers(tree), curves(tree), clientAuth(tree), alpn(tree)];
  const failed = parts.find((part) => typeof part === 'string');
  if (typeof failed === 'string') return { unsupported: failed };
  if (isTrue(tree.get('snistrict'))) return { unsupported: 'sniStrict refuses names without a certificate, and only the certificates tell their names' };
  const statements = parts.flatMap((part) => (typeof part === 'string' ? [] : part));
  const tickets = isTrue(tree.get('disablesessiontickets')) ? [directive('ssl_session_tickets', 'off')] : [];
  return { statements: [...statements, ...tickets], http2: offersHttp2(tree) };
}

type Answer = readonly Statement[] | string;

function protocols(tree: OptionTable): Answer {
  const at = (name: string, otherwise: string): number => VERSIONS.indexOf(typeof tree.get(name) === 'string' && tree.get(name) !== '' ? String(tree.get(name)) : otherwise);
  const [low, high] = [at('minversion', 'VersionTLS12'), at('maxversion', 'VersionTLS13')];
  if (low < 0 || high < low) return 'a TLS version that Go does not know';
  return [directive('ssl_protocols', ...PROTOCOLS.slice(low, high + 1))];
}

function ciphers(tree: OptionTable): Answer {
  const wanted = optionTexts(tree.get('ciphersuites'));
  const unknown = wanted.find((name) => CIPHERS[name] === undefined);
  if (unknown !== undefined) return `the cipher suite ${unknown} has no name here`;
  const known = wanted.flatMap((name) => (CIPHERS[name] === undefined || CIPHERS[name] === '' ? [] : [CIPHERS[name]]));
  return known.length === 0 ? [] : [directive('ssl_ciphers', literal(known.join(':')))];
}

function curves(tree: OptionTable): Answer {
  const names = curveNames(tree);
  if (names === undefined) return 'one of the curves has no name here';
  return names === '' ? [] : [directive('ssl_ecdh_curve', literal(names))];
}

function clientAuth(tree: OptionTable): Answer {
  const auth = optionTable(tree.get('clientauth'));
  const kind = String(auth.get('clientauthtype') ?? '').toLowerCase();
  const [file, ...more] = optionTexts(auth.get('cafiles'));
  if (kind === '' || kind === 'noclientcert') return file === undefined ? [] : verify('on', file, more);
  const mode = VERIFY[kind];
  if (mode === undefined) return `nginx has no ${kind}: it checks certificates or does not ask for them`;
  return verify(mode, file, more);
}

function verify(mode: string, file: string | undefined, more: readonly string[]): Answer {
  if (file === undefined || more.length > 0 || file.includes('$')) return 'nginx checks client certificates against exactly one file';
  return [directive('ssl_verify_client', mode), directive('ssl_verify_depth', '4'), directive('ssl_client_certificate', literal(file))];
}

function alpn(tree: OptionTable): Answer {
  return plainAlpn(tree) ? [] : 'nginx offers http/1.1, with or without h2';
}
