import { plainPaint } from '../diagnostics/paint.ts';
import type { ReadServed } from './serve-read.ts';

interface Asked {
  readonly entryPoint: string;
  readonly method: string;
  readonly target: string;
  readonly host: string | null;
  readonly headers: readonly (readonly [string, string])[];
  readonly clientIp: string;
  readonly tls: unknown;
}

/** Why no router took a request, in the words of `gateway explain`. */
export function explainMiss({ api, loaded, gateway }: ReadServed, incoming: Asked): string {
  const { method, target, headers, clientIp, entryPoint } = incoming;
  const scheme = incoming.tls === false ? 'http' : 'https';
  const explained = api.explain(loaded, gateway, { method, scheme, host: incoming.host ?? '', port: undefined, target, headers, clientIp, entryPoint });
  return `404 page not found\n\n${api.explainText(explained, plainPaint)}`;
}
