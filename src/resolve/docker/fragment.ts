import type { Container, Fate, Protocol, Ref } from '../../ir/index.ts';
import type { ConfigObject } from '../../traefik-config/tree.ts';
import { namedObjects, objectAt, textLeaf } from '../tree.ts';
import type { Declared, ServerSource } from '../types.ts';

/** What one container adds to the provider's configuration. */
export interface Fragment {
  readonly container: Container;
  readonly fate: Fate;
  /** Default name of the container's router and service. */
  readonly name: string;
  readonly declared: readonly Declared[];
  /** What it would have declared: set for containers that are filtered or lost. */
  readonly missed: readonly Declared[];
  /** The problem that lost it. */
  readonly cause?: number;
}

const SECTIONS: readonly (readonly [Protocol, string, Ref['kind']])[] = [
  ['http', 'routers', 'router'],
  ['http', 'services', 'service'],
  ['http', 'middlewares', 'middleware'],
  ['http', 'serversTransports', 'transport'],
  ['tcp', 'routers', 'router'],
  ['tcp', 'services', 'service'],
  ['tcp', 'middlewares', 'middleware'],
  ['tcp', 'serversTransports', 'transport'],
  ['udp', 'routers', 'router'],
  ['udp', 'services', 'service'],
];

export interface SectionContext {
  readonly namespace: string;
  readonly container?: Container;
  /** `shop/web traefik.` or `dynamic.yml `. */
  readonly symbolPrefix: string;
}

/** The named entities of a decoded configuration, as declared. */
export function declaredIn(root: ConfigObject | undefined, context: SectionContext): readonly Declared[] {
  const out: Declared[] = [];
  for (const [protocol, section, kind] of SECTIONS) {
    for (const [name, node] of namedObjects(objectAt(root, protocol, section))) out.push(declare({ protocol, kind, name, namespace: context.namespace }, node, context, section));
  }
  for (const [section, kind] of [['options', 'tlsOptions'], ['stores', 'tlsStore']] as const) {
    for (const [name, node] of namedObjects(objectAt(root, 'tls', section))) out.push(declare({ protocol: 'http', kind, name, namespace: context.namespace }, node, context, section));
  }
  return out;
}

function declare(ref: Ref, node: ConfigObject, context: SectionContext, section: string): Declared {
  const at = ref.kind === 'tlsOptions' || ref.kind === 'tlsStore' ? 'tls' : ref.protocol;
  return {
    ref,
    node,
    origin: node.origin,
    symbol: `${context.symbolPrefix}${at}.${section}.${ref.name}`,
    ...(context.container === undefined ? {} : { container: context.container }),
    implicit: false,
    defaultRule: false,
    servers: serversOf(node, context.container),
  };
}

function serversOf(node: ConfigObject, container: Container | undefined): readonly ServerSource[] {
  const servers = objectAt(node, 'loadBalancer')?.entries.get('servers');
  if (servers?.kind !== 'list') return [];
  return servers.items.map((item) => ({ ...(container === undefined ? {} : { container }), origin: item.origin }));
}

/** A copy of a declared router that names its service: what the provider does when the router names none. */
export function linked(router: Declared, service: string): Declared {
  return { ...router, node: { ...router.node, entries: new Map([...router.node.entries, ['service', textLeaf(service, router.origin)]]) } };
}
