import type { TraefikEntryPoint } from '../../src/engines/traefik.ts';
import { isJsonObject, objectAt, stringAt } from './json.ts';

/** What decides how containers are read; where they are read from is the harness's own. */
const KEPT = /^--providers\.docker\.(?:defaultRule|exposedByDefault|constraints)=/i;

/** A static file as flags, entry-point addresses left to the harness, providers left out. */
export function staticFlags(config: unknown): { readonly entryPoints: readonly TraefikEntryPoint[]; readonly flags: readonly string[] } {
  const points = objectAt(config, 'entryPoints');
  const entryPoints = Object.keys(points).map((name): TraefikEntryPoint => ({ name, ...(stringAt(points[name], 'address').endsWith('/udp') ? { protocol: 'udp' } : {}) }));
  const all = flagsOf(config, '');
  return { entryPoints, flags: all.filter((flag) => (!/^--providers\./i.test(flag) || KEPT.test(flag)) && !/^--entryPoints\.[^.]+\.address=/i.test(flag)) };
}

function flagsOf(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value)) return [`--${path}=${value.map(String).join(',')}`];
  if (!isJsonObject(value)) return [`--${path}=${String(value)}`];
  // `tls: {}`: there, with nothing in it.
  if (Object.keys(value).length === 0) return [`--${path}=true`];
  return Object.entries(value).flatMap(([key, item]) => flagsOf(item, path === '' ? key : `${path}.${key}`));
}
