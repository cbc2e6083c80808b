import type { OriginId } from '../text/index.ts';
import type { Middleware } from './middleware.ts';

/** Option paths below a middleware whose value is a secret: never printed, deferred where they came from a variable. */
const SECRET_PATHS = [/^basicAuth\.users(?:\[|$)/, /^digestAuth\.users(?:\[|$)/, /\.redis\.password$/, /^headers\.custom(?:Request|Response)Headers\.(?:authorization|proxy-authorization|cookie|x-api-key|.*(?:token|secret|password|api-?key).*)$/i, /^plugin\..*(?:pass(?:word|wd)?|secret|token|api-?key|private-?key|credential)[^.]*$/i];

/** True when the value of this option is a secret (users, keys, tokens, plugin secrets). */
export function isSecretOption(path: string): boolean {
  return SECRET_PATHS.some((pattern) => pattern.test(path));
}

/** The secrets of a middleware that came from variables, with their places. */
export function secretVariablesOf({ variables, places, origin }: Middleware): readonly { readonly path: string; readonly origin: OriginId }[] {
  return [...variables].filter(([path, { unset, filled }]) => isSecretOption(path) && unset.length + filled.length > 0).map(([path]) => ({ path, origin: places.get(path) ?? origin }));
}
