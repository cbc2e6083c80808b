import env34 from '../../../schemas/kong/env-3.4.json' with { type: 'json' };
import env39 from '../../../schemas/kong/env-3.9.json' with { type: 'json' };

export interface KongNames {
  readonly names: readonly string[];
  has(name: string): boolean;
}

/** What the official image's own start script reads. */
const OF_IMAGE = ['KONG_PREFIX', 'KONG_NGINX_DAEMON', 'KONG_PASSWORD', 'KONG_LICENSE_DATA', 'KONG_LICENSE_PATH', 'KONG_VERSION', 'KONG_USER'];

/** The settings of a Kong version: of the nearest one that is known, of both where the tag says nothing. */
export function kongNames(tag: string): KongNames {
  const minor = Number(/^3\.(\d+)/.exec(tag)?.[1] ?? Number.NaN);
  const tables = minor <= 4 ? [env34] : minor >= 9 ? [env39] : [env34, env39];
  const names = new Set([...tables.flatMap((table) => table.names), ...OF_IMAGE]);
  const prefixes = tables.flatMap((table) => table.prefixes);
  return {
    names: [...names],
    has: (name) => names.has(name) || (name.endsWith('_FILE') && names.has(name.slice(0, -'_FILE'.length))) || prefixes.some((prefix) => name.startsWith(prefix)),
  };
}
