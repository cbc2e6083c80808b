export { createRuntime } from './runtime.ts';
export type { Runtime, RuntimeOptions } from './runtime.ts';
export type { Incoming } from './serve.ts';
export { runAsync } from './driver.ts';
export type { Destination, Effect, EffectResult, Failure, Handler, UpstreamRequest, UpstreamResponse } from './effect.ts';
export type { Body, RuntimeRequest, RuntimeResponse, Transform } from './message.ts';
export type { HealthTarget } from './service/health-targets.ts';
export { AMBIENT, compareDecision, resultKey } from './compare.ts';
export type { BackendAnswer, ComparedEngine, CompareOptions, Difference, Observation } from './compare.ts';
