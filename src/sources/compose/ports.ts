import type { PortMapping } from '../../ir/index.ts';
import type { OriginId, Sourced, Text } from '../../text/index.ts';
import type { Reporter } from './report.ts';
import type { ScalarValue, Value } from './value.ts';
import { get, hasHoles, itemsOf, scalarOf, scalarsOf, sourced } from './value.ts';

export interface Ports {
  readonly mappings: readonly PortMapping[];
  /** Entries whose container port is an unset variable. */
  readonly unknown: readonly Sourced<Text>[];
}
const NO_PORTS: Ports = { mappings: [], unknown: [] };
type Expose = { readonly port: number; readonly protocol: 'tcp' | 'udp'; readonly origin: OriginId };

interface Range {
  readonly from: number;
  readonly to: number;
}
interface Spec {
  readonly hostIp: string;
  readonly published: Range | undefined;
  readonly container: Range;
  readonly protocol: string;
}

/** `ports:` in both forms, each range one mapping per port, one mapping per `ip:published:container/protocol`. */
export function readPorts(value: Value | undefined, reporter: Reporter, service: string): Ports {
  if (value === undefined) return NO_PORTS;
  const unique = new Map<string, PortMapping>();
  const unknown: Sourced<Text>[] = [];
  for (const item of itemsOf(value)) {
    const read = item.kind === 'mapping' ? longPort(item) : shortPort(item);
    if (read.kind === 'unknown') unknown.push(sourced(read.scalar));
    if (read.kind === 'wrong') report(reporter, service, read.message, item.origin);
    if (read.kind === 'port') for (const mapping of expand(read.spec, item.origin)) unique.set(keyOf(mapping), mapping);
  }
  return { mappings: [...unique.values()], unknown };
}

function report(reporter: Reporter, service: string, message: string, origin: OriginId): void {
  reporter.report({ rule: 'compose-schema', message, origin, symbol: `${service}/ports`, why: 'Compose refuses the file' });
}

function keyOf(mapping: PortMapping): string {
  return `${mapping.hostIp ?? '0.0.0.0'}:${String(mapping.published ?? '')}:${String(mapping.container)}/${mapping.protocol}`;
}

type Read = { readonly kind: 'port'; readonly spec: Spec } | { readonly kind: 'unknown'; readonly scalar: ScalarValue } | { readonly kind: 'wrong'; readonly message: string } | { readonly kind: 'skip' };

/** `[[IP:]PUBLISHED:]CONTAINER[/PROTOCOL]` as Docker's `nat.ParsePortSpec` splits it. */
function shortPort(item: Value): Read {
  const scalar = scalarOf(item);
  if (scalar === undefined) return { kind: 'skip' };
  const { hostIp, published, container, protocol } = parts(scalar.text);
  const open = (text: string): boolean => hasHoles(scalar) && text.includes('${');
  if (open(container) || open(protocol)) return { kind: 'unknown', scalar };
  const inner = range(container);
  if (inner === undefined) return wrong(scalar.text, container === '' ? 'no container port' : `"${container}" is no port`);
  const outer = published === '' || open(published) ? undefined : range(published);
  if (outer === undefined && published !== '' && !open(published)) return wrong(scalar.text, `"${published}" is no port`);
  const address = unbracketed(hostIp);
  if (hostIp !== '' && !open(hostIp) && !isIp(address)) return wrong(scalar.text, `"${hostIp}" is no IP address${hostIp.includes(':') ? ' in brackets' : ''}`);
  if (outer !== undefined && width(outer) !== width(inner) && width(inner) > 0) return wrong(scalar.text, 'the two ranges differ in length');
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) return wrong(scalar.text, `"${protocol}" is no protocol`);
  return { kind: 'port', spec: { hostIp: open(hostIp) ? hostIp : address, published: outer, container: inner, protocol } };
}

function wrong(text: string, because: string): Read {
  return { kind: 'wrong', message: `"${text}" is no port mapping: ${because}` };
}

function parts(text: string): { readonly hostIp: string; readonly published: string; readonly container: string; readonly protocol: string } {
  const pieces = text.split(':');
  const [container = '', protocol = ''] = (pieces.at(-1) ?? '').split('/');
  const published = pieces.length > 1 ? (pieces.at(-2) ?? '') : '';
  return { hostIp: pieces.slice(0, -2).join(':'), published, container, protocol: protocol === '' ? 'tcp' : protocol.toLowerCase() };
}

/** The short form wants `[::1]`; without brackets its colons would be separators. */
function unbracketed(hostIp: string): string {
  const inner = /^\[(.*)\]$/.exec(hostIp)?.[1];
  return inner ?? (hostIp.includes(':') ? '' : hostIp);
}

function range(text: string): Range | undefined {
  const found = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (found === null) return undefined;
  const from = Number(found[1]);
  const to = Number(found[2] ?? found[1]);
  return from > 65_535 || to > 65_535 || to < from ? undefined : { from, to };
}

function width(value: Range): number {
  return value.to - value.from;
}

function isIp(text: string): boolean {
  const four = text.split('.');
  if (four.length === 4) return four.every((piece) => /^(0|[1-9]\d{0,2})$/.test(piece) && Number(piece) <= 255);
  return text.includes(':') && /^[0-9a-fA-F:.]+$/.test(text);
}

function longPort(item: Value): Read {
  const target = scalarOf(get(item, 'target'));
  if (target === undefined) return { kind: 'wrong', message: 'a port mapping has no "target"' };
  if (hasHoles(target)) return { kind: 'unknown', scalar: target };
  const container = range(target.text);
  if (container === undefined || width(container) > 0) return { kind: 'wrong', message: `"${target.text}" is no port` };
  const hostIp = scalarOf(get(item, 'host_ip'));
  if (hostIp !== undefined && !hasHoles(hostIp) && !isIp(hostIp.text)) return { kind: 'wrong', message: `"${hostIp.text}" is no IP address` };
  const published = scalarOf(get(item, 'published'));
  const protocol = scalarOf(get(item, 'protocol'))?.text.toLowerCase() ?? 'tcp';
  return { kind: 'port', spec: { hostIp: hostIp?.text ?? '', published: published === undefined ? undefined : range(published.text), container, protocol } };
}

/** A host range over one container port leaves the choice to Docker: no fixed published port. */
function expand(spec: Spec, origin: OriginId): readonly PortMapping[] {
  if (spec.protocol !== 'tcp' && spec.protocol !== 'udp') return [];
  const { protocol, container, published } = spec;
  const fixed = published !== undefined && width(published) === width(container) ? published.from : undefined;
  const host = spec.hostIp === '' ? {} : { hostIp: spec.hostIp };
  return Array.from({ length: width(container) + 1 }, (_, index) => ({
    container: container.from + index,
    protocol,
    ...(fixed === undefined ? {} : { published: fixed + index }),
    ...host,
    origin,
  }));
}

interface Exposed {
  readonly ports: readonly Expose[];
  readonly unknown: readonly Sourced<Text>[];
}
const NO_EXPOSE: Exposed = { ports: [], unknown: [] };

/** `expose:` with ranges; what is no port is left out (Docker refuses it at start, Compose does not look). */
export function readExpose(value: Value | undefined): Exposed {
  if (value === undefined) return NO_EXPOSE;
  const unique = new Map<string, Expose>();
  const unknown: Sourced<Text>[] = [];
  for (const scalar of scalarsOf(value)) {
    const [text = '', protocol = 'tcp'] = scalar.text.split('/');
    const ports = range(text);
    if (hasHoles(scalar)) unknown.push(sourced(scalar));
    else if (ports !== undefined && (protocol === 'tcp' || protocol === 'udp')) {
      for (let port = ports.from; port <= ports.to; port += 1) unique.set(`${String(port)}/${protocol}`, { port, protocol, origin: scalar.origin });
    }
  }
  return { ports: [...unique.values()], unknown };
}
