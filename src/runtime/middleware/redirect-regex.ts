import { compilePattern } from '../pattern.ts';
import { partsOf, redirect } from './redirect.ts';
import type { Factory } from './factory.ts';

/** Matched against `scheme://host[:port]/path?query`, port only as in the Host header, unanchored (pkg/middlewares/redirect). */
export const redirectRegex: Factory<'redirectRegex'> = (spec) =>
  redirect({
    pattern: compilePattern(spec.regex),
    template: spec.replacement,
    permanent: spec.permanent,
    urlOf: (request) => {
      const { scheme, host, port, uri } = partsOf(request, request.host, '');
      return `${scheme}://${host}${port}${uri}`;
    },
  });
