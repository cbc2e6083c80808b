export { entry, mapping, text } from './build.ts';
export { readGatewayYaml } from './read.ts';
export type { GatewayYamlRead, SpecRead } from './read.ts';
export { jsonSchema } from './json-schema.ts';
export type { Shape } from './shape.ts';
export { SPEC } from './spec.ts';
