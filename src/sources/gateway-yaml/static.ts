import type { FileEntry, FileMapping, FileValue } from '../../traefik-config/file-value.ts';
import type { OriginId } from '../../text/index.ts';
import { suggest } from '../../diagnostics/index.ts';
import { entry, list, mapping, same, sameList, text } from './build.ts';
import { mistake } from './check.ts';
import type { Checking } from './check.ts';
import { entriesOf, itemsOf, plainText, valueAt } from './node.ts';
import { isBelowHttp } from './spec-entry-points.ts';
import type { SpecEntry, SpecMapping, SpecNode } from './node.ts';

const OWN = new Set(['address', 'default', 'redirect', 'tls', 'trust', 'use']);

/** The static configuration that a gateway.yaml means; undefined when it declares no entry point. */
export function staticOf(spec: SpecMapping, checking: Checking): FileMapping | undefined {
  const points = valueAt(spec, 'entryPoints');
  if (points === undefined) return undefined;
  const named = entriesOf(points);
  for (const one of named) checkRedirection(one, named.map(({ key }) => key), checking);
  const resolvers = valueAt(spec, 'resolvers');
  const other = valueAt(spec, 'static');
  return mapping([
    entry('entryPoints', points.origin, mapping(named.map((one) => entry(one.key, one.origin, entryPoint(one))), points.origin)),
    resolvers === undefined ? undefined : entry('certificatesResolvers', resolvers.origin, same(resolvers)),
    ...(other === undefined ? [] : entriesOf(other).map((one) => entry(one.key, one.origin, same(one.value)))),
  ], points.origin);
}

/** A redirection leads to a port (`:443`) or to an entry point that is here: the engine would not start. */
function checkRedirection(item: SpecEntry, names: readonly string[], checking: Checking): void {
  const redirect = valueAt(item.value, 'redirect');
  const to = redirect?.kind === 'mapping' ? valueAt(redirect, 'to') : redirect;
  if (to?.kind !== 'scalar' || to.text.holes.length > 0 || to.text.text.startsWith(':') || names.includes(to.text.text)) return;
  const meant = suggest(to.text.text, names);
  mistake(checking, to.origin, `entryPoints.${item.key}.redirect`, `there is no entry point "${to.text.text}"`, meant === undefined ? {} : { label: `did you mean "${meant}"?` });
}

function entryPoint(item: SpecEntry): FileValue {
  const node = item.value;
  if (node.kind === 'scalar') return mapping([entry('address', node.origin, address(node))], node.origin);
  const given = valueAt(node, 'address');
  const options = entriesOf(node).filter((one) => !OWN.has(one.key) );
  return mapping([
    given === undefined ? undefined : entry('address', given.origin, address(given)),
    ...flag(node, 'default', 'asDefault'),
    ...http(node, options.filter((one) => isBelowHttp(one.key))),
    ...trust(valueAt(node, 'trust')),
    ...options.filter((one) => !isBelowHttp(one.key)).map((one) => entry(one.key, one.origin, same(one.value))),
  ], node.origin);
}

/** `80` is `:80`. */
function address(node: SpecNode): FileValue {
  if (node.kind !== 'scalar') return text('', node.origin);
  return text(node.text.text.includes(':') ? node.text : { ...node.text, text: `:${node.text.text}` }, node.origin);
}

function flag(node: SpecNode, key: string, as: string): readonly FileEntry[] {
  const value = valueAt(node, key);
  return value === undefined ? [] : [entry(as, value.origin, same(value))];
}

function http(node: SpecNode, options: readonly SpecEntry[]): readonly FileEntry[] {
  const use = valueAt(node, 'use');
  const parts = [
    ...redirection(valueAt(node, 'redirect')),
    ...(use === undefined ? [] : [entry('middlewares', use.origin, list(itemsOf(use).map(same), use.origin))]),
    ...tls(valueAt(node, 'tls')),
    ...options.map((one) => entry(one.key, one.origin, same(one.value))),
  ];
  return parts.length === 0 ? [] : [entry('http', node.origin, mapping(parts, node.origin))];
}

function redirection(node: SpecNode | undefined): readonly FileEntry[] {
  if (node === undefined) return [];
  const options = node.kind === 'scalar' ? [entry('to', node.origin, same(node))] : entriesOf(node).map((one) => entry(one.key, one.origin, same(one.value)));
  return [entry('redirections', node.origin, mapping([entry('entryPoint', node.origin, mapping(options, node.origin))], node.origin))];
}

function tls(node: SpecNode | undefined): readonly FileEntry[] {
  if (node === undefined || plainText(node) === 'false') return [];
  const names: Readonly<Record<string, string>> = { resolver: 'certResolver' };
  return [entry('tls', node.origin, mapping(entriesOf(node).map((one) => entry(names[one.key] ?? one.key, one.origin, same(one.value))), node.origin))];
}

function trust(node: SpecNode | undefined): readonly FileEntry[] {
  if (node === undefined || plainText(node) === 'false') return [];
  const origin: OriginId = node.origin;
  const option = plainText(node) === 'true' ? entry('insecure', origin, same(node)) : entry('trustedIPs', origin, sameList(node));
  return [entry('forwardedHeaders', origin, mapping([option], origin))];
}
