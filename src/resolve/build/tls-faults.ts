import { knownLeaf, leafAt, objectAt, type ConfigLeaf, type ConfigObject } from '../../traefik-config/tree.ts';
import { quoted } from '../names.ts';
import { leavesAt } from '../tree.ts';
import type { EngineVersion } from '../types.ts';

/** What is wrong with TLS settings: the engine's words, and the option that they are about. */
export interface TlsFault {
  readonly says: string;
  readonly path: string;
  readonly leaf: ConfigLeaf | undefined;
  readonly candidates?: readonly string[];
}

const VERSIONS = ['VersionTLS10', 'VersionTLS11', 'VersionTLS12', 'VersionTLS13'];
const CLIENT_AUTH = ['NoClientCert', 'RequestClientCert', 'RequireAnyClientCert', 'VerifyClientCertIfGiven', 'RequireAndVerifyClientCert'];
const WITH_CA = ['VerifyClientCertIfGiven', 'RequireAndVerifyClientCert'];
const CURVES = ['secp256r1', 'CurveP256', 'secp384r1', 'CurveP384', 'secp521r1', 'CurveP521', 'x25519', 'X25519'];
const LATER_CURVES = ['x25519mlkem768', 'X25519MLKEM768', 'secp256r1mlkem768', 'SecP256r1MLKEM768', 'secp384r1mlkem1024', 'SecP384r1MLKEM1024'];
const suites = (prefix: string, ...names: readonly string[]): readonly string[] => names.map((name) => `${prefix}${name}`);
/** All that Go knows the names of, safe or not (each was asked of 3.7.15). */
const CIPHERS = [
  ...suites('TLS_RSA_WITH_', 'RC4_128_SHA', '3DES_EDE_CBC_SHA', 'AES_128_CBC_SHA', 'AES_256_CBC_SHA', 'AES_128_CBC_SHA256', 'AES_128_GCM_SHA256', 'AES_256_GCM_SHA384'),
  ...suites('TLS_ECDHE_ECDSA_WITH_', 'RC4_128_SHA', 'AES_128_CBC_SHA', 'AES_256_CBC_SHA', 'AES_128_CBC_SHA256', 'AES_128_GCM_SHA256', 'AES_256_GCM_SHA384', 'CHACHA20_POLY1305', 'CHACHA20_POLY1305_SHA256'),
  ...suites('TLS_ECDHE_RSA_WITH_', 'RC4_128_SHA', '3DES_EDE_CBC_SHA', 'AES_128_CBC_SHA', 'AES_256_CBC_SHA', 'AES_128_CBC_SHA256', 'AES_128_GCM_SHA256', 'AES_256_GCM_SHA384', 'CHACHA20_POLY1305', 'CHACHA20_POLY1305_SHA256'),
  ...suites('TLS_', 'AES_128_GCM_SHA256', 'AES_256_GCM_SHA384', 'CHACHA20_POLY1305_SHA256', 'FALLBACK_SCSV'),
];

/** Options with which no connection can be made, in the engine's order (buildTLSConfig of pkg/tls; ran). What is in files of certificates is not known here. */
export function optionsFaults(node: ConfigObject, version: EngineVersion): readonly TlsFault[] {
  const curves = version === '2.11' ? CURVES : [...CURVES, ...LATER_CURVES];
  return [
    ...clientAuthFaults(objectAt(node, 'clientAuth')),
    ...unknownOf(node, 'cipherSuites', CIPHERS, (name) => `invalid CipherSuite: ${name}`),
    ...unknownOf(node, 'curvePreferences', curves, (name) => `invalid CurveID in curvePreferences: ${name}`),
  ];
}

/** Versions that the engine passes over without a word: the defaults hold (ran). */
export function ignoredVersions(node: ConfigObject): readonly TlsFault[] {
  return ['minVersion', 'maxVersion'].flatMap((path) => unknownVersion(node, path, () => ''));
}

/** Settings with which a transport takes the default ones: no certificate authorities of its own, no client certificate (createTLSConfig of pkg/server/service; ran). */
export function transportFaults(node: ConfigObject, version: EngineVersion): readonly TlsFault[] {
  if (version === '2.11') return [];
  const faults = [
    ...unknownOf(node, 'cipherSuites', CIPHERS, (name) => `invalid CipherSuite: ${name}`),
    ...unknownVersion(node, 'minVersion', (name) => `invalid TLS minimum version: ${name}`),
    ...unknownVersion(node, 'maxVersion', (name) => `invalid TLS maximum version: ${name}`),
  ];
  return faults.length > 0 ? faults : versionsCrossed(node);
}

function clientAuthFaults(node: ConfigObject | undefined): readonly TlsFault[] {
  const leaf = knownLeaf(leafAt(node, 'clientAuthType'));
  const type = String(leaf?.value ?? '');
  const path = 'clientAuth.clientAuthType';
  if (leaf === undefined || type === '') return [];
  if (!CLIENT_AUTH.includes(type)) return [{ says: `unknown client auth type ${quoted(type)}`, path, leaf, candidates: CLIENT_AUTH }];
  const lacksCa = WITH_CA.includes(type) && node?.entries.has('caFiles') !== true;
  return lacksCa ? [{ says: `invalid clientAuthType: ${type}, CAFiles is required`, path, leaf }] : [];
}

function unknownOf(node: ConfigObject, path: string, known: readonly string[], says: (name: string) => string): readonly TlsFault[] {
  return leavesAt(node, path).flatMap((leaf, index) => {
    const name = String(leaf.value);
    return knownLeaf(leaf) === undefined || known.includes(name) ? [] : [{ says: says(name), path: `${path}[${String(index)}]`, leaf, candidates: known }];
  });
}

function unknownVersion(node: ConfigObject, path: string, says: (name: string) => string): readonly TlsFault[] {
  const leaf = knownLeaf(leafAt(node, path));
  const name = String(leaf?.value ?? '');
  return leaf === undefined || name === '' || VERSIONS.includes(name) ? [] : [{ says: says(name), path, leaf, candidates: VERSIONS }];
}

/** A least version without a greatest one counts as above it. */
function versionsCrossed(node: ConfigObject): readonly TlsFault[] {
  const [least, most] = [leafAt(node, 'minVersion'), leafAt(node, 'maxVersion')];
  const [min, max] = [String(least?.value ?? ''), String(most?.value ?? '')];
  if (knownLeaf(least) === undefined || (most !== undefined && knownLeaf(most) === undefined) || VERSIONS.indexOf(min) <= VERSIONS.indexOf(max)) return [];
  return [{ says: `TLS minimum version ${min} is above the maximum version ${max}`, path: 'minVersion', leaf: least }];
}
