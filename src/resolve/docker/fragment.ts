import { makeRef } from '../../ir/index.ts';
import type { Container, Fate, Protocol, Ref } from '../../ir/index.ts';
import { objectAt, type ConfigObject } from '../../traefik-config/tree.ts';
import { textLeaf, withEntry } from '../tree.ts';
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

interface Sections {
  readonly protocol: Protocol;
  /** The part of the configuration that they stand in. */
  readonly at: string;
  readonly sections: readonly { readonly section: string; readonly kind: Ref['kind'] }[];
}

const ROUTED: Sections['sections'] = [{ section: 'routers', kind: 'router' }, { section: 'services', kind: 'service' }];
const WITH_MIDDLEWARES: Sections['sections'] = [...ROUTED, { section: 'middlewares', kind: 'middleware' }, { section: 'serversTransports', kind: 'transport' }];
const SECTIONS: readonly Sections[] = [
  { protocol: 'http', at: 'http', sections: WITH_MIDDLEWARES },
  { protocol: 'tcp', at: 'tcp', sections: WITH_MIDDLEWARES },
  { protocol: 'udp', at: 'udp', sections: ROUTED },
  { protocol: 'http', at: 'tls', sections: [{ section: 'options', kind: 'tlsOptions' }, { section: 'stores', kind: 'tlsStore' }] },
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
  for (const { protocol, at, sections } of SECTIONS) {
    const below = objectAt(root, at);
    if (below === undefined) continue;
    for (const { section, kind } of sections) {
      objectAt(below, section)?.entries.forEach((node, name) => {
        if (node.kind === 'object') out.push(declare(makeRef({ protocol, kind }, name, context.namespace), node, context, section));
      });
    }
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
    container: context.container,
    implicit: false,
    defaultRule: false,
    servers: ref.kind === 'service' ? serversOf(node, context.container) : [],
  };
}

function serversOf(node: ConfigObject, container: Container | undefined): readonly ServerSource[] {
  const servers = objectAt(node, 'loadBalancer')?.entries.get('servers');
  if (servers?.kind !== 'list') return [];
  return servers.items.map((item) => ({ container, origin: item.origin }));
}

/** A copy of a declared router that names its service: what the provider does when the router names none. */
export function linked(router: Declared, service: string): Declared {
  return { ...router, node: withEntry(router.node, 'service', textLeaf(service, router.origin)) };
}
