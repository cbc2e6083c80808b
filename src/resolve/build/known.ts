import type { Proxy } from '../../ir/index.ts';

/** Whether all names of a provider are known here; if not, which fact is missing. */
export type NameFacts = { readonly judged: true } | { readonly judged: false; readonly needs: 'static' | 'dynamic' };

/** Names that providers of Traefik have (`plugin-x` and the Consul and Nomad namespaces aside). */
const PROVIDERS: readonly string[] = [
  'docker', 'swarm', 'file', 'internal', 'consul', 'consulcatalog', 'redis', 'etcd', 'zookeeper', 'kubernetescrd', 'kubernetes', 'kubernetesgateway',
  'kubernetesingressnginx', 'knative', 'nomad', 'ecs', 'http', 'rest', 'tailscale', 'marathon', 'rancher', 'hub', 'acme', 'tlsalpn.acme',
];

/** Where each provider is switched on in the static configuration. */
const SECTIONS: Readonly<Record<string, string | undefined>> = { kubernetes: 'kubernetesIngress', kubernetescrd: 'kubernetesCRD', kubernetesgateway: 'kubernetesGateway', kubernetesingressnginx: 'kubernetesIngressNGINX', consulcatalog: 'consulCatalog', zookeeper: 'zooKeeper' };

export interface NameContext {
  readonly proxy: Proxy;
  /** The namespace of the containers. */
  readonly own: string;
  /** Everything that the file provider reads is known. */
  readonly filesKnown: boolean;
}

/** A dangling reference is one only when the provider that it names has been read. */
export function nameFacts(namespace: string, context: NameContext): NameFacts {
  if (namespace === context.own || namespace === 'internal') return { judged: true };
  if (namespace === 'file' && context.filesKnown) return { judged: true };
  const head = namespace.split('-', 1)[0] ?? '';
  if (!PROVIDERS.includes(namespace) && head !== 'plugin' && !(namespace.includes('-') && ['consul', 'consulcatalog', 'nomad'].includes(head))) return { judged: true };
  const { proxy } = context;
  if (proxy.static === 'unknown') return { judged: false, needs: 'static' };
  if (namespace === 'file') return proxy.static.file === undefined ? { judged: true } : { judged: false, needs: 'dynamic' };
  return isConfigured(proxy.static.raw, SECTIONS[head] ?? head) ? { judged: false, needs: 'dynamic' } : { judged: true };
}

function isConfigured(raw: unknown, section: string): boolean {
  const providers = entryOf(raw, 'providers');
  return entryOf(providers, section) !== undefined || section === 'plugin';
}

/** An entry of a raw configuration tree; names are compared without case, as Traefik reads them. */
export function entryOf(raw: unknown, key: string): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return undefined;
  return Object.entries(raw).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}
