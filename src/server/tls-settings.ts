import { constants } from 'node:crypto';
import type { SecureVersion, TlsOptions as NodeTlsOptions } from 'node:tls';
import { isTrue, optionTable, optionTexts, type OptionTable } from '../ir/index.ts';

/** What a client has to show: nothing is asked, anything may come, something must, something valid if any, something valid. */
export type ClientProof = 'none' | 'request' | 'any' | 'ifGiven' | 'verified';

/** One set of TLS options as Node takes them. */
export interface TlsSettings {
  readonly node: Pick<NodeTlsOptions, 'minVersion' | 'maxVersion' | 'ciphers' | 'ecdhCurve' | 'ca' | 'secureOptions' | 'ALPNProtocols'>;
  readonly client: ClientProof;
  /** Only names that a certificate covers. */
  readonly strict: boolean;
}
/** Traefik builds no TLS from such options and closes their connections; `broken` says why. */
export type TlsSettingsRead = TlsSettings | { readonly broken: string };

export type ReadFile = (path: string) => string | undefined;

const VERSIONS: Readonly<Record<string, SecureVersion>> = { VersionTLS10: 'TLSv1', VersionTLS11: 'TLSv1.1', VersionTLS12: 'TLSv1.2', VersionTLS13: 'TLSv1.3' };
const CURVES: Readonly<Record<string, string>> = { X25519: 'X25519', CurveP256: 'P-256', CurveP384: 'P-384', CurveP521: 'P-521' };
const PROOFS: Readonly<Record<string, ClientProof>> = { NoClientCert: 'none', RequestClientCert: 'request', RequireAnyClientCert: 'any', VerifyClientCertIfGiven: 'ifGiven', RequireAndVerifyClientCert: 'verified' };
const PROTOCOLS = ['h2', 'http/1.1'];

/** Reads `tls.options.NAME`; undefined = nothing is written, the defaults of 3.7 count. */
export function tlsSettings(raw: unknown, readFile: ReadFile): TlsSettingsRead {
  const tree = optionTable(raw);
  const base = versionsAndCiphers(tree);
  if ('broken' in base) return base;
  const client = clientProof(optionTable(tree.get('clientauth')), readFile);
  if ('broken' in client) return client;
  const curves = optionTexts(tree.get('curvepreferences')).map((name) => CURVES[name]).filter((name) => name !== undefined);
  const protocols = optionTexts(tree.get('alpnprotocols'));
  return {
    node: {
      ...base,
      ...client.ca,
      ...(curves.length === 0 ? {} : { ecdhCurve: curves.join(':') }),
      ...(isTrue(tree.get('disablesessiontickets')) ? { secureOptions: constants.SSL_OP_NO_TICKET } : {}),
      ALPNProtocols: protocols.length === 0 ? PROTOCOLS : [...protocols],
    },
    client: client.proof,
    strict: isTrue(tree.get('snistrict')),
  };
}

type Broken = { readonly broken: string };
/** The part that servers and clients share. OpenSSL takes versions before 1.2 only at its lowest level. */
export function versionsAndCiphers(tree: OptionTable): Pick<NodeTlsOptions, 'minVersion' | 'maxVersion' | 'ciphers'> | Broken {
  const low = version(tree.get('minversion'), 'TLSv1.2');
  const high = version(tree.get('maxversion'), 'TLSv1.3');
  if (low === undefined || high === undefined) return { broken: 'a TLS version that nobody knows' };
  const wanted = optionTexts(tree.get('ciphersuites'));
  const names = wanted.map(openSslName);
  if (names.includes(undefined)) return { broken: `cipher suite ${wanted[names.indexOf(undefined)] ?? ''} is not known` };
  const old = low === 'TLSv1' || low === 'TLSv1.1';
  // Those of TLS 1.3 cannot be chosen in Go, and are not left out either.
  const chosen = names.filter((name) => name !== '');
  const ciphers = chosen.length === 0 ? (old ? 'DEFAULT@SECLEVEL=0' : undefined) : `${chosen.join(':')}${old ? '@SECLEVEL=0' : ''}`;
  return { minVersion: low, maxVersion: high, ...(ciphers === undefined ? {} : { ciphers }) };
}

function version(value: unknown, otherwise: SecureVersion): SecureVersion | undefined {
  return value === undefined || value === '' ? otherwise : VERSIONS[String(value)];
}

/** `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` is `ECDHE-RSA-AES128-GCM-SHA256` there; empty = a suite of TLS 1.3. */
function openSslName(name: string): string | undefined {
  if (/^TLS_(?:AES|CHACHA20)_/.test(name)) return '';
  const found = /^TLS_(RSA|ECDHE_RSA|ECDHE_ECDSA)_WITH_(AES_(?:128|256)|CHACHA20_POLY1305|3DES_EDE)(?:_(CBC|GCM))?(?:_(SHA\d*))?$/.exec(name);
  if (found === null) return undefined;
  const [, exchange = '', cipher = '', mode = '', hash = ''] = found;
  const start = exchange === 'RSA' ? '' : `${exchange.replace('_', '-')}-`;
  if (cipher.startsWith('CHACHA20')) return `${start}CHACHA20-POLY1305`;
  if (cipher.startsWith('3DES')) return `${start}DES-CBC3-SHA`;
  return `${start}${cipher.replace('_', '')}-${mode === 'GCM' ? 'GCM-' : ''}${hash}`;
}

function clientProof(tree: OptionTable, readFile: ReadFile): { readonly proof: ClientProof; readonly ca: { readonly ca?: string[] } } | Broken {
  const files = optionTexts(tree.get('cafiles'));
  const read = files.map((file) => fileOrContent(file, readFile));
  const ca = read.filter((text) => text !== undefined);
  if (ca.length < read.length) return { broken: `${files[read.indexOf(undefined)] ?? ''} is not here` };
  const kind = tree.get('clientauthtype');
  const proof = kind === undefined || kind === '' ? (ca.length > 0 ? 'verified' : 'none') : PROOFS[String(kind)];
  if (proof === undefined) return { broken: 'a clientAuthType that nobody knows' };
  if (ca.length === 0 && (proof === 'ifGiven' || proof === 'verified')) return { broken: 'clientAuthType without caFiles' };
  return { proof, ca: ca.length === 0 ? {} : { ca } };
}

/** Traefik takes the text itself where no such file is there. */
export function fileOrContent(value: string, readFile: ReadFile): string | undefined {
  return value.includes('-----BEGIN') ? value : readFile(value);
}
