import type { KongRouteFacts } from '../../ir/index.ts';
import type { Sourced } from '../../text/index.ts';
import { resolveScalar, yamlGet } from '../../text/yaml/index.ts';
import type { YamlNode } from '../../text/yaml/index.ts';

/** The routes of a declarative file, inside their services and beside them. */
export function routesOf(root: YamlNode): readonly KongRouteFacts[] {
  const inside = items(yamlGet(root, 'services')).flatMap((service) => items(yamlGet(service, 'routes')));
  return [...inside, ...items(yamlGet(root, 'routes'))].flatMap((route) => (route.kind === 'mapping' ? [factsOf(route)] : []));
}

function factsOf(route: Extract<YamlNode, { readonly kind: 'mapping' }>): KongRouteFacts {
  const name = texts(yamlGet(route, 'name'))[0];
  const expression = texts(yamlGet(route, 'expression'))[0];
  const priority = numberAt(route, 'priority');
  const regexPriority = numberAt(route, 'regex_priority');
  return {
    name: name?.value ?? '',
    origin: name?.origin ?? route.entries[0]?.key.origin ?? route.origin,
    hosts: values(route, 'hosts').map((host) => host.toLowerCase()).toSorted(),
    methods: values(route, 'methods').toSorted(),
    snis: values(route, 'snis').toSorted(),
    headers: headersOf(yamlGet(route, 'headers')),
    protocols: values(route, 'protocols').toSorted(),
    paths: items(yamlGet(route, 'paths')).flatMap(texts),
    ...(expression === undefined ? {} : { expression }),
    ...(priority === undefined ? {} : { priority }),
    ...(regexPriority === undefined ? {} : { regexPriority }),
  };
}

function headersOf(node: YamlNode | undefined): readonly string[] {
  if (node?.kind !== 'mapping') return [];
  return node.entries.map(({ key, value }) => `${key.text.toLowerCase()}=${items(value).flatMap(texts).map((text) => text.value).toSorted().join(',')}`).toSorted();
}

function items(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'sequence' ? node.items : [];
}

function texts(node: YamlNode | undefined): readonly Sourced<string>[] {
  return node?.kind === 'scalar' && node.text !== '' ? [{ value: node.text, origin: node.origin }] : [];
}

function values(route: YamlNode, key: string): readonly string[] {
  return items(yamlGet(route, key)).flatMap(texts).map(({ value }) => value);
}

function numberAt(route: YamlNode, key: string): Sourced<number> | undefined {
  const node = yamlGet(route, key);
  if (node?.kind !== 'scalar') return undefined;
  const value = resolveScalar(node);
  return value.kind === 'int' || value.kind === 'float' ? { value: Number(value.value), origin: node.origin } : undefined;
}
