export { answer } from './answer.ts';
export type { Hop, NginxAnswer } from './exchange.ts';
export { readNginx } from './config.ts';
export type { NginxConfig } from './config.ts';
export { findServer } from './sockets.ts';
export type { Listening } from './sockets.ts';
