import { refKey } from '../../ir/index.ts';
import type { Listener, Route, Routing } from '../../ir/index.ts';
import type { Report } from './report.ts';

/** Entry points that one Kong node can serve: a route cannot choose a listener, so all have the same routes and settings. */
export interface NodeGroup {
  readonly folder: string;
  readonly listeners: readonly Listener[];
  readonly routes: readonly Route[];
  readonly tls: boolean;
}

/** One node per set of routes; folders only where there is more than one. */
export function nodeGroups(routing: Routing, report: Report): readonly NodeGroup[] {
  const groups = new Map<string, Listener[]>();
  for (const listener of routing.listeners) {
    const { entryPoint } = listener;
    if (listener.plain.length > 0 && listener.tls.length > 0) {
      report.unsupported('plain and TLS routers on one entry point', { origin: entryPoint.origin, symbol: `entryPoints.${entryPoint.name}` }, 'a Kong listener either speaks TLS or does not', 'give the TLS routers an entry point of their own');
    }
    if (listener.plain.length + listener.tls.length === 0) continue;
    groups.set(groupKey(listener), [...(groups.get(groupKey(listener)) ?? []), listener]);
  }
  const folders = new Set<string>();
  return [...groups.values()].map((listeners) => {
    const [first] = listeners;
    const tls = (first?.tls.length ?? 0) > 0;
    return { folder: groups.size === 1 ? '' : folderName(first?.entryPoint.name ?? 'node', folders), listeners, routes: (tls ? first?.tls : first?.plain) ?? [], tls };
  });
}

function groupKey({ entryPoint, plain, tls }: Listener): string {
  const routes = (list: readonly Route[]): readonly unknown[] => list.map((route) => [refKey(route.router), route.symbol, route.ruleText, route.chain.map((middleware) => refKey(middleware.ref)), refKey(route.service.service.ref)]);
  const { forwardedHeaders, encodedCharacters, sanitizePath, proxyProtocol } = entryPoint;
  return JSON.stringify([routes(plain), routes(tls), forwardedHeaders, encodedCharacters ?? null, sanitizePath, proxyProtocol ?? null]);
}

function folderName(name: string, taken: Set<string>): string {
  const folder = freeFolder(name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 100) || 'node', taken);
  taken.add(folder);
  return folder;
}

/** The name, with a number where another node has it. */
export function freeFolder(base: string, taken: ReadonlySet<string>): string {
  let folder = base;
  for (let count = 2; taken.has(folder); count += 1) folder = `${base}~${String(count)}`;
  return folder;
}
