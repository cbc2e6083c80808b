import type { Middleware, MiddlewareSpec, Ref } from '../../ir/index.ts';
import { type OriginId, Origins } from '../../text/index.ts';

/** The one place that this reader knows, which has no parts. */
export const PLACES = new Origins();
/** Everything that this reader makes stands in the rendered text: one place is enough. */
export const HERE = PLACES.default('the rendered text');

/** A reference as a dynamic file means it: without a provider its own, which is `file`. */
export function refOf(kind: Ref['kind'], text: string, holder = 'file'): Ref {
  const at = text.indexOf('@');
  return at === -1 ? { protocol: 'http', kind, name: text, namespace: holder } : { protocol: 'http', kind, name: text.slice(0, at), namespace: text.slice(at + 1) };
}

/** The parts of an entity that only matter to who wrote it. */
export const UNWRITTEN = { origin: HERE, places: new Map<string, never>(), variables: new Map<string, never>() } as const;

/** `places` tells written options from defaults. */
export function middlewareOf(ref: Ref, spec: MiddlewareSpec, written: readonly string[] = []): Middleware {
  const places = new Map<string, OriginId>();
  for (const key of written) places.set(`${spec.kind}.${key}`, HERE);
  return { ref, spec, origin: HERE, places, variables: UNWRITTEN.variables, symbol: `${ref.name}@${ref.namespace}` };
}
