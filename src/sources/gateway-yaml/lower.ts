import type { FileEntry, FileMapping, FileValue } from '../../traefik-config/file-value.ts';
import type { OriginId, Origins } from '../../text/index.ts';
import { entry, list, mapping, same, sameList, text } from './build.ts';
import { mistake } from './check.ts';
import type { Checking } from './check.ts';
import { middlewareEntry, used } from './middlewares.ts';
import { freeNames } from './names.ts';
import { entriesOf, itemsOf, plainText, valueAt } from './node.ts';
import type { SpecEntry, SpecMapping, SpecNode } from './node.ts';
import { ruleOf, tcpRuleOf } from './rule.ts';
import { serviceEntry, targetOf } from './services.ts';
import type { Protocol, ServiceReading } from './services.ts';

export type Lowering = Pick<ServiceReading, 'stacks' | 'containers'> & { readonly checking: Checking; readonly origins: Origins };

/** A gateway.yaml as the dynamic configuration that it means. */
export function dynamicOf(spec: SpecMapping, lowering: Lowering): FileMapping {
  const tcp = valueAt(spec, 'tcp');
  const udp = valueAt(spec, 'udp');
  const sections = [
    section('http', spec, lowering),
    tcp === undefined ? undefined : section('tcp', tcp, lowering),
    udp === undefined ? undefined : section('udp', udp, lowering),
    tlsSection(valueAt(spec, 'tls')),
  ];
  return mapping(sections, spec.origin);
}

function section(protocol: Protocol, node: SpecNode, lowering: Lowering): FileEntry | undefined {
  const known = new Set(entriesOf(valueAt(node, 'services')).map((one) => one.key));
  const reading: ServiceReading = { ...lowering, protocol, known, serviceName: freeNames(known), middlewareName: freeNames(entriesOf(valueAt(node, 'middlewares')).map((one) => one.key)) };
  const at = protocol === 'http' ? '' : `${protocol}.`;
  const routes = entriesOf(valueAt(node, 'routes')).flatMap((one) => (one.value.kind === 'mapping' ? [route(one, one.value, `${at}routes.${one.key}`, reading)] : []));
  const services = [...entriesOf(valueAt(node, 'services')).map((one) => serviceEntry(one, `${at}services.${one.key}`, reading)), ...routes.flatMap((one) => one.services)];
  const middlewares = [...entriesOf(valueAt(node, 'middlewares')).map((one) => middlewareEntry(one.key, one)), ...routes.flatMap((one) => one.middlewares)];
  if (protocol === 'http') checkTargets(node, lowering.checking);
  const parts = [
    part('routers', node.origin, routes.map((one) => one.router)),
    part('services', node.origin, services),
    part('middlewares', node.origin, middlewares),
    part('serversTransports', node.origin, entriesOf(valueAt(node, 'transports')).map((one) => entry(one.key, one.origin, same(one.value)))),
  ].filter((one) => one !== undefined);
  return parts.length === 0 ? undefined : entry(protocol, node.origin, mapping(parts, node.origin));
}

function part(name: string, origin: OriginId, entries: readonly FileEntry[]): FileEntry | undefined {
  return entries.length === 0 ? undefined : entry(name, origin, mapping(entries, origin));
}

/** A route leads somewhere, or hands on to the routes that name it as their parent. */
function checkTargets(node: SpecNode, checking: Checking): void {
  const routes = entriesOf(valueAt(node, 'routes'));
  const parents = new Set(routes.flatMap((one) => itemsOf(valueAt(one.value, 'parents')).map(plainText)));
  for (const one of routes) {
    if (valueAt(one.value, 'to') !== undefined || parents.has(one.key)) continue;
    mistake(checking, one.origin, `routes.${one.key}`, `route "${one.key}" has no "to"`, { help: 'add to: with HOST:PORT, a URL or the name of a service' });
  }
}

interface Lowered {
  readonly router: FileEntry;
  readonly services: readonly FileEntry[];
  readonly middlewares: readonly FileEntry[];
}

function route(item: SpecEntry, node: SpecMapping, path: string, reading: ServiceReading): Lowered {
  const to = valueAt(node, 'to');
  const target = to === undefined ? undefined : targetOf(to, item.key, `${path}.to`, reading);
  const use = valueAt(node, 'use');
  const { names, inline } = used(use, item.key, reading.middlewareName);
  const tls = valueAt(node, 'tls');
  const kept = ['priority', 'observability'].flatMap((key) => keep(node, key));
  const router = mapping([
    ...keepList(node, 'entryPoints'),
    ...keepList(node, 'parents', 'parentRefs'),
    reading.protocol === 'udp' ? undefined : rule(item, node, path, reading),
    ...keep(node, 'syntax', 'ruleSyntax'),
    use === undefined ? undefined : entry('middlewares', use.origin, list(names, use.origin)),
    target === undefined ? undefined : entry('service', to?.origin ?? item.origin, target.name),
    ...kept,
    tls === undefined ? undefined : tlsEntry(tls),
  ], item.origin);
  return { router: entry(item.key, item.origin, router), services: target?.made ?? [], middlewares: inline.map((one) => one.entry) };
}

function keep(node: SpecMapping, key: string, as = key): readonly FileEntry[] {
  const value = valueAt(node, key);
  const at = node.entries.get(key);
  return value === undefined || at === undefined ? [] : [entry(as, at.origin, same(value))];
}

function keepList(node: SpecMapping, key: string, as = key): readonly FileEntry[] {
  const value = valueAt(node, key);
  return value === undefined ? [] : [entry(as, value.origin, sameList(value))];
}

const SHORT = { http: ['host', 'path', 'methods', 'headers', 'query', 'clientIp'], tcp: ['sni', 'clientIp', 'alpn'], udp: [] } as const;

function rule(item: SpecEntry, node: SpecMapping, path: string, reading: ServiceReading): FileEntry | undefined {
  const raw = valueAt(node, 'rule');
  const made = reading.protocol === 'http' ? ruleOf(node, reading.origins) : tcpRuleOf(node, reading.origins);
  const short = SHORT[reading.protocol].find((key) => valueAt(node, key) !== undefined);
  if (raw !== undefined && short !== undefined) mistake(reading.checking, raw.origin, path, `route "${item.key}" has both "rule" and "${short}": give it one`);
  if (raw !== undefined) return entry('rule', node.entries.get('rule')?.origin ?? raw.origin, same(raw));
  if (made !== undefined) return entry('rule', made.origin, text(made.text, made.origin));
  if (short === undefined) mistake(reading.checking, item.origin, path, `route "${item.key}" says not which requests it takes`, { help: `add ${SHORT[reading.protocol].join(', ')} or rule` });
  return undefined;
}

/** `tls: true` or `tls: {…}`; false is no TLS. */
function tlsEntry(node: SpecNode): FileEntry | undefined {
  if (node.kind === 'scalar') return plainText(node) === 'true' ? entry('tls', node.origin, mapping([], node.origin)) : undefined;
  const names: Readonly<Record<string, string>> = { resolver: 'certResolver' };
  return entry('tls', node.origin, mapping(entriesOf(node).map((one) => entry(names[one.key] ?? one.key, one.origin, same(one.value))), node.origin));
}

function tlsSection(node: SpecNode | undefined): FileEntry | undefined {
  if (node === undefined) return undefined;
  const certificates = valueAt(node, 'certificates');
  const names: Readonly<Record<string, string>> = { cert: 'certFile', key: 'keyFile' };
  const items = certificates?.kind === 'sequence' ? certificates.items.map((item): FileValue => mapping(entriesOf(item).map((one) => entry(names[one.key] ?? one.key, one.origin, one.key === 'stores' ? sameList(one.value) : same(one.value))), item.origin)) : [];
  const rest = ['options', 'stores'].flatMap((key) => {
    const value = valueAt(node, key);
    return value === undefined ? [] : [entry(key, value.origin, same(value))];
  });
  return entry('tls', node.origin, mapping([certificates === undefined ? undefined : entry('certificates', certificates.origin, list(items, certificates.origin)), ...rest], node.origin));
}
