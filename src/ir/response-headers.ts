import type { Middleware } from './middleware.ts';

/**
 * True when two middlewares of a chain give one response header different values. In Traefik the outer one wins, since it
 * works on the answer last; engines that keep one list of headers per place take the inner one.
 */
export function responseHeadersConflict(chain: readonly Middleware[]): boolean {
  const known = new Map<string, string>();
  return chain.some(({ spec }) => spec.kind === 'headers' && Object.entries(spec.customResponseHeaders).some(([name, value]) => {
    const key = name.toLowerCase();
    const before = known.get(key);
    known.set(key, value);
    return before !== undefined && before !== value;
  }));
}
