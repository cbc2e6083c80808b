import type { Consumer, SpecOf } from '../../ir/index.ts';
import { removeHeader, valuesOf } from '../headers.ts';
import { syncRequestUri, type RuntimeRequest } from '../message.ts';
import { parseQuery } from '../match/query.ts';
import { identify, latin1, unauthorized } from './caller.ts';
import type { Factory } from './factory.ts';

/** A consumer's key in a header or query parameter; the first name that is there counts, and only once. */
export const apiKey: Factory<'apiKey'> = (spec, { consumers }) => {
  const owners = new Map(consumers.flatMap((consumer) => consumer.keys.flatMap(({ value }): readonly [string, Consumer][] => (value === undefined ? [] : [[latin1(value), consumer]]))));
  return (next) =>
    function* (request, draft) {
      const found = spec.names.map((name) => ({ name, values: valuesAt(request, name, spec) })).find(({ values }) => values.length > 0);
      const [key = '', ...more] = found?.values ?? [];
      const consumer = more.length > 0 ? undefined : owners.get(key);
      if (found === undefined || key === '' || consumer === undefined) return unauthorized(draft, 'Key');
      if (!spec.keep) withhold(request, found.name, spec);
      return identify(request, draft, consumer) ?? (yield* next(request, draft));
    };
};

function valuesAt(request: RuntimeRequest, name: string, spec: SpecOf<'apiKey'>): readonly string[] {
  const fields = spec.in.includes('header') ? valuesOf(request.headers, name) : [];
  return fields.length > 0 || !spec.in.includes('query') ? fields : (parseQuery(request.rawQuery).get(name) ?? []);
}

function withhold(request: RuntimeRequest, name: string, spec: SpecOf<'apiKey'>): void {
  if (spec.in.includes('header')) request.headers = removeHeader(request.headers, name);
  if (!spec.in.includes('query')) return;
  request.rawQuery = request.rawQuery.split('&').filter((pair) => !parseQuery(pair).has(name)).join('&');
  syncRequestUri(request);
}
