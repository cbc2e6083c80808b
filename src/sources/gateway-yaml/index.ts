export { entry, mapping, text } from './build.ts';
export { entriesOf, isNull, itemsOf, plainText, valueAt } from './node.ts';
export type { SpecNode } from './node.ts';
export { readGatewayYaml } from './read.ts';
export type { GatewayYamlRead, SpecRead } from './read.ts';
export { jsonSchema } from './json-schema.ts';
export type { Shape } from './shape.ts';
export { specTable } from './platform-keys.ts';
export { SPEC } from './spec.ts';
