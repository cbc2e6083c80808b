import { suggest } from '../diagnostics/suggest.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/** The error (2) for a name that is none of those that are there: what was probably meant, then all of them. */
export function unknownName(message: string, name: string, known: readonly string[], list: string): CommandError {
  return new CommandError(EXIT.usage, message, [...meant(name, known), ...(known.length === 0 ? [] : [`${list}: ${known.join(', ')}`])].join('\n'));
}

/** The value of an option that takes one of a few words. Throws CommandError (2). */
export function oneOf<const W extends string>(option: string, value: string, words: readonly W[]): W {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new CommandError(EXIT.usage, `${option} takes ${inWords(words)}, got "${value}"`, meant(value, words)[0]);
}

/** The same where there are too many to be named: what was probably meant, or what lists them. */
export function unknownAmongMany(message: string, name: string, known: readonly string[], lister: string): CommandError {
  return new CommandError(EXIT.usage, message, meant(name, known)[0] ?? `${lister} lists them`);
}

function meant(name: string, known: readonly string[]): readonly string[] {
  const near = suggest(name, known);
  return near === undefined ? [] : [`Did you mean "${near}"?`];
}

/** `none, security or any`. */
function inWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
