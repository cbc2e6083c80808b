import type { EncodedCharacters, EntryPoint, Ref, Redirection, RouterTls } from '../../ir/index.ts';
import type { OriginId, Origins, Sourced } from '../../text/index.ts';
import type { KeyNode } from '../keys.ts';
import { leafAt, objectAt, objectBelow, textAt, type ConfigNode, type ConfigObject } from '../tree.ts';
import { flag, rawValue, textsAt } from './read-tree.ts';

export type Address = { readonly ok: true; readonly host: string; readonly port: number; readonly udp: boolean } | { readonly ok: false; readonly error: string };

const SERVICES: Readonly<Record<string, number>> = { http: 80, https: 443, domain: 53 };

/** `:80`, `127.0.0.1:80`, `[::]:443/tcp`, `:53/udp`: what stands behind the first `/` is the protocol. */
export function parseAddress(text: string): Address {
  const slash = text.indexOf('/');
  const protocol = slash === -1 ? 'tcp' : text.slice(slash + 1);
  const udp = protocol.toLowerCase() === 'udp';
  if (!udp && protocol.toLowerCase() !== 'tcp') return { ok: false, error: `invalid protocol: ${protocol}` };
  const address = slash === -1 ? text : text.slice(0, slash);
  if (address === '') return { ok: true, host: '', port: 0, udp };
  const parts = /^(?:\[([^\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(address);
  if (parts === null) return { ok: false, error: `address ${address}: ${address.includes(':') ? 'too many colons in address' : 'missing port in address'}` };
  const [, bracketed, plain = '', portText = ''] = parts;
  const port = /^[0-9]+$/.test(portText) ? Number(portText) : SERVICES[portText];
  if (portText !== '' && (port === undefined || port > 65535)) return { ok: false, error: `address ${portText}: ${port === undefined ? 'unknown port' : 'invalid port'}` };
  return { ok: true, host: bracketed ?? plain, port: port ?? 0, udp };
}

export interface EntryPointOptions {
  readonly origins: Origins;
  /** The option below `entryPoints.*`, to carry its values verbatim. */
  readonly key: KeyNode | undefined;
}

/** One entry point with the engine's defaults filled in (pkg/config/static/entrypoints.go). */
export function toEntryPoint(name: string, node: ConfigObject, options: EntryPointOptions): EntryPoint {
  const address = parseAddress(textAt(node, 'address'));
  const http = objectAt(node, 'http');
  const tls = objectAt(http, 'tls');
  const redirection = toRedirection(objectBelow(http, 'redirections', 'entryPoint'));
  const encoded = objectAt(http, 'encodedCharacters');
  const proxyProtocol = objectAt(node, 'proxyProtocol');
  const forwarded = objectAt(node, 'forwardedHeaders');
  return {
    name,
    origin: node.origin,
    host: address.ok ? address.host : '',
    port: address.ok ? address.port : 0,
    udp: address.ok && address.udp,
    asDefault: flag(node, 'asDefault', false),
    middlewares: textsAt(http, 'middlewares'),
    ...(tls === undefined ? {} : { tls: toTls(tls) }),
    ...(redirection === undefined ? {} : { redirection }),
    forwardedHeaders: {
      insecure: flag(forwarded, 'insecure', false),
      trustedIPs: textsAt(forwarded, 'trustedIPs').map(value),
      connection: textsAt(forwarded, 'connection').map(value),
      notAppendXForwardedFor: flag(forwarded, 'notAppendXForwardedFor', false),
    },
    ...(encoded === undefined ? {} : { encodedCharacters: toEncoded(encoded) }),
    sanitizePath: flag(http, 'sanitizePath', true),
    encodeQuerySemicolons: flag(http, 'encodeQuerySemicolons', false),
    ...(proxyProtocol === undefined ? {} : { proxyProtocol: { insecure: flag(proxyProtocol, 'insecure', false), trustedIPs: textsAt(proxyProtocol, 'trustedIPs').map(value) } }),
    raw: rawValue(node, options.key),
  };
}

function value(item: Sourced<string>): string {
  return item.value;
}

/** An entry point that the engine adds itself. */
export function addedEntryPoint(name: string, port: number, origin: OriginId): EntryPoint {
  return {
    name,
    origin,
    host: '',
    port,
    udp: false,
    asDefault: false,
    middlewares: [],
    forwardedHeaders: { insecure: false, trustedIPs: [], connection: [], notAppendXForwardedFor: false },
    sanitizePath: true,
    encodeQuerySemicolons: false,
    raw: { address: `:${String(port)}` },
  };
}

const MAX_INT = 9_223_372_036_854_775_807n;

function toRedirection(node: ConfigObject | undefined): Redirection | undefined {
  if (node === undefined || textAt(node, 'to') === '') return undefined;
  const priority = leafAt(node, 'priority')?.value;
  const number = typeof priority === 'number' || typeof priority === 'bigint' ? BigInt(priority) : MAX_INT - 1n;
  return { to: textAt(node, 'to'), scheme: textAt(node, 'scheme', 'https'), permanent: flag(node, 'permanent', true), priority: number, origin: leafAt(node, 'to')?.origin ?? node.origin };
}

function toTls(node: ConfigObject): RouterTls {
  const options = leafAt(node, 'options');
  const resolver = leafAt(node, 'certResolver');
  return {
    ...(options === undefined || options.value === '' ? {} : { options: { value: optionsRef(String(options.value)), origin: options.origin } }),
    ...(resolver === undefined || resolver.value === '' ? {} : { resolver: { value: String(resolver.value), origin: resolver.origin } }),
    domains: domainsOf(node.entries.get('domains')),
    passthrough: false,
    origin: node.origin,
  };
}

/** Without `@` the namespace is empty: each router's own provider is meant. */
function optionsRef(text: string): Ref {
  const at = text.indexOf('@');
  return { protocol: 'http', kind: 'tlsOptions', name: at === -1 ? text : text.slice(0, at), namespace: at === -1 ? '' : text.slice(at + 1) };
}

function domainsOf(node: ConfigNode | undefined): RouterTls['domains'] {
  if (node?.kind !== 'list') return [];
  return node.items.flatMap((item) => (item.kind === 'object' ? [{ main: textAt(item, 'main'), sans: textsAt(item, 'sans').map(value) }] : []));
}

/** Where the section is written, what is not named is allowed. */
function toEncoded(node: ConfigObject): EncodedCharacters {
  return {
    allowEncodedSlash: flag(node, 'allowEncodedSlash', true),
    allowEncodedBackSlash: flag(node, 'allowEncodedBackSlash', true),
    allowEncodedNullCharacter: flag(node, 'allowEncodedNullCharacter', true),
    allowEncodedSemicolon: flag(node, 'allowEncodedSemicolon', true),
    allowEncodedPercent: flag(node, 'allowEncodedPercent', true),
    allowEncodedQuestionMark: flag(node, 'allowEncodedQuestionMark', true),
    allowEncodedHash: flag(node, 'allowEncodedHash', true),
  };
}
