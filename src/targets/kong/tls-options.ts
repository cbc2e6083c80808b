import { isTrue, optionTable, optionTexts, refKey } from '../../ir/index.ts';
import type { OptionTable, RouterTls, Routing, TlsOptions } from '../../ir/index.ts';
import { curveNames, offersHttp2, plainAlpn } from '../nginx-common/openssl.ts';

/** TLS options as settings of a node, or why they cannot be. */
export type NodeOptions = { readonly conf: readonly (readonly [string, string])[]; readonly http2: boolean } | { readonly unsupported: string };

/** The options that a router uses: the named ones, else those called `default`. */
export function optionsOf(routing: Routing, tls: RouterTls | undefined): TlsOptions | undefined {
  const named = tls?.options?.value;
  return routing.tlsOptions.find(({ ref }) => (named === undefined || named.name === 'default' ? ref.name === 'default' : refKey(ref) === refKey(named)));
}

/** `injected`: how kong.conf calls directives that go into the server, `nginx_proxy_` for HTTP and `nginx_sproxy_` for streams. */
export function nodeOptions(options: TlsOptions | undefined, injected: 'nginx_proxy_' | 'nginx_sproxy_'): NodeOptions {
  const tree = optionTable(options?.raw);
  const problem = unsupportedOption(tree);
  const [versions, ciphers, curves] = [protocols(tree), suites(tree), curveNames(tree)];
  if (problem !== undefined || versions === undefined || ciphers === undefined || curves === undefined) return { unsupported: problem ?? 'a TLS version, cipher suite or curve of this set has no name in OpenSSL' };
  const custom = versions !== DEFAULT_VERSIONS || ciphers !== '';
  return {
    conf: [
      ...(custom ? [['ssl_cipher_suite', 'custom'], ['ssl_protocols', versions], ['ssl_ciphers', ciphers === '' ? DEFAULT_CIPHERS : ciphers]] as const : []),
      ...(curves === '' ? [] : [[`${injected}ssl_ecdh_curve`, curves]] as const),
      ...(isTrue(tree.get('disablesessiontickets')) ? [['ssl_session_tickets', 'off']] as const : []),
    ],
    http2: offersHttp2(tree),
  };
}

function unsupportedOption(tree: OptionTable): string | undefined {
  if (tree.has('clientauth')) return 'certificates of clients are checked by Kong Enterprise only';
  if (isTrue(tree.get('snistrict'))) return 'a name without a certificate gets the node\'s own: sniStrict cannot be kept';
  return plainAlpn(tree) ? undefined : 'a node offers http/1.1, with or without h2';
}

const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const DEFAULT_VERSIONS = 'TLSv1.2 TLSv1.3';

/** `VersionTLS12` is `TLSv1.2`. */
function protocols(tree: OptionTable): string | undefined {
  const at = (name: string, otherwise: string): number => {
    const digits = /^VersionTLS1([0-3])$/.exec(String(tree.get(name) ?? '') || otherwise)?.[1];
    return digits === undefined ? -1 : Number(digits);
  };
  const [low, high] = [at('minversion', 'VersionTLS12'), at('maxversion', 'VersionTLS13')];
  return low < 0 || high < low ? undefined : VERSIONS.slice(low, high + 1).join(' ');
}

/** What Go offers up to TLS 1.2 where nothing is chosen; kong.conf wants a list as soon as versions are chosen. */
const DEFAULT_CIPHERS = ['ECDSA', 'RSA'].flatMap((key) => ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305', 'AES128-SHA', 'AES256-SHA'].map((cipher) => `ECDHE-${key}-${cipher}`)).join(':');

/** Empty = not chosen; undefined = one has no name. Suites of TLS 1.3 cannot be chosen in Go. */
function suites(tree: OptionTable): string | undefined {
  const wanted = optionTexts(tree.get('ciphersuites')).filter((name) => !/^TLS_(?:AES|CHACHA20)_/.test(name)).map(opensslName);
  return wanted.includes(undefined) ? undefined : wanted.join(':');
}

/** `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` is `ECDHE-RSA-AES128-GCM-SHA256`: no WITH, no CBC, the key length at the cipher. */
function opensslName(name: string): string | undefined {
  const parts = /^TLS_(ECDHE_ECDSA_|ECDHE_RSA_|RSA_)WITH_(?:AES_(128|256)_(GCM_SHA256|GCM_SHA384|CBC_SHA)|(CHACHA20_POLY1305)(?:_SHA256)?)$/.exec(name);
  if (parts === null) return undefined;
  const [, exchange = '', bits, mode = '', chacha] = parts;
  const cipher = chacha === undefined ? `AES${bits ?? ''}-${mode.replace('CBC_', '')}` : chacha;
  return `${exchange === 'RSA_' ? '' : exchange}${cipher}`.replaceAll('_', '-');
}
