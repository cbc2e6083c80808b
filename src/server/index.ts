export { serve } from './serve.ts';
export type { Served, ServeOptions } from './serve.ts';
export type { KeyPair } from './certificates.ts';
export type { Place } from './send.ts';
