import type { Atc } from './expression/ast.ts';
import { pushTo } from '../../text/index.ts';

/** Finds, without asking each of ten thousand routes, those whose host could fit; what is looked up is a necessary condition. */
export interface HostIndex<T> {
  /** In their order. */
  candidates(hosts: readonly string[]): readonly T[];
}

export function indexByHost<T extends { readonly atc: Atc }>(entries: readonly T[]): HostIndex<T> {
  const byPrefix = new Map<string, number[]>();
  for (const [place, { atc }] of entries.entries()) pushTo(byPrefix, hostPrefix(atc), place);
  const lengths = [...new Set([...byPrefix.keys()].map((prefix) => prefix.length))];
  return {
    candidates: (hosts) => {
      const prefixes = new Set(['', ...hosts.flatMap((host) => lengths.filter((length) => length <= host.length).map((length) => host.slice(0, length).toLowerCase()))]);
      const places = [...prefixes].flatMap((prefix) => byPrefix.get(prefix) ?? []).sort((a, b) => a - b);
      return places.flatMap((place) => entries[place] ?? []);
    },
  };
}

/** Text that the host has to begin with, in lower case; empty = any host. */
function hostPrefix(atc: Atc): string {
  if (atc.kind === 'and') {
    const [left, right] = [hostPrefix(atc.left), hostPrefix(atc.right)];
    return left.length >= right.length ? left : right;
  }
  if (atc.kind !== 'predicate' || atc.field.name !== 'http.host' || atc.literal.kind !== 'string') return '';
  const { text } = atc.literal;
  if (atc.operator === '==' || atc.operator === '^=') return plain(text.toLowerCase());
  return atc.operator === '~' ? patternPrefix(text) : '';
}

/** Letters beyond ASCII change their length with their case: no index for those. */
function plain(text: string): string {
  return /^[\x00-\x7f]*$/.test(text) ? text : '';
}

/** The letters that an anchored pattern begins with. One that is followed by a quantifier may be missing; with a choice there is none. */
function patternPrefix(pattern: string): string {
  const body = /^(?:\(\?i\))?\^/.exec(pattern);
  if (body === null || pattern.includes('|')) return '';
  const letters = /^(?:[A-Za-z0-9_-](?![?*{])|\\\.(?![?*{]))*/.exec(pattern.slice(body[0].length))?.[0] ?? '';
  return letters.replaceAll('\\.', '.').toLowerCase();
}
