export { driftOf } from './drift.ts';
export type { DriftDocument, GatewayDrift, LabelDrift, ServiceDrift, StackDrift } from './drift-document.ts';
export { driftText } from './drift-text.ts';
export { readEngineState, routerTrouble } from './engine-state.ts';
export type { EngineState } from './engine-state.ts';
export { dialAll } from './dial.ts';
export type { Dialled } from './dial.ts';
