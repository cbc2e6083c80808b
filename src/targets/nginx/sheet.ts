import { block, directive, literal, template, variable, type Part, type Statement, type Word } from './plan.ts';
import { DOLLAR, holdsDollar } from './quote.ts';
import { createNames, type Names } from './names.ts';

export interface MapEntry {
  readonly key: Word;
  readonly value: Word;
}

/** What stands at the level of `http`: each thing once, however often it is needed. */
export interface Sheet {
  /** A `map`; returns the name of its variable. The same map is written once. */
  map(wish: string, source: readonly Part[], entries: readonly MapEntry[]): string;
  /** A map that says how Traefik sees any request, whatever the gateway: it stands in a file of its own. */
  fact(wish: string, source: readonly Part[], entries: readonly MapEntry[]): string;
  /** A `geo` on the peer's address (behind a trusted PROXY header that of the client), or on the address in a variable. */
  geo(wish: string, ranges: readonly string[], source?: string): string;
  /** Named blocks and directives (upstreams, zones, `split_clients`), each key once. */
  add(key: string, statements: readonly Statement[]): void;
  /** A template, noting that it needs the dollar variable. */
  text(...parts: readonly Part[]): Word;
  readonly names: Names;
  readonly semicolons: Semicolons;
  facts(): readonly Statement[];
  computed(): readonly Statement[];
  pools(): readonly Statement[];
}

/** What the semicolons of a query become: ampersands, escapes, or escapes on these ports only. */
export type Semicolons = 'ampersands' | 'escapes' | readonly number[];

/** `peer`: the variable with the address of the client's connection. */
export function createSheet(peer = '$remote_addr', semicolons: Semicolons = 'ampersands'): Sheet {
  const names = createNames([DOLLAR]);
  const seen = new Map<string, string>();
  const facts: Statement[] = [];
  const out: Statement[] = [];
  const pools: Statement[] = [];
  let dollar = false;
  const note = (word: Word): Word => {
    if (word.kind === 'template' && holdsDollar(word.parts)) dollar = true;
    return word;
  };
  const once = (list: Statement[], wish: string, key: string, make: (name: string) => Statement): string => {
    const known = seen.get(key);
    if (known !== undefined) return known;
    const name = names.pick(`gw_${wish}`);
    seen.set(key, name);
    list.push(make(name));
    return name;
  };
  const mapIn = (list: Statement[], wish: string, source: readonly Part[], entries: readonly MapEntry[]): string =>
    once(list, wish, JSON.stringify(['map', source, entries]), (name) => {
      for (const entry of entries) note(entry.value);
      return block(['map', note(template(...source)), template(variable(name))], entries.map(({ key, value }) => directive(key, value)));
    });
  return {
    names,
    semicolons,
    map: (wish, source, entries) => mapIn(out, wish, source, entries),
    fact: (wish, source, entries) => mapIn(facts, wish, source, entries),
    geo: (wish, ranges, source) => once(out, wish, JSON.stringify(['geo', ranges, source]), (name) => geoBlock(source === undefined ? peer : `$${source}`, name, ranges)),
    add(key, statements) {
      if (seen.has(key)) return;
      seen.set(key, key);
      pools.push(...statements);
    },
    text: (...parts) => note(template(...parts)),
    facts: () => facts,
    computed: () => (dollar ? [block(['geo', template(variable(DOLLAR))], [directive('default', literal('$'))]), ...out] : out),
    pools: () => pools,
  };
}

function geoBlock(peer: string, name: string, ranges: readonly string[]): Statement {
  const entries = [...new Set(ranges)].map((range) => directive(range, '1'));
  return block(['geo', peer, template(variable(name))], [directive('default', '0'), ...entries]);
}
