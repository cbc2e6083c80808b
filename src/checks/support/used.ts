import { refKey } from '../../ir/index.ts';
import { once, oncePer, pushTo } from '../../text/index.ts';
import type { ResolvedGateway } from '../rule.ts';

/** Named by a router, an entry point, a service or a chain, whether it works or not. */
export const usedMiddlewares = oncePer(collect);

function collect({ gateway, routing }: ResolvedGateway): ReadonlySet<string> {
  const keys = new Set<string>();
  const byName = once(() => keysByName(gateway.middlewares));
  const add = (name: string): void => byName().get(name)?.forEach((key) => keys.add(key));
  for (const router of gateway.routers) for (const { value } of router.middlewares) keys.add(refKey(value));
  for (const service of gateway.services) for (const { value } of service.middlewares) keys.add(refKey(value));
  for (const { spec } of gateway.middlewares) if (spec.kind === 'chain') for (const ref of spec.middlewares) keys.add(refKey(ref));
  for (const { entryPoint, plain, tls } of routing.listeners) {
    for (const { value } of entryPoint.middlewares) add(value);
    for (const route of [...plain, ...tls]) for (const { ref } of route.chain) keys.add(refKey(ref));
  }
  if (gateway.middlewares.every(({ ref }) => keys.has(refKey(ref)))) return keys;
  // A router that was dropped names its middlewares all the same.
  for (const { label } of gateway.labels) {
    if (!/\.routers\.[^.]+\.middlewares$/i.test(label.key.value.text)) continue;
    for (const name of label.value.value.text.split(',')) add(name.trim());
  }
  return keys;
}

/** `auth` and `auth@docker` to the middlewares that they may mean. */
function keysByName(middlewares: ResolvedGateway['gateway']['middlewares']): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, string[]>();
  for (const { ref } of middlewares) {
    for (const name of [ref.name, `${ref.name}@${ref.namespace}`]) pushTo(keys, name, refKey(ref));
  }
  return keys;
}
