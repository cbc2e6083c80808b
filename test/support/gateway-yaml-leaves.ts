import { specText } from '../../src/compile/print-spec.ts';
import { specTable } from '../../src/sources/gateway-yaml/index.ts';
import { map } from '../../src/text/index.ts';
import type { YamlMap, YamlValue } from '../../src/text/index.ts';
import { staticTable } from '../../src/traefik-config/keys.ts';
import type { KeyNode } from '../../src/traefik-config/keys.ts';

/** An option of the engine's own list, as a path of keys; `[]` is an item of a list. */
export interface Leaf {
  readonly path: readonly string[];
  readonly value: YamlValue;
}

const SAMPLES = { string: 'text', bool: true, int: 10, float: 0.5, duration: '10s' } as const;

function leaves(key: KeyNode, path: readonly string[]): readonly Leaf[] {
  if (!key.settable.file || key.ignored.file || key.internal) return [];
  switch (key.kind) {
    case 'scalar':
      return [{ path, value: key.enum?.[0] ?? SAMPLES[key.type] }];
    case 'scalars':
      return [{ path, value: [key.enum?.[0] ?? SAMPLES[key.type]] }];
    case 'object':
      return key.children.size === 0 || key.emptyOk.file ? [{ path, value: map([]) }, ...children(key, path)] : children(key, path);
    case 'map':
      return leaves(key.entry, [...path, 'entry']);
    case 'texts':
      return [{ path: [...path, 'x-name'], value: 'text' }];
    case 'items':
      return leaves(key.item, [...path, '[]']);
    case 'raw':
      return [{ path: [...path, 'own', 'option'], value: 'text' }];
  }
}

function children(key: Extract<KeyNode, { kind: 'object' }>, path: readonly string[]): readonly Leaf[] {
  return [...key.children].flatMap(([name, child]) => leaves(child, [...path, name]));
}

/** What must stand beside an option so that the entity is one. */
const BESIDE: readonly (readonly [below: RegExp, path: string, value: YamlValue])[] = [
  [/^http\.routers\./, 'http.routers.entry.rule', 'Path(`/`)'],
  [/^tcp\.routers\./, 'tcp.routers.entry.rule', 'HostSNI(`*`)'],
  [/^(?:http|tcp|udp)\.routers\./, '$1.routers.entry.service', 'other@internal'],
  [/^http\.services\.entry\.failover\./, 'http.services.entry.failover.service', 'other@internal'],
  [/^http\.services\.entry\.failover\./, 'http.services.entry.failover.fallback', 'other@internal'],
  [/^http\.services\.entry\.mirroring\./, 'http.services.entry.mirroring.service', 'other@internal'],
  [/^http\.services\.entry\.mirroring\.mirrors\./, 'http.services.entry.mirroring.mirrors.[].name', 'other@internal'],
  [/^(?:http|tcp|udp)\.services\.entry\.weighted\./, '$1.services.entry.weighted.services.[].name', 'other@internal'],
  [/^http\.services\.entry\.highestRandomWeight\./, 'http.services.entry.highestRandomWeight.services.[].name', 'other@internal'],
  [/^http\.services\.entry\.loadBalancer\./, 'http.services.entry.loadBalancer.servers.[].url', 'http://a:80'],
  [/^(?:tcp|udp)\.services\.entry\.loadBalancer\./, '$1.services.entry.loadBalancer.servers.[].address', 'a:80'],
  [/^http\.services\.entry\.middlewares/, 'http.services.entry.loadBalancer.passHostHeader', true],
  [/^http\.middlewares\.entry\.consumerLimit\./, 'http.middlewares.entry.consumerLimit.amount', 10],
  [/^tls\.certificates\./, 'tls.certificates.[].certFile', 'a.pem'],
  [/^tls\.certificates\./, 'tls.certificates.[].keyFile', 'a.key'],
  [/^entryPoints\.entry\.http\.redirections\./, 'entryPoints.entry.http.redirections.entryPoint.to', ':443'],
];

function beside(path: string): readonly Leaf[] {
  return BESIDE.flatMap(([below, where, value]) => {
    const found = below.exec(path);
    const protocol = path.split('.')[0] ?? '';
    return found === null ? [] : [{ path: where.replace('$1', protocol).split('.'), value }];
  });
}

/** One tree that holds all leaves; the first wins. */
function treeOf(all: readonly Leaf[]): YamlValue {
  const [first] = all;
  if (first === undefined) return map([]);
  if (first.path.length === 0) return first.value;
  const heads = [...new Set(all.map(({ path }) => path[0] ?? ''))];
  const below = (head: string): YamlValue => treeOf(all.filter(({ path }) => path[0] === head).map(({ path, value }) => ({ path: path.slice(1), value })));
  return heads[0] === '[]' ? [below('[]')] : map(heads.map((head) => ({ key: head, value: below(head) })));
}

function isMap(value: YamlValue): value is YamlMap {
  return typeof value === 'object' && 'kind' in value && value.kind === 'map';
}

function tree(all: readonly Leaf[]): YamlMap {
  const made = treeOf(all);
  return isMap(made) ? made : map([]);
}

/** Samples that stand for something special: an address, a name that is there. */
function wantedValue(path: string, value: YamlValue): YamlValue {
  return BESIDE.find(([, where]) => ['http', 'tcp', 'udp'].some((protocol) => where.replace('$1', protocol) === path))?.[2] ?? value;
}

/** A gateway.yaml that sets this option and what must stand beside it. */
export function textOf(wanted: Leaf, at: 'dynamic' | 'static'): string {
  const path = wanted.path.join('.');
  const all = [{ ...wanted, value: wantedValue(path, wanted.value) }, ...beside(path)];
  const entryPoint = { path: ['entryPoints', 'entry', 'address'], value: ':80' };
  return at === 'dynamic' ? specText(tree([entryPoint]), tree(all)) : specText(tree([...all, entryPoint]), map([]));
}

/** Models are what the engine makes of entry points, a port alone is for labels: both have words of their own in a gateway.yaml. */
export function dynamicLeaves(): readonly Leaf[] {
  return leaves(specTable(), []).filter(({ path }) => path[1] !== 'models' && path.join('.') !== 'tcp.services.entry.loadBalancer.servers.[].port');
}

export function staticLeaves(): readonly Leaf[] {
  return leaves(staticTable('3.7'), []).filter(({ path }) => path.join('.') !== 'entryPoints.entry.address');
}
