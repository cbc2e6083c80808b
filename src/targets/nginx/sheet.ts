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
  /** A `geo` on the peer's address (`$realip_remote_addr` is the peer even behind realip). */
  geo(wish: string, ranges: readonly string[]): string;
  /** Named blocks and directives (upstreams, zones, `split_clients`), each key once. */
  add(key: string, statements: readonly Statement[]): void;
  /** A template, noting that it needs the dollar variable. */
  text(...parts: readonly Part[]): Word;
  readonly names: Names;
  statements(): readonly Statement[];
}

export function createSheet(): Sheet {
  const names = createNames([DOLLAR]);
  const seen = new Map<string, string>();
  const out: Statement[] = [];
  const pools: Statement[] = [];
  let dollar = false;
  const note = (word: Word): Word => {
    if (word.kind === 'template' && holdsDollar(word.parts)) dollar = true;
    return word;
  };
  const once = (wish: string, key: string, make: (name: string) => Statement): string => {
    const known = seen.get(key);
    if (known !== undefined) return known;
    const name = names.pick(`gw_${wish}`);
    seen.set(key, name);
    out.push(make(name));
    return name;
  };
  return {
    names,
    map: (wish, source, entries) =>
      once(wish, JSON.stringify(['map', source, entries]), (name) => {
        for (const entry of entries) note(entry.value);
        return block(['map', note(template(...source)), template(variable(name))], entries.map(({ key, value }) => directive(key, value)));
      }),
    geo: (wish, ranges) => once(wish, JSON.stringify(['geo', ranges]), (name) => geoBlock(name, ranges)),
    add(key, statements) {
      if (seen.has(key)) return;
      seen.set(key, key);
      pools.push(...statements);
    },
    text: (...parts) => note(template(...parts)),
    statements: () => (dollar ? [block(['geo', template(variable(DOLLAR))], [directive('default', literal('$'))]), ...out, ...pools] : [...out, ...pools]),
  };
}

function geoBlock(name: string, ranges: readonly string[]): Statement {
  const entries = [...new Set(ranges)].map((range) => directive(range, '1'));
  return block(['geo', '$realip_remote_addr', template(variable(name))], [directive('default', '0'), ...entries]);
}
