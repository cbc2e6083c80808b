export { resolveGateway } from './gateway.ts';
export type { DynamicFile, EngineVersion, ResolvedGateway, ResolveInput, Unjudged } from './types.ts';
