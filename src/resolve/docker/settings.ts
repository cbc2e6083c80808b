import type { ContainerProvider, Proxy } from '../../ir/index.ts';
import { DEFAULT_RULE } from './default-rule.ts';

/** How the Docker or Swarm provider reads containers. */
export interface DockerSettings extends Omit<ContainerProvider, 'exposedByDefault' | 'endpoint' | 'origin'> {
  readonly namespace: 'docker' | 'swarm';
  /** Undefined = the static configuration is not known. */
  readonly exposedByDefault: boolean | undefined;
}

/** Engine defaults hold where the static configuration is unknown; undefined = this proxy reads no containers at all. */
export function dockerSettings(proxy: Proxy, version: '3.7' | '2.11'): DockerSettings | undefined {
  if (proxy.static === 'unknown') return { ...UNKNOWN };
  const docker = proxy.static.docker;
  if (docker === undefined) return undefined;
  return settingsOf(docker, version);
}

/** The Swarm provider where it stands beside a Docker provider. */
export function swarmSettings(proxy: Proxy): DockerSettings | undefined {
  return proxy.static === 'unknown' || proxy.static.swarm === undefined ? undefined : settingsOf(proxy.static.swarm, '3.7');
}

function settingsOf(provider: ContainerProvider, version: '3.7' | '2.11'): DockerSettings {
  // 2.11 keeps the name `docker` in Swarm mode, 3.x has a provider of its own.
  return { ...provider, namespace: provider.swarm && version !== '2.11' ? 'swarm' : 'docker' };
}

const UNKNOWN: DockerSettings = {
  namespace: 'docker',
  exposedByDefault: undefined,
  network: '',
  defaultRule: DEFAULT_RULE,
  constraints: '',
  useBindPortIP: false,
  allowEmptyServices: false,
  swarm: false,
};
