import type { RawLabel } from '../../ir/index.ts';
import type { OriginId, Text } from '../../text/index.ts';

/** A flag or variable as the decoder's untyped tree takes it: a key with dots under `traefik`. */
export function written(name: string, value: Text, places: { readonly key: OriginId; readonly value: OriginId; readonly holes?: readonly string[] }): RawLabel {
  return { key: { value: { text: `traefik.${name}`, holes: places.holes ?? [] }, origin: places.key }, value: { value, origin: places.value }, origin: places.key, place: 'file' };
}
