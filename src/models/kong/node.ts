import { oncePer } from '../../text/index.ts';
import type { Flavor } from './classic.ts';
import { parseConf, proxyListeners } from './conf.ts';
import type { KongConf } from './conf.ts';
import { readKongYaml } from './document.ts';
import type { KongFile, KongPlugin, KongRoute } from './document.ts';
import { NO_NODE_RULES, parseIncludes } from './front/include.ts';
import type { NodeRules } from './front/include.ts';
import { effectivePlugins } from './plugins.ts';
import { buildRouter } from './router.ts';
import type { KongRouter } from './router.ts';

/** One running node as its rendered files describe it. */
export interface KongNode {
  readonly file: KongFile;
  readonly flavor: Flavor;
  readonly router: KongRouter;
  readonly rules: NodeRules;
  readonly conf: KongConf;
  /** The plugins that run for a route, in their order. */
  readonly pluginsOf: (route: KongRoute) => readonly KongPlugin[];
  /** Bytes that one request line may have: the size of one of `large_client_header_buffers` (nginx: 4 8k). */
  readonly lineLimit: number;
}

export interface NodeFiles {
  readonly yaml: string;
  readonly conf?: string;
  readonly httpInclude?: string;
  readonly proxyInclude?: string;
  readonly flavor?: Flavor;
}

export function readKongNode(files: NodeFiles): KongNode {
  const conf = parseConf(files.conf ?? '');
  const flavor = files.flavor ?? flavorOf(conf);
  const file = readKongYaml(files.yaml);
  const rules = files.httpInclude === undefined ? NO_NODE_RULES : parseIncludes(files.httpInclude, files.proxyInclude ?? '');
  return { file, flavor, router: buildRouter(file, flavor), rules, conf, pluginsOf: oncePer(({ plugins, service }) => effectivePlugins(plugins, service?.plugins ?? [], file.plugins)), lineLimit: bufferSize(conf) };
}

function flavorOf(conf: KongConf): Flavor {
  const value = conf.get('router_flavor');
  return value === 'expressions' || value === 'traditional' ? value : 'traditional_compatible';
}

function bufferSize(conf: KongConf): number {
  const match = /^\d+ (\d+)(k?)$/.exec(conf.get('nginx_http_large_client_header_buffers') ?? '4 8k');
  return match === null ? 8192 : Number(match[1]) * (match[2] === 'k' ? 1024 : 1);
}

const listenersOf = oncePer(proxyListeners);

/** The port of a listener, for `net.dst.port`. */
export function listenerPort(node: KongNode, tls: boolean): number {
  return listenersOf(node.conf).find((listener) => listener.ssl === tls)?.port ?? (tls ? 8443 : 8000);
}
