import type { EntryPoint, Proxy } from '../ir/index.ts';
import type { Origins } from '../text/index.ts';
import { leavesAt } from './tree.ts';
import type { Declared } from './types.ts';

export interface EntryPointSet {
  readonly list: readonly EntryPoint[];
  /** Where a router without entry points listens. */
  readonly defaults: readonly string[];
  /** False where the static configuration is unknown: then any name may exist. */
  readonly judged: boolean;
}

/** The stand-in for entry points that nobody knows. */
export const UNKNOWN_DEFAULT = 'default';

/**
 * The entry points of the proxy and which of them are default: those with asDefault, else all TCP ones but `traefik`
 * (cmd/traefik). Without a static configuration: the names that routers use.
 */
export function entryPointsOf(proxy: Proxy, declared: readonly Declared[], overrides: readonly string[] | undefined, origins: Origins): EntryPointSet {
  if (proxy.static === 'unknown') return guessed(declared, overrides, origins);
  const list = proxy.static.entryPoints;
  const tcp = list.filter(({ udp }) => !udp);
  const flagged = tcp.filter(({ asDefault }) => asDefault);
  const defaults = (flagged.length > 0 ? flagged : tcp.filter(({ name }) => name !== 'traefik')).map(({ name }) => name);
  return { list, defaults: defaults.toSorted(), judged: true };
}

function guessed(declared: readonly Declared[], overrides: readonly string[] | undefined, origins: Origins): EntryPointSet {
  const names = new Map<string, boolean>();
  for (const router of declared.filter(({ ref }) => ref.kind === 'router')) {
    const used = leavesAt(router.node, 'entryPoints').filter((leaf) => leaf.text.holes.length === 0);
    for (const leaf of used) if (!names.has(String(leaf.value))) names.set(String(leaf.value), router.ref.protocol === 'udp');
  }
  const defaults = overrides ?? [UNKNOWN_DEFAULT];
  const needed = declared.some(({ ref, node }) => ref.kind === 'router' && ref.protocol !== 'udp' && leavesAt(node, 'entryPoints').length === 0);
  if (needed || overrides !== undefined) for (const name of defaults) if (!names.has(name)) names.set(name, false);
  return { list: [...names].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, udp]) => ({ ...made(name, 0, origins), udp })), defaults, judged: false };
}

function made(name: string, port: number, origins: Origins): EntryPoint {
  return {
    name,
    origin: origins.default(`entry point ${name}`),
    host: '',
    port,
    udp: false,
    asDefault: false,
    middlewares: [],
    forwardedHeaders: { insecure: false, trustedIPs: [], connection: [], notAppendXForwardedFor: false },
    sanitizePath: true,
    encodeQuerySemicolons: false,
    raw: {},
  };
}
