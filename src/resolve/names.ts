import type { Ref } from '../ir/index.ts';
import { makeRef, refName } from '../ir/index.ts';
import { goQuote } from '../rule-lang/go-quote.ts';

type Target = Pick<Ref, 'protocol' | 'kind'>;

/**
 * Splits a reference as Traefik does: without `@` it means the provider of the object that holds it, with `@` it is
 * used as it is (pkg/server/provider/provider.go).
 */
export function resolveName(text: string, holder: string, target: Target): Ref {
  const at = text.lastIndexOf('@');
  return at === -1 ? makeRef(target, text, holder) : makeRef(target, text.slice(0, at), text.slice(at + 1));
}

/** Every run of characters that are neither letters nor digits becomes one `-`, none at the ends (pkg/provider/configuration.go). */
export function normalize(name: string): string {
  return name.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '').join('-');
}

/** Go's `%q` of an ordinary name. */
export function quoted(text: string): string {
  return goQuote(text);
}

export function quotedRef(ref: Ref): string {
  return quoted(refName(ref));
}

/** An int as Go prints it: the ends of its range are no numbers here. */
export function integerText(value: number): string {
  return value >= 2 ** 63 ? '9223372036854775807' : BigInt(Math.trunc(value)).toString();
}

/** Number of bytes of the text in UTF-8: Go's len(). */
export function byteLength(text: string): number {
  if (/^[\x00-\x7f]*$/.test(text)) return text.length;
  let total = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    total += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return total;
}
