import type { EntryPoint } from '../../ir/index.ts';
import { headerVariable, type HeaderSource } from './atoms.ts';
import { ipRange } from './ip-range.ts';
import type { Known } from './ordinary.ts';
import { literal, template, variable, type Part } from './plan.ts';
import { authority } from './request.ts';
import type { MapEntry, Sheet } from './sheet.ts';

/** A header to the endpoint; no parts = it is taken out. */
export interface HeaderLine {
  readonly name: string;
  readonly value: readonly Part[];
}

/** What an entry point makes of the headers that tell of the client. */
export interface Forwarding {
  /** In order; a name that is not here passes as it came. */
  readonly headers: readonly HeaderLine[];
  /** `http` or `https` as a redirection to a scheme sees it. */
  readonly scheme: readonly Part[];
  readonly source: HeaderSource;
  /** X-Forwarded-For as the client sent it and as far as it is believed; empty = nothing is believed. */
  readonly believedFor: readonly Part[];
  /** The same with the client's address behind it. */
  readonly appendedFor: () => readonly Part[];
  /** The port that the client wrote, else that of its scheme: what nobody could tell otherwise. */
  readonly ownPort: () => readonly Part[];
  /** Variables that need no map for an ordinary request. */
  readonly known: readonly Known[];
}

/** Headers that are cut off unless the peer is trusted and that Traefik does not set itself (ran on 3.7.15). */
const PASSED_WHEN_TRUSTED = ['X-Forwarded-Uri', 'X-Forwarded-Method', 'X-Forwarded-Prefix', 'X-Forwarded-Tls-Client-Cert', 'X-Forwarded-Tls-Client-Cert-Info'];

/** Fields of one connection that nginx would hand on and Traefik does not (ran on 3.7.15). */
const OF_ONE_HOP = ['Trailer', 'Proxy-Connection', 'Proxy-Authenticate', 'Proxy-Authorization', 'HTTP2-Settings'];

/** Where an incoming value may be believed: never, from everybody, or where a variable is `1`. */
type Trust = { readonly kind: 'nobody' } | { readonly kind: 'everybody' } | { readonly kind: 'peers'; readonly flag: string };

export function forwarding(sheet: Sheet, entryPoint: EntryPoint): Forwarding {
  const trust = trustOf(sheet, entryPoint);
  const schemeOf = ownProto(sheet);
  const proto = believed(sheet, trust, 'x-forwarded-proto', [variable(schemeOf)]);
  const host = believed(sheet, trust, 'x-forwarded-host', [variable(authority(sheet))]);
  const portOf = ownPort(sheet, trust, proto);
  const port = believed(sheet, trust, 'x-forwarded-port', [variable(portOf.name)]);
  const realIp = believed(sheet, trust, 'x-real-ip', [variable('remote_addr')]);
  const passed = PASSED_WHEN_TRUSTED.map((name): HeaderLine => ({ name, value: believed(sheet, trust, name.toLowerCase(), []) }));
  const believedFor = believed(sheet, trust, 'x-forwarded-for', []);
  const set: readonly HeaderLine[] = [
    { name: 'X-Forwarded-For', value: forwardedFor(sheet, trust, entryPoint.forwardedHeaders.notAppendXForwardedFor) },
    { name: 'X-Forwarded-Host', value: host },
    { name: 'X-Forwarded-Port', value: port },
    { name: 'X-Forwarded-Proto', value: proto },
    { name: 'X-Forwarded-Server', value: [variable('hostname')] },
    { name: 'X-Real-Ip', value: realIp },
  ];
  const upgrade = wishedUpgrade(sheet);
  const connectionOf = connection(sheet, upgrade);
  const te = trailers(sheet);
  const headers: readonly HeaderLine[] = [
    { name: 'Host', value: [variable(authority(sheet))] },
    { name: 'Connection', value: [variable(connectionOf)] },
    { name: 'Upgrade', value: [variable(upgrade)] },
    { name: 'TE', value: [variable(te)] },
    ...OF_ONE_HOP.map((name): HeaderLine => ({ name, value: [] })),
    ...set,
    ...passed,
  ];
  const known: readonly Known[] = [
    ...portOf.known,
    { name: schemeOf, plain: 'http', tls: 'https' },
    ...[upgrade, connectionOf, te].map((name): Known => ({ name, plain: '', tls: '' })),
  ];
  const sent = new Map([...set, ...passed].map(({ name, value }) => [name.toLowerCase(), value] as const).concat([['x-forwarded-for', believedFor]]));
  return { headers, scheme: redirectScheme(sheet, trust, proto), source: (name) => sent.get(name) ?? [headerVariable(name)], believedFor, appendedFor: () => forwardedFor(sheet, trust, false), ownPort: () => [variable(ownPort(sheet, { kind: 'nobody' }, proto).name)], known };
}

function trustOf(sheet: Sheet, { forwardedHeaders }: EntryPoint): Trust {
  if (forwardedHeaders.insecure) return { kind: 'everybody' };
  const ranges = forwardedHeaders.trustedIPs.flatMap((range) => ipRange(range) ?? []);
  return ranges.length === 0 ? { kind: 'nobody' } : { kind: 'peers', flag: sheet.geo('trusted', ranges) };
}

/** The incoming value where it is believed and there, else our own. */
function believed(sheet: Sheet, trust: Trust, lowerName: string, own: readonly Part[]): readonly Part[] {
  if (trust.kind === 'nobody') return own;
  const incoming = headerVariable(lowerName);
  if (trust.kind === 'everybody' && own.length === 0) return [incoming];
  const wish = lowerName.replace(/^x-/, '');
  if (trust.kind === 'everybody') return [variable(sheet.fact(wish, [incoming], [fallback(incoming), { key: literal(''), value: template(...own) }]))];
  const entries: readonly MapEntry[] = [fallback(...own), { key: literal('~^1 (?<gwc_believed>.+)$'), value: template(variable('gwc_believed')) }];
  return [variable(sheet.fact(wish, [variable(trust.flag), ' ', incoming], entries))];
}

function forwardedFor(sheet: Sheet, trust: Trust, notAppended: boolean): readonly Part[] {
  if (notAppended) return believed(sheet, trust, 'x-forwarded-for', []);
  if (trust.kind === 'nobody') return [variable('remote_addr')];
  if (trust.kind === 'everybody') return [variable('proxy_add_x_forwarded_for')];
  return [variable(sheet.fact('forwarded_for_chain', [variable(trust.flag)], [fallback(variable('remote_addr')), { key: literal('1'), value: template(variable('proxy_add_x_forwarded_for')) }]))];
}

/** ws and wss on a WebSocket handshake (ran on 3.7.15). Requests without Upgrade are known at once. */
function ownProto(sheet: Sheet): string {
  const upgraded = sheet.fact('upgraded_proto', [variable('scheme'), ' ', variable(askedUpgrade(sheet))], [
    fallback(variable('scheme')),
    ...[['http', 'ws'], ['https', 'wss']].map(([scheme = '', proto = '']): MapEntry => ({ key: literal(`~*^${scheme} (?:.*,)?[ \\t]*websocket[ \\t]*(?:,|$)`), value: template(proto) })),
  ]);
  return sheet.fact('proto', [variable('http_upgrade')], [fallback(variable(upgraded)), { key: literal(''), value: template(variable('scheme')) }]);
}

/** The port that the client wrote, else that of the scheme: not the port that is listened on (ran on 3.7.15). */
function ownPort(sheet: Sheet, trust: Trust, proto: readonly Part[]): { readonly name: string; readonly known: readonly Known[] } {
  const own = sheet.fact('own_port', [variable('https')], [fallback('80'), { key: literal('on'), value: template('443') }]);
  // A plain key of a map takes letters of either case; Traefik reads these two as they are (ran on 3.7.15).
  const byScheme = trust.kind === 'nobody' ? own : sheet.fact('scheme_port', proto, [fallback(variable(own)), { key: literal('~^(?:https|wss)$'), value: template('443') }]);
  const name = sheet.fact('port', [variable(authority(sheet))], [fallback(variable(byScheme)), { key: literal('~^(?:[^:\\[]*|\\[[^\\]]*\\]):(?<gwc_host_port>[^:]+)$'), value: template(variable('gwc_host_port')) }]);
  return { name, known: trust.kind === 'nobody' ? [{ name, plain: '80', tls: '443', either: variable(own) }] : [] };
}

/** A word that is no scheme is not believed; letters of either case count (ran on 3.7.15). */
function redirectScheme(sheet: Sheet, trust: Trust, proto: readonly Part[]): readonly Part[] {
  if (trust.kind === 'nobody') return [variable('scheme')];
  return [variable(sheet.fact('redirect_scheme', proto, [fallback(variable('scheme')), ...[['http', 'http'], ['ws', 'http'], ['https', 'https'], ['wss', 'https']].map(([told = '', scheme = '']): MapEntry => ({ key: literal(told), value: template(scheme) }))]))];
}

/** Upgrade where Connection asks for it. */
function askedUpgrade(sheet: Sheet): string {
  return sheet.fact('upgrade_asked', [variable('http_connection')], [fallback(''), { key: literal(listed('upgrade')), value: template(variable('http_upgrade')) }]);
}

/** Upgrade passes where Connection asks for it: both speak of one connection only. Traefik never passes h2c on (ran on 3.7.15). */
function wishedUpgrade(sheet: Sheet): string {
  return sheet.fact('upgrade', [variable('http_upgrade')], [fallback(variable(askedUpgrade(sheet))), { key: literal(''), value: template('') }, { key: literal(listed('h2c')), value: template('') }]);
}

/** TE passes as `trailers` where the client names that and Connection does not name TE (ran on 3.7.15). */
function trailers(sheet: Sheet): string {
  const kept = sheet.fact('te_kept', [variable('http_connection')], [fallback('trailers'), { key: literal(listed('te')), value: template('') }]);
  return sheet.fact('te', [variable('http_te')], [fallback(''), { key: literal(listed('trailers')), value: template(variable(kept)) }]);
}

/** A word of a list, letters of either case. */
function listed(word: string): string {
  return `~*(?:^|,)[ \\t]*${word}[ \\t]*(?:,|$)`;
}

function connection(sheet: Sheet, upgrade: string): string {
  return sheet.fact('connection', [variable(upgrade)], [fallback('upgrade'), { key: literal(''), value: template('') }]);
}

function fallback(...value: readonly Part[]): MapEntry {
  return { key: literal('default'), value: template(...value) };
}
