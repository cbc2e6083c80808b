export { checkDeclarative, checkKongYaml } from './declarative.ts';
export type { KongProblem } from './problem.ts';
export { luaMatches } from './lua-pattern.ts';
export { pluginNames } from './field.ts';
