export { answer } from './answer.ts';
export type { Hop, NginxAnswer } from './exchange.ts';
export { readNginx } from './config.ts';
export type { NginxConfig } from './config.ts';
import { answer } from './answer.ts';
import type { NginxAnswer } from './exchange.ts';
import { readNginx } from './config.ts';
import type { Probe } from '../../ir/index.ts';

/** What nginx does with one request, by the rendered text alone. Use {@link readNginx} and {@link answer} for more than one. */
export function decideNginx(files: ReadonlyMap<string, string>, probe: Probe, ports: ReadonlyMap<string, number>): NginxAnswer {
  return answer(readNginx(files), probe, ports);
}
