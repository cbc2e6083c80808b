import { optionTexts, type OptionTable } from '../../ir/index.ts';

/** Curves of `curvePreferences` in small letters, as OpenSSL calls them: nginx and Kong's nginx hand it the names. */
const CURVES: Readonly<Record<string, string>> = { x25519: 'X25519', curvep256: 'prime256v1', curvep384: 'secp384r1', curvep521: 'secp521r1' };

/** The chosen curves, separated by colons; empty = not chosen; undefined = one has no name there. */
export function curveNames(options: OptionTable): string | undefined {
  const names = optionTexts(options.get('curvepreferences')).map((name) => CURVES[name.toLowerCase()]);
  return names.includes(undefined) ? undefined : names.join(':');
}

/** Whether `alpnProtocols` is what an nginx can offer: http/1.1, with or without h2. */
export function plainAlpn(options: OptionTable): boolean {
  const offered = optionTexts(options.get('alpnprotocols')).filter((name) => name !== 'acme-tls/1');
  return offered.every((name) => name === 'h2' || name === 'http/1.1') && (offered.length === 0 || offered.includes('http/1.1'));
}

export function offersHttp2(options: OptionTable): boolean {
  const offered = optionTexts(options.get('alpnprotocols'));
  return offered.length === 0 || offered.includes('h2');
}
