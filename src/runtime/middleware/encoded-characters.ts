import type { EncodedCharacters } from '../../ir/index.ts';
import { respond } from '../message.ts';
import { escapedPath } from '../url.ts';
import type { Factory } from './factory.ts';

/** Refuses with 400 and an empty body every character that is not allowed by name (3.6.4; ran). */
export const encodedCharacters: Factory<'encodedCharacters'> = (spec) => {
  const denied = deniedEscapes(spec);
  return (next) =>
    function* (request, draft) {
      return hasDenied(escapedPath(request), denied) ? respond(draft, 400) : yield* next(request, draft);
    };
};

export function deniedEscapes(allowed: EncodedCharacters): ReadonlySet<string> {
  const all: readonly (readonly [boolean, string])[] = [
    [allowed.allowEncodedSlash, '%2F'], [allowed.allowEncodedBackSlash, '%5C'], [allowed.allowEncodedNullCharacter, '%00'], [allowed.allowEncodedSemicolon, '%3B'],
    [allowed.allowEncodedPercent, '%25'], [allowed.allowEncodedQuestionMark, '%3F'], [allowed.allowEncodedHash, '%23'],
  ];
  return new Set(all.flatMap(([allow, escape]) => (allow ? [] : [escape])));
}

export function hasDenied(path: string, denied: ReadonlySet<string>): boolean {
  return denied.size > 0 && (path.match(/%../g) ?? []).some((escape) => denied.has(escape.toUpperCase()));
}
