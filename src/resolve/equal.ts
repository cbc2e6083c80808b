import type { ConfigNode, ConfigObject } from '../traefik-config/tree.ts';

/**
 * Values that an absent option has, by path below the entity: writing them changes nothing, so two containers may
 * differ in that (Traefik compares the decoded structs, defaults included, with reflect.DeepEqual).
 */
export type Defaults = Readonly<Record<string, string | number | boolean>>;

/** Pointer options of Traefik's structs: written false or 0 differs from absent. */
const POINTERS: ReadonlySet<string> = new Set([
  'autoDetect', 'forceSlash', 'trustForwardHeader', 'maxResponseBodySize', 'caOptional', 'accessControlMaxAge', 'stsSeconds', 'ipv6Subnet',
  'passHostHeader', 'followRedirects', 'weight', 'accessLogs', 'metrics', 'tracing', 'maxBodySize', 'maxRequestBodyBytes', 'terminationDelay',
  'unhealthyInterval', 'path', 'featurePolicy', 'sslRedirect', 'sslTemporaryRedirect', 'sslHost', 'sslForceHost',
]);

/** Maps whose keys the user chose: an empty value there says something (it deletes a header). */
const USER_MAPS: readonly string[] = ['customRequestHeaders.', 'customResponseHeaders.', 'sslProxyHeaders.', 'statusRewrites.', 'healthCheck.headers.', 'plugin.'];

/** Whether two entities are the same configuration to Traefik. */
export function sameConfig(a: ConfigObject, b: ConfigObject, defaults: Defaults): boolean {
  return canonical(a, defaults) === canonical(b, defaults);
}

/** One text per meaning: defaults and zero values left out, keys sorted, variables kept as they stand. */
export function canonical(node: ConfigObject, defaults: Defaults): string {
  return JSON.stringify(fold(node, '', defaults) ?? {});
}

function fold(node: ConfigNode, path: string, defaults: Defaults): unknown {
  if (node.kind === 'leaf') return foldLeaf(node.value, path, defaults);
  if (node.kind === 'list') return node.items.length === 0 ? undefined : node.items.map((item) => fold(item, `${path}[]`, defaults) ?? null);
  const entries = [...node.entries]
    .map(([key, child]) => [key, fold(child, path === '' ? key : `${path}.${key}`, defaults)] as const)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

function foldLeaf(value: string | number | bigint | boolean, path: string, defaults: Defaults): unknown {
  const simple = typeof value === 'bigint' ? value.toString() : value;
  if (path.endsWith('[]')) return simple;
  const key = path.slice(path.lastIndexOf('.') + 1);
  const standard = defaults[path];
  if (standard !== undefined) return simple === standard ? undefined : simple;
  if (USER_MAPS.some((map) => path.includes(map))) return simple;
  const zero = simple === '' || simple === 0 || simple === false || simple === '0';
  return zero && !POINTERS.has(key) ? undefined : simple;
}
