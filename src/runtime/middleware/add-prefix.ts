import { encodeUtf8 } from '../../rule-lang/index.ts';
import { syncRequestUri } from '../message.ts';
import type { Factory } from './factory.ts';

/** Prefix before path and raw path, byte for byte; a missing leading `/` is added (pkg/middlewares/addprefix). */
export const addPrefix: Factory<'addPrefix'> = (spec) => {
  const prefix = encodeUtf8(spec.prefix);
  return (next) =>
    function* (request, draft) {
      request.path = leadingSlash(prefix + request.path);
      if (request.rawPath !== '') request.rawPath = leadingSlash(prefix + request.rawPath);
      syncRequestUri(request);
      return yield* next(request, draft);
    };
};

export function leadingSlash(path: string): string {
  return path === '' || path.startsWith('/') ? path : `/${path}`;
}
