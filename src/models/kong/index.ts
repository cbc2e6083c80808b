export { answer } from './answer.ts';
export type { AnswerOptions, KongAnswer } from './answer.ts';
export { decide } from './decide.ts';
export { listenerPort, readKongNode } from './node.ts';
export type { KongNode, NodeFiles } from './node.ts';
export { parseAtc } from './expression/parser.ts';
export type { Flavor } from './classic.ts';
export { checkDeclarative, checkKongYaml } from './schema/index.ts';
export type { KongProblem } from './schema/index.ts';
